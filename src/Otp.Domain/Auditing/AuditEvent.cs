using Otp.Domain.Passcodes;

namespace Otp.Domain.Auditing;

/// <summary>Something that happened to a user's addresses, codes or factors and that the audit trail keeps. It never holds a code.</summary>
/// <param name="Action">What.</param>
/// <param name="UserId">To whom.</param>
/// <param name="OccurredAt">When (UTC).</param>
public sealed record AuditEvent(AuditAction Action, string UserId, DateTimeOffset OccurredAt)
{
    /// <summary>What the code is for, or whose budget it is.</summary>
    public PasscodePurpose? Purpose { get; init; }

    /// <summary>The factor, or the challenge.</summary>
    public Guid? SubjectId { get; init; }

    /// <summary>The mail that carries the code; none where the caller got the code.</summary>
    public Guid? DeliveryId { get; init; }

    /// <summary>Why a guess was rejected.</summary>
    public GuessOutcome? Outcome { get; init; }
}

/// <summary>What the audit trail keeps.</summary>
public enum AuditAction
{
    /// <summary>A code was made, and its mail queued or the code given to the caller.</summary>
    PasscodeIssued = 1,

    /// <summary>A code was taken back unused.</summary>
    PasscodeWithdrawn = 2,

    /// <summary>The right code was given: the address, the registration or the challenge is verified.</summary>
    PasscodeAccepted = 3,

    /// <summary>A guess failed.</summary>
    PasscodeRejected = 4,

    /// <summary>The budget of guesses was exhausted.</summary>
    Locked = 5,

    /// <summary>Somebody ended locks and counters.</summary>
    Unlocked = 6,

    /// <summary>The address was set or changed.</summary>
    EmailChanged = 7,

    /// <summary>The address was verified without a code: by an administrator, or by the identity provider's word.</summary>
    EmailVerified = 8,

    /// <summary>A factor was added that is not ready yet.</summary>
    FactorAdded = 9,

    /// <summary>A factor can be used.</summary>
    FactorReady = 10,

    /// <summary>The contact factor has followed the contact address.</summary>
    FactorMoved = 11,

    /// <summary>A factor is gone.</summary>
    FactorRemoved = 12,

    /// <summary>Somebody has put a mail that had failed into the queue again, with the same code.</summary>
    MailRetried = 13,
}
