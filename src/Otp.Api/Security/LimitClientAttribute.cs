using Otp.Api.Requests;

namespace Otp.Api.Security;

/// <summary>The route is counted per client.</summary>
/// <param name="limit">As what.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LimitClientAttribute(ClientLimit limit) : Attribute
{
    public ClientLimit Limit => limit;

    /// <summary>Counted only where this member of the query string is a guess.</summary>
    public string? OnlyWithGuess { get; init; }

    /// <summary>Whether a request of the route is counted.</summary>
    public bool Counts(HttpRequest request) => OnlyWithGuess is not { } member || GuessAttribute.IsIn(request, member);
}
