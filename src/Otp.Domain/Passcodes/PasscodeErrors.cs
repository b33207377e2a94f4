using Otp.Domain.Common;

namespace Otp.Domain.Passcodes;

/// <summary>All refusals of passcodes, whatever they prove.</summary>
public static class PasscodeErrors
{
    /// <summary>The guess is empty.</summary>
    public static readonly DomainError Empty = new("Passcode.Empty", ErrorKind.InvalidArgument, "Code is empty");

    /// <summary>The guess cannot be a code by its shape; it was not counted.</summary>
    public static readonly DomainError BadShape = new("Passcode.BadShape", ErrorKind.InvalidArgument, "Code is invalid");

    /// <summary>There is no code to guess at.</summary>
    public static readonly DomainError Missing = new("Passcode.Missing", ErrorKind.NotFound, "There is no passcode that could be verified; request a new one");

    /// <summary>The code's time is over.</summary>
    public static readonly DomainError Expired = new("Passcode.Expired", ErrorKind.FailedPrecondition, "Code is expired");

    /// <summary>The guess is wrong, and was counted.</summary>
    /// <param name="attempts">Wrong guesses that stand.</param>
    /// <param name="maxAttempts">Wrong guesses that exhaust the budget.</param>
    public static DomainError Wrong(int attempts, int maxAttempts) => new("Passcode.Wrong", ErrorKind.InvalidArgument, "Code is invalid")
    {
        Data = new Dictionary<string, object>
        {
            ["numberOfAttempts"] = attempts,
            ["remainingAttempts"] = Math.Max(0, maxAttempts - attempts),
            ["isMaxAttempts"] = attempts >= maxAttempts,
        },
    };

    /// <summary>Too many wrong guesses: every guess fails, and no new code can be requested, until then.</summary>
    public static DomainError Locked(DateTimeOffset until) => new("Passcode.Locked", ErrorKind.TooManyRequests, "Too many attempts")
    {
        RetryAt = until,
    };

    /// <summary>The resend interval is not over.</summary>
    public static DomainError TooSoon(DateTimeOffset until) => new(
        "Passcode.TooSoon", ErrorKind.TooManyRequests, "A passcode was sent a moment ago; another one cannot be requested yet")
    {
        RetryAt = until,
    };
}
