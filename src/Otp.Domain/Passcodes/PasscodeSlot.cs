using Otp.Domain.Common;

namespace Otp.Domain.Passcodes;

/// <summary>
/// The place for the one passcode that a verification, a registration or a challenge can have at a time, with what outlives the code:
/// the resend interval (rule 8) and the mail that carried the newest code. An immutable value, like the budget beside it.
/// </summary>
public sealed record PasscodeSlot
{
    /// <summary>How long an expired code is still shown as expired, before it may be forgotten.</summary>
    public static readonly TimeSpan ExpiredMemory = TimeSpan.FromHours(1);

    private PasscodeSlot()
    {
    }

    /// <summary>No code was ever issued.</summary>
    public static PasscodeSlot Empty { get; } = new();

    /// <summary>The code, if there is one.</summary>
    public IssuedPasscode? Passcode { get; private init; }

    /// <summary>From when on another code may be asked for (UTC).</summary>
    public DateTimeOffset? ResendAvailableAt { get; private init; }

    /// <summary>The mail that carried the newest code; none where nothing was mailed.</summary>
    public Guid? DeliveryId { get; private init; }

    /// <summary>A slot with a new code; the old one is dead.</summary>
    public static PasscodeSlot Holding(PasscodeHash hash, Guid? deliveryId, PasscodePolicy policy, AttemptBudget budget, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new PasscodeSlot
        {
            Passcode = IssuedPasscode.Issue(hash, policy, budget, now),

            // Without an interval there is nothing to wait for, also not for a command that took its time a moment before this one.
            ResendAvailableAt = policy.ResendInterval > TimeSpan.Zero ? now + policy.ResendInterval : null,
            DeliveryId = deliveryId,
        };
    }

    /// <summary>After the right guess: the code is used up, and with it the wait for another one.</summary>
    public PasscodeSlot Spend() => new() { DeliveryId = DeliveryId };

    /// <summary>The code dies unused; the interval stands.</summary>
    public PasscodeSlot Kill() => this with { Passcode = null };

    /// <summary>The same without a code that expired <see cref="ExpiredMemory"/> ago; the interval and the mail stand.</summary>
    public PasscodeSlot ForgetExpired(DateTimeOffset now) => Passcode?.ExpiresAt + ExpiredMemory <= now ? Kill() : this;

    /// <summary>Why no other code may be issued now, by a lock or by the resend interval, with the time at which neither stands; or <see langword="null"/>.</summary>
    public DomainError? RefusesNewPasscode(AttemptBudget budget, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var resendAt = ResendAvailableAt > now ? ResendAvailableAt.Value : now;
        if (budget.IsLockedAt(now))
        {
            var lockedUntil = budget.LockedUntil!.Value;
            return PasscodeErrors.Locked(lockedUntil > resendAt ? lockedUntil : resendAt);
        }

        return resendAt > now ? PasscodeErrors.TooSoon(resendAt) : null;
    }

    /// <summary>Why a guess did not succeed (rule 24), or <see langword="null"/> where it did.</summary>
    /// <param name="outcome">What became of the guess.</param>
    /// <param name="alreadyVerified">The error of the thing that is verified already.</param>
    /// <param name="budget">The budget after the guess.</param>
    /// <param name="now">The time of the guess (UTC).</param>
    public DomainError? Explain(GuessOutcome outcome, DomainError alreadyVerified, AttemptBudget budget, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return outcome switch
        {
            GuessOutcome.Right => null,
            GuessOutcome.AlreadyVerified => alreadyVerified,
            GuessOutcome.Locked => PasscodeErrors.Locked(RefusesNewPasscode(budget, now)?.RetryAt ?? now),
            GuessOutcome.NoPasscode => PasscodeErrors.Missing,
            GuessOutcome.Expired => PasscodeErrors.Expired,
            GuessOutcome.Wrong => PasscodeErrors.Wrong(Passcode!.AttemptsIn(budget, now), Passcode.MaxAttempts),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
        };
    }

    /// <summary>Whether this mail carries the code that would still succeed: otherwise it need not be sent any more.</summary>
    public bool IsCarriedBy(Guid deliveryId, AttemptBudget budget, DateTimeOffset now) =>
        DeliveryId == deliveryId && Passcode is { } passcode && passcode.IsLiveIn(budget, now);
}
