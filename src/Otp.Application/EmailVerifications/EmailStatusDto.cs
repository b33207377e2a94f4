using Otp.Application.Delivery;

namespace Otp.Application.EmailVerifications;

/// <summary>Whether a user's address is verified, and how the passcode for it stands.</summary>
public sealed record EmailStatusDto
{
    /// <summary>The address, as it was given.</summary>
    public required string Email { get; init; }

    /// <summary>Whether it is verified.</summary>
    public required bool IsVerified { get; init; }

    /// <summary>The passcode; absent where there is none.</summary>
    public PasscodeDto? Otp { get; init; }

    /// <summary>While locked: until when no code can be requested and every guess fails (UTC).</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>The newest mail with a code; absent where none was mailed.</summary>
    public DeliveryDto? Delivery { get; init; }
}

/// <summary>A passcode, without the code.</summary>
public sealed record PasscodeDto
{
    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Wrong guesses that stand against it; a resend does not restore them.</summary>
    public required int NumberOfAttempts { get; init; }

    /// <summary>From when on it fails (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Whether its time is over.</summary>
    public required bool IsExpired { get; init; }

    /// <summary>Whether no guess is left.</summary>
    public required bool IsMaxAttempts { get; init; }

    /// <summary>From when on another one can be requested (UTC).</summary>
    public required DateTimeOffset ResendAvailableAt { get; init; }
}
