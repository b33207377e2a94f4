using System.Diagnostics;

namespace Otp.Api.Http;

/// <summary>
/// Says in the trace of a request which route it took and how it was answered, by the names of OpenTelemetry's conventions for HTTP servers. Never its path
/// or query string, which may hold an address or a code.
/// </summary>
internal sealed class TraceTags(RequestDelegate next)
{
    private const string OtherMethod = "_OTHER";

    // There is one without listeners, too, which names the request in the log.
    public Task InvokeAsync(HttpContext context) =>
        Activity.Current is { IsAllDataRequested: true } activity && activity.Source.HasListeners() ? TagAsync(context, activity) : next(context);

    private async Task TagAsync(HttpContext context, Activity activity)
    {
        await next(context);
        var method = IsKnown(context.Request.Method) ? context.Request.Method : OtherMethod;
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        activity.DisplayName = route is null ? method : $"{method} /{route.TrimStart('/')}";
        activity.SetTag("http.request.method", method);
        activity.SetTag("http.route", route);
        activity.SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    // What a caller makes up must not become names of its own.
    private static bool IsKnown(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsPatch(method)
        || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method) || HttpMethods.IsConnect(method);
}
