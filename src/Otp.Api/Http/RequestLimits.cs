using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Otp.Api.Http;

/// <summary>Refuses a body that says itself that it is too large, before anything is done; the server cuts off one that does not say.</summary>
internal sealed class RequestLimits(RequestDelegate next, ErrorWriter errors)
{
    /// <summary>The largest body, in bytes.</summary>
    public const int MaxBodyBytes = 16 * 1024;

    /// <summary>How deep JSON may be nested.</summary>
    public const int MaxJsonDepth = 16;

    /// <summary>The largest body that is read off the connection, and thrown away, so that its sender gets to see the answer.</summary>
    private const int MaxDrainedBytes = 1024 * 1024;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.ContentLength is not > MaxBodyBytes)
        {
            return next(context);
        }

        // Over its limit the server does not read on but cuts the connection, and whoever is still sending may miss the answer.
        if (context.Request.ContentLength <= MaxDrainedBytes && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxDrainedBytes;
        }

        return errors.WriteStatusAsync(context, HttpStatusCode.RequestEntityTooLarge);
    }
}
