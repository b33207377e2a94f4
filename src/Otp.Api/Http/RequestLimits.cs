using System.Net;

namespace Otp.Api.Http;

/// <summary>Refuses a body that says itself that it is too large, before anything is done; the server cuts off one that does not say.</summary>
internal sealed class RequestLimits(RequestDelegate next, ErrorWriter errors)
{
    /// <summary>The largest body, in bytes.</summary>
    public const int MaxBodyBytes = 16 * 1024;

    /// <summary>How deep JSON may be nested.</summary>
    public const int MaxJsonDepth = 16;

    public Task InvokeAsync(HttpContext context) => context.Request.ContentLength > MaxBodyBytes
        ? errors.WriteStatusAsync(context, HttpStatusCode.RequestEntityTooLarge)
        : next(context);
}
