using Otp.Api.Http;
using Otp.Application.Common.Ports;

namespace Otp.Api.Security;

/// <summary>Reads from the HTTP request on whose behalf a command runs.</summary>
internal sealed class HttpCallerContext(IHttpContextAccessor accessor) : ICallerContext
{
    public string? ActorId => accessor.HttpContext is { } context && SubjectFactory.HasSubject(context.User) ? SubjectFactory.SubjectOf(context.User) : null;

    public string? ClientIp => accessor.HttpContext?.Connection.RemoteIpAddress is not { } address ? null
        : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    public string? TraceId => accessor.HttpContext is { } context ? ErrorWriter.TraceIdOf(context) : null;
}
