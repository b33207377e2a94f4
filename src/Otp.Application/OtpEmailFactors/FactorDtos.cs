using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Application.OtpEmailFactors;

/// <summary>A factor of a user.</summary>
public sealed record FactorDto
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its state.</summary>
    public required FactorState State { get; init; }

    /// <summary>Its version.</summary>
    public required DetailsDto Details { get; init; }

    /// <summary>The registration code, for a caller who was allowed to ask for it.</summary>
    public string? VerificationCode { get; init; }

    /// <summary>The code is not printed.</summary>
    public override string ToString() => $"{nameof(FactorDto)} {Id}";
}

/// <summary>A request to prove a factor.</summary>
public sealed record ChallengeDto
{
    /// <summary>Its id.</summary>
    public required Guid ChallengeId { get; init; }

    /// <summary>The factor to prove.</summary>
    public required Guid OtpEmailId { get; init; }

    /// <summary>Where the code goes, with most of it hidden.</summary>
    public required string Email { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on its newest code fails (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Wrong guesses that stand against the user's factors together.</summary>
    public required int NumberOfAttempts { get; init; }

    /// <summary>Whether the newest code's time is over.</summary>
    public required bool IsExpired { get; init; }

    /// <summary>Whether no guess is left.</summary>
    public required bool IsMaxAttempts { get; init; }

    /// <summary>Whether the factor was proven.</summary>
    public required bool IsVerified { get; init; }

    /// <summary>When it was proven (UTC).</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>From when on another code can be requested (UTC).</summary>
    public required DateTimeOffset ResendAvailableAt { get; init; }

    /// <summary>While locked: until when no code can be requested and every guess fails (UTC).</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>The newest mail with a code; absent where none was mailed.</summary>
    public DeliveryDto? Delivery { get; init; }

    /// <summary>The code, for a caller who was allowed to ask for it.</summary>
    public string? Passcode { get; init; }

    /// <summary>The code is not printed.</summary>
    public override string ToString() => $"{nameof(ChallengeDto)} {ChallengeId}";
}
