using Otp.Api.Http;
using Otp.Domain.Common;

namespace Otp.Api.Security;

/// <summary>
/// Refuses a client over its limit, before the body is read and anything is loaded. Whoever may act for other users is a service that all of its users come
/// through, and is not counted.
/// </summary>
internal sealed class LimitClients(RequestDelegate next, ClientLimiter limiter, PermissionReader permissions, ErrorWriter errors)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<LimitClientAttribute>() is { } limited
            && limited.Counts(context.Request)
            && !permissions.Has(context.User, Permissions.UsersWrite)
            && limiter.Refuses(limited.Limit, context.Connection.RemoteIpAddress) is { } free
            ? errors.WriteAsync(context, TooManyRequests(free))
            : next(context);

    /// <summary>The error of a client over its limit.</summary>
    internal static DomainError TooManyRequests(DateTimeOffset until) =>
        new("Client.TooManyRequests", ErrorKind.TooManyRequests, "Too many requests from this address") { RetryAt = until };
}
