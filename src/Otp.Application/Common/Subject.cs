using Otp.Domain.EmailVerifications;

namespace Otp.Application.Common;

/// <summary>The user that a request is about.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Identity">What the user's own token says, where the user is the one who makes the request; else nothing is known but what is stored.</param>
/// <param name="PreferredLanguages">The languages that the request asks for, most wanted first: for mails to a user whose token names none that mails are written in.</param>
public sealed record Subject(string UserId, UserIdentity? Identity, IReadOnlyList<string> PreferredLanguages)
{
    /// <summary>The user who makes the request.</summary>
    public static Subject Self(UserIdentity identity, IReadOnlyList<string>? preferredLanguages)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new Subject(identity.UserId, identity, preferredLanguages ?? []);
    }
}
