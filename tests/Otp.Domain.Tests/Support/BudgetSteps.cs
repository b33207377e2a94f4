using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.Support;

/// <summary>Short words for what happens to a budget under <see cref="Some.Policy"/>.</summary>
internal static class BudgetSteps
{
    /// <summary>Wrong guesses at a code for <paramref name="address"/>, all at <paramref name="at"/>.</summary>
    public static AttemptBudget WithFailures(this AttemptBudget budget, int times, DateTimeOffset at, string address = "ana@example.com")
    {
        for (var i = 0; i < times; i++)
        {
            budget = budget.CountFailure(address, Some.Policy.MaxAttempts, Some.Policy.Lifetime, at);
        }

        return budget;
    }

    /// <summary>As many wrong guesses as lock.</summary>
    public static AttemptBudget WithLock(this AttemptBudget budget, DateTimeOffset at, string address = "ana@example.com") =>
        budget.WithFailures(Some.Policy.MaxAttempts - budget.AttemptsAt(at), at, address);

    /// <summary>This many locks in a row, each at the first moment after the last one.</summary>
    public static AttemptBudget WithLocksInARow(this AttemptBudget budget, int locks, DateTimeOffset at, string address = "ana@example.com")
    {
        for (var i = 0; i < locks; i++)
        {
            budget = budget.WithLock(budget.LockedUntil > at ? budget.LockedUntil.Value : at, address);
        }

        return budget;
    }
}
