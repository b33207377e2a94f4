namespace Otp.Domain.Passcodes;

/// <summary>
/// How many wrong guesses an owner (a user's e-mail verification, or a user's factors together) has left, and the locks that follow
/// when none is left (rules 7, 9 and 10). It outlives every passcode: neither a resend nor expiry restores it. An immutable value; the aggregate that owns
/// it stores the successor that a method returns.
/// </summary>
public sealed record AttemptBudget
{
    /// <summary>Marks wrong guesses at codes for more than one address. Not an address, so that none equals it.</summary>
    public const string MixedAddresses = "mixed";

    /// <summary>Wrong guesses are forgotten after this long without another one.</summary>
    public static readonly TimeSpan QuietPeriod = TimeSpan.FromHours(24);

    /// <summary>The longest lock.</summary>
    public static readonly TimeSpan MaxLock = TimeSpan.FromHours(24);

    /// <summary>A series of locks is forgotten this long after its last lock ended.</summary>
    public static readonly TimeSpan SeriesMemory = TimeSpan.FromDays(30);

    private AttemptBudget()
    {
    }

    /// <summary>The budget of a new owner.</summary>
    public static AttemptBudget Untouched { get; } = new();

    /// <summary>Wrong guesses as last stored; <see cref="AsOf"/> applies what time has done since.</summary>
    public int FailedAttempts { get; private init; }

    /// <summary>When the last wrong guess was counted (UTC).</summary>
    public DateTimeOffset? LastFailedAt { get; private init; }

    /// <summary>The end of the newest lock (UTC), also when it has passed.</summary>
    public DateTimeOffset? LockedUntil { get; private init; }

    /// <summary>How long the newest lock of the series is; the next one lasts twice as long.</summary>
    public TimeSpan? LastLock { get; private init; }

    /// <summary>The canonical address at whose codes all guesses of count and series were made, <see cref="MixedAddresses"/>, or none.</summary>
    public string? GuessedAddress { get; private init; }

    /// <summary>Goes up at each lock and unlock. A passcode of an earlier epoch is dead for good.</summary>
    public int Epoch { get; private init; }

    /// <summary>Whether the owner is locked.</summary>
    public bool IsLockedAt(DateTimeOffset now) => now < LockedUntil;

    /// <summary>The count that stands: 0 after a lock has ended and after a quiet day.</summary>
    public int AttemptsAt(DateTimeOffset now)
    {
        var endedByLock = LockedUntil <= now && LastFailedAt < LockedUntil;
        var endedByQuiet = LastFailedAt + QuietPeriod <= now; // No lock is longer than that.
        return endedByLock || endedByQuiet ? 0 : FailedAttempts;
    }

    /// <summary>The same budget with all that the time has ended left out.</summary>
    public AttemptBudget AsOf(DateTimeOffset now)
    {
        var attempts = AttemptsAt(now);
        var seriesEnded = LockedUntil + SeriesMemory <= now;
        var lastLock = seriesEnded ? null : LastLock;
        return new AttemptBudget
        {
            FailedAttempts = attempts,
            LastFailedAt = attempts == 0 ? null : LastFailedAt,
            LockedUntil = lastLock is null ? null : LockedUntil,
            LastLock = lastLock,
            GuessedAddress = attempts == 0 && lastLock is null ? null : GuessedAddress,
            Epoch = Epoch,
        };
    }

    /// <summary>Counts a wrong guess at a live code; the one that exhausts the budget locks.</summary>
    /// <param name="canonicalAddress">Where the code had been sent.</param>
    /// <param name="maxAttempts">The attempts that the code allows.</param>
    /// <param name="lifetime">The lifetime of the purpose: how long a first lock lasts.</param>
    /// <param name="now">The time of the guess (UTC).</param>
    public AttemptBudget CountFailure(string canonicalAddress, int maxAttempts, TimeSpan lifetime, DateTimeOffset now)
    {
        var current = AsOf(now);
        var counted = current with
        {
            FailedAttempts = current.FailedAttempts + 1,
            LastFailedAt = now,
            GuessedAddress = current.GuessedAddress is null || current.GuessedAddress == canonicalAddress ? canonicalAddress : MixedAddresses,
        };
        if (counted.FailedAttempts < maxAttempts)
        {
            return counted;
        }

        var duration = current.LastLock is { } last ? last * 2 : lifetime;
        duration = duration < MaxLock ? duration : MaxLock;
        return counted with { LockedUntil = now + duration, LastLock = duration, Epoch = current.Epoch + 1 };
    }

    /// <summary>
    /// After a success: count and series end, but only if every wrong guess in them was at codes for the same address.
    /// Otherwise a user could wash away guesses at somebody else's address by verifying an own one in between (rule 9).
    /// </summary>
    public AttemptBudget AfterSuccess(string canonicalAddress, DateTimeOffset now)
    {
        var current = AsOf(now);
        return current.GuessedAddress is null || current.GuessedAddress == canonicalAddress ? new AttemptBudget { Epoch = Epoch } : current;
    }

    /// <summary>Ends count, lock and series (rule 12); live codes die with it.</summary>
    public AttemptBudget Unlock() => new() { Epoch = Epoch + 1 };
}
