using Microsoft.AspNetCore.Mvc.Filters;
using Otp.Api.Http;
using Otp.Api.Requests;
using Otp.Domain.Common;

namespace Otp.Api.Security;

/// <summary>The route is counted per client.</summary>
/// <param name="limit">As what.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LimitClientAttribute(ClientLimit limit) : Attribute, IFilterFactory
{
    public ClientLimit Limit => limit;

    /// <summary>Counted only where this member of the query string is a guess.</summary>
    public string? OnlyWithGuess { get; init; }

    public bool IsReusable => true;

    public IFilterMetadata CreateInstance(IServiceProvider serviceProvider) =>
        new ClientLimitFilter(this, serviceProvider.GetRequiredService<ClientLimiter>(), serviceProvider.GetRequiredService<PermissionReader>());
}

/// <summary>
/// Refuses a client over its limit, before the body is read and anything is loaded. Whoever may act for other users is a service that all of its users come
/// through, and is not counted.
/// </summary>
internal sealed class ClientLimitFilter(LimitClientAttribute attribute, ClientLimiter limiter, PermissionReader permissions) : IResourceFilter
{
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        var http = context.HttpContext;
        if ((attribute.OnlyWithGuess is not { } member || GuessAttribute.IsGuess(http.Request.Query[member].FirstOrDefault()))
            && !permissions.Has(http.User, Permissions.UsersWrite)
            && limiter.Refuses(attribute.Limit, http.Connection.RemoteIpAddress) is { } free)
        {
            context.Result = new ErrorResult(TooManyRequests(free));
        }
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }

    /// <summary>The error of a client over its limit.</summary>
    internal static DomainError TooManyRequests(DateTimeOffset until) =>
        new("Client.TooManyRequests", ErrorKind.TooManyRequests, "Too many requests from this address") { RetryAt = until };
}
