namespace Otp.Application.Common;

/// <summary>Whose users a list shows.</summary>
/// <param name="ResourceOwner">The organisation; every one where it is <see langword="null"/>.</param>
public sealed record OwnerScope(string? ResourceOwner)
{
    /// <summary>The users of every organisation.</summary>
    public static OwnerScope Everyone { get; } = new((string?)null);
}
