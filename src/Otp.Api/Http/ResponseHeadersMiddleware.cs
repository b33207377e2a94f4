using Microsoft.Net.Http.Headers;

namespace Otp.Api.Http;

/// <summary>Headers that every answer carries.</summary>
internal sealed class ResponseHeadersMiddleware(RequestDelegate next)
{
    /// <summary>Allows nothing: right for JSON; a page sets its own.</summary>
    private const string NoContentPolicy = "default-src 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var traceId = ErrorWriter.TraceIdOf(context);
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers["Trace-Id"] = traceId;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.TryAdd(HeaderNames.ContentSecurityPolicy, NoContentPolicy);
            headers.TryAdd(HeaderNames.CacheControl, "no-store");
            return Task.CompletedTask;
        });
        return next(context);
    }
}
