using Otp.Api.Requests;
using Otp.Application.Common.Ports;

namespace Otp.Api.Http;

/// <summary>The route begins with the verification of its caller, which is read before the action runs; see <see cref="ReadAhead"/>.</summary>
/// <param name="use">What the action does with it.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReadsVerificationAttribute(VerificationUse use) : Attribute
{
    /// <summary>This member of the query string is a guess, where there is one.</summary>
    public string? GuessIn { get; init; }

    /// <summary>What a request of the route does with it.</summary>
    public VerificationUse UseOf(HttpRequest request) => GuessIn is { } member && GuessAttribute.IsIn(request, member) ? VerificationUse.Guess : use;
}
