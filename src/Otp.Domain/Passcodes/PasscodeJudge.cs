namespace Otp.Domain.Passcodes;

/// <summary>The one place where a guess is judged, for every aggregate that gives out passcodes (rules 4 to 9 and 24).</summary>
public static class PasscodeJudge
{
    /// <summary>Judges a guess and says what it does to the budget. An expired or exhausted code fails also for the right guess, and nothing changes.</summary>
    /// <param name="passcode">The code guessed at, if any.</param>
    /// <param name="budget">The budget of its owner.</param>
    /// <param name="candidate">The guess, hashed under the key and binding of <paramref name="passcode"/>.</param>
    /// <param name="canonicalAddress">Where the code was sent.</param>
    /// <param name="lifetime">The lifetime of the purpose.</param>
    /// <param name="now">The time of the guess (UTC).</param>
    public static (GuessOutcome Outcome, AttemptBudget Budget) Judge(
        IssuedPasscode? passcode, AttemptBudget budget, PasscodeHash candidate, string canonicalAddress, TimeSpan lifetime, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(budget);
        if (budget.IsLockedAt(now))
        {
            return (GuessOutcome.Locked, budget);
        }

        if (passcode is null)
        {
            return (GuessOutcome.NoPasscode, budget);
        }

        if (passcode.IsExhaustedIn(budget, now))
        {
            return (GuessOutcome.Locked, budget);
        }

        if (passcode.IsExpiredAt(now))
        {
            return (GuessOutcome.Expired, budget);
        }

        return passcode.Hash.Matches(candidate)
            ? (GuessOutcome.Right, budget.AfterSuccess(canonicalAddress, now))
            : (GuessOutcome.Wrong, budget.CountFailure(canonicalAddress, passcode.MaxAttempts, lifetime, now));
    }
}
