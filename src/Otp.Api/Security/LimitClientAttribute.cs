using Microsoft.AspNetCore.Mvc.Filters;
using Otp.Api.Http;
using Otp.Api.Requests;
using Otp.Domain.Common;

namespace Otp.Api.Security;

/// <summary>The route is counted per client.</summary>
/// <param name="limit">As what.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LimitClientAttribute(ClientLimit limit) : Attribute
{
    public ClientLimit Limit => limit;

    /// <summary>Counted only where this member of the query string is a guess.</summary>
    public string? OnlyWithGuess { get; init; }
}

/// <summary>
/// Refuses a client over its limit, before the body is read and anything is loaded. Whoever may act for other users is a service that all of its users come
/// through, and is not counted.
/// </summary>
internal sealed class ClientLimitFilter(ClientLimiter limiter, PermissionReader permissions, ErrorWriter errors) : IAsyncResourceFilter
{
    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var http = context.HttpContext;
        if (http.GetEndpoint()?.Metadata.GetMetadata<LimitClientAttribute>() is { } attribute
            && (attribute.OnlyWithGuess is not { } member || GuessAttribute.IsGuess(http.Request.Query[member].FirstOrDefault()))
            && !permissions.Has(http.User, Permissions.UsersWrite)
            && limiter.Refuses(attribute.Limit, http.Connection.RemoteIpAddress) is { } free)
        {
            await errors.WriteAsync(http, TooManyRequests(free));
            return;
        }

        await next();
    }

    /// <summary>The error of a client over its limit.</summary>
    internal static DomainError TooManyRequests(DateTimeOffset until) =>
        new("Client.TooManyRequests", ErrorKind.TooManyRequests, "Too many requests from this address") { RetryAt = until };
}
