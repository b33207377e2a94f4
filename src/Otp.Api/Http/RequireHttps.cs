using System.Net;
using Microsoft.Extensions.Options;
using Otp.Api.Hosting;

namespace Otp.Api.Http;

/// <summary>
/// Refuses requests that crossed a network in clear. It does not redirect them: their token has been on the wire already, and a client that is
/// redirected goes on sending it so. What a proxy in front received is known by its <c>X-Forwarded-Proto</c>.
/// </summary>
internal sealed class RequireHttps(RequestDelegate next, IOptions<HostingOptions> options, IHostEnvironment environment, ErrorWriter errors)
{
    private readonly bool _isRequired = options.Value.RequireHttps ?? environment.IsProduction();

    public Task InvokeAsync(HttpContext context) => !_isRequired || IsPrivate(context)
        ? next(context)
        : errors.WriteStatusAsync(context, HttpStatusCode.Forbidden, "HTTPS is required");

    private static bool IsPrivate(HttpContext context) =>
        context.Request.IsHttps
        || context.Connection.RemoteIpAddress is not { } client || IPAddress.IsLoopback(client)
        || context.Request.Path.StartsWithSegments(HealthEndpoints.Prefix);
}
