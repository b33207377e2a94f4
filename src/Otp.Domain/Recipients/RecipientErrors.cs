using Otp.Domain.Common;

namespace Otp.Domain.Recipients;

/// <summary>All refusals about recipients.</summary>
public static class RecipientErrors
{
    /// <summary>A mail to the address came back for good, or was reported as spam.</summary>
    public static readonly DomainError Suppressed = new(
        "Recipient.Suppressed", ErrorKind.FailedPrecondition, "This email cannot receive mail");

    /// <summary>There is no suppression to lift.</summary>
    public static readonly DomainError NotSuppressed = new(
        "Recipient.NotSuppressed", ErrorKind.NotFound, "This email is not suppressed");

    /// <summary>The recipient has got as many codes as allowed.</summary>
    public static DomainError TooManyMails(DateTimeOffset until) => new(
        "Recipient.TooManyMails", ErrorKind.TooManyRequests, "Too many passcodes were sent to this email; another one cannot be requested yet")
    {
        RetryAt = until,
    };
}
