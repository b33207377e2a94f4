using Otp.Domain.EmailVerifications;

namespace Otp.Application.Common;

/// <summary>The user that a request is about.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Identity">What the user's own token says, where the user is the one who makes the request; else nothing is known but what is stored.</param>
/// <param name="PreferredLanguage">The language that the request prefers, for mails to a user whose token names none.</param>
public sealed record Subject(string UserId, UserIdentity? Identity, string? PreferredLanguage)
{
    /// <summary>The user who makes the request.</summary>
    public static Subject Self(UserIdentity identity, string? preferredLanguage)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new Subject(identity.UserId, identity, preferredLanguage);
    }
}
