using Otp.Domain.Common;

namespace Otp.Domain.Recipients;

/// <summary>All refusals about recipients.</summary>
public static class RecipientErrors
{
    /// <summary>The recipient has got as many codes as allowed.</summary>
    public static DomainError TooManyMails(DateTimeOffset until) => new(
        "Recipient.TooManyMails", ErrorKind.TooManyRequests, "Too many passcodes were sent to this email; another one cannot be requested yet")
    {
        RetryAt = until,
    };
}
