using Otp.Api.Http;
using Otp.Application.Common.Ports;

namespace Otp.Api.Security;

/// <summary>
/// Reads from the HTTP request in whose scope a command runs. It is told the request, in place of asking <see cref="IHttpContextAccessor"/>: with that the framework
/// makes a new context for each request, and every call that waits keeps one more thing (decision 22).
/// </summary>
internal sealed class HttpCallerContext : ICallerContext
{
    /// <summary>The request; none outside of one.</summary>
    public HttpContext? Request { get; set; }

    public string? ActorId => Request is { } request && SubjectFactory.HasSubject(request.User) ? SubjectFactory.SubjectOf(request.User) : null;

    public string? ClientIp => Request?.Connection.RemoteIpAddress is not { } address ? null
        : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    public string? TraceId => Request is { } request ? ErrorWriter.TraceIdOf(request) : null;
}

/// <summary>Tells the caller's context of the scope which request it is about.</summary>
internal sealed class KnowCaller(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.RequestServices.GetRequiredService<HttpCallerContext>().Request = context;
        return next(context);
    }
}
