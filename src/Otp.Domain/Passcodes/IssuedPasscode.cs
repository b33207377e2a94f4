namespace Otp.Domain.Passcodes;

/// <summary>A passcode that was sent: its hash and its limits, as they were when it was issued.</summary>
public sealed record IssuedPasscode
{
    private IssuedPasscode()
    {
    }

    /// <summary>What is kept of the code.</summary>
    public required PasscodeHash Hash { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>From when on it fails (UTC).</summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>The wrong guesses at which it is exhausted.</summary>
    public int MaxAttempts { get; private init; }

    /// <summary>The epoch of the budget in which it was issued.</summary>
    public int Epoch { get; private init; }

    /// <summary>
    /// Issues a code. Where wrong guesses stand that would exhaust it at once (the allowed attempts were lowered since, or are fewer for this purpose than
    /// for another of the same budget), it allows one: no code is born dead, and no count is lowered.
    /// </summary>
    public static IssuedPasscode Issue(PasscodeHash hash, PasscodePolicy policy, AttemptBudget budget, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(budget);
        return new IssuedPasscode
        {
            Hash = hash,
            CreatedAt = now,
            ExpiresAt = now + policy.Lifetime,
            MaxAttempts = Math.Max(policy.MaxAttempts, budget.AttemptsAt(now) + 1),
            Epoch = budget.Epoch,
        };
    }

    /// <summary>Whether its time is over (rule 5).</summary>
    public bool IsExpiredAt(DateTimeOffset now) => now >= ExpiresAt;

    /// <summary>The wrong guesses to show for it: the count that stands, or all of them once it was exhausted.</summary>
    public int AttemptsIn(AttemptBudget budget, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return Epoch == budget.Epoch ? budget.AttemptsAt(now) : MaxAttempts;
    }

    /// <summary>Whether no guess at it is left (rule 5).</summary>
    public bool IsExhaustedIn(AttemptBudget budget, DateTimeOffset now) => AttemptsIn(budget, now) >= MaxAttempts;

    /// <summary>Whether a right guess would still succeed.</summary>
    public bool IsLiveIn(AttemptBudget budget, DateTimeOffset now) => !IsExpiredAt(now) && !IsExhaustedIn(budget, now);
}
