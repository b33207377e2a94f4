using Otp.Api.Requests;

namespace Otp.Api.Http;

/// <summary>The route begins with the verification of its caller, which is read before the action runs; see <see cref="ReadAhead"/>.</summary>
/// <param name="toBeChanged">Whether the action changes it.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReadsVerificationAttribute(bool toBeChanged) : Attribute
{
    /// <summary>The action also changes it where this member of the query string is a guess.</summary>
    public string? ChangesWithGuess { get; init; }

    /// <summary>Whether a request of the route changes it.</summary>
    public bool Changes(HttpRequest request) => toBeChanged || (ChangesWithGuess is { } member && GuessAttribute.IsIn(request, member));
}
