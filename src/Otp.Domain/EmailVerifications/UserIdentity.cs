using Otp.Domain.Emails;

namespace Otp.Domain.EmailVerifications;

/// <summary>What a user's own token says about the user.</summary>
/// <param name="UserId">The subject.</param>
/// <param name="IssuedAt">When the token was issued (UTC): of two tokens the later one is believed. The earliest time where the token does not say.</param>
public sealed record UserIdentity(string UserId, DateTimeOffset IssuedAt)
{
    /// <summary>The longest user id, in characters.</summary>
    public const int MaxUserIdLength = 200;

    /// <summary>The longest resource owner, in characters.</summary>
    public const int MaxResourceOwnerLength = 200;

    /// <summary>The longest display name that is kept, in characters; a longer one is cut.</summary>
    public const int MaxDisplayNameLength = 200;

    /// <summary>The longest language tag, in characters (RFC 5646, 4.4.1); a longer one is not kept.</summary>
    public const int MaxLocaleLength = 35;

    /// <summary>The organisation that the user belongs to: the token's, or the configured default.</summary>
    public required string ResourceOwner { get; init; }

    /// <summary>Whether the token names the resource owner itself.</summary>
    public bool StatesResourceOwner { get; init; }

    /// <summary>The address that the identity provider vouches for, if it names a valid one.</summary>
    public EmailAddress? Email { get; init; }

    /// <summary>Whether the provider says that the address is verified, and the operator has chosen to believe it.</summary>
    public bool IsEmailTrusted { get; init; }

    /// <summary>The name to show, as the provider gives it: never trusted as markup.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The user's language tag.</summary>
    public string? Locale { get; init; }
}
