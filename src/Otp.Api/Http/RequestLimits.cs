using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Otp.Api.Http;

/// <summary>Refuses a body that says itself that it is too large for its route, before anything is done; the server cuts off one that does not say.</summary>
internal sealed class RequestLimits(RequestDelegate next, ErrorWriter errors)
{
    /// <summary>The largest body, in bytes, of a route that says nothing else by <see cref="RequestSizeLimitAttribute"/>.</summary>
    public const int MaxBodyBytes = 16 * 1024;

    /// <summary>The longest request line, in bytes: method, path and query string.</summary>
    public const int MaxRequestLineBytes = 8 * 1024;

    /// <summary>All headers of a request together, in bytes; a token with many claims takes some.</summary>
    public const int MaxHeaderBytes = 32 * 1024;

    /// <summary>Headers of a request, in number.</summary>
    public const int MaxHeaders = 100;

    /// <summary>How deep JSON may be nested.</summary>
    public const int MaxJsonDepth = 16;

    /// <summary>The largest body that is read off the connection, and thrown away, so that its sender gets to see the answer.</summary>
    private const int MaxDrainedBytes = 2 * 1024 * 1024;

    public Task InvokeAsync(HttpContext context)
    {
        var maxBytes = MaxBodyBytesOf(context);
        if (context.Request.ContentLength is not { } length || length <= maxBytes)
        {
            return next(context);
        }

        // Over its limit the server does not read on but cuts the connection, and whoever is still sending may miss the answer.
        if (length <= MaxDrainedBytes && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxDrainedBytes;
        }

        return errors.WriteStatusAsync(context, HttpStatusCode.RequestEntityTooLarge);
    }

    /// <summary>The largest body of the route, in bytes.</summary>
    public static long MaxBodyBytesOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? MaxBodyBytes;
}
