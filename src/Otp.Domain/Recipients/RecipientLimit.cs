namespace Otp.Domain.Recipients;

/// <summary>At most <paramref name="PermitLimit"/> mails to one recipient in any <paramref name="Window"/>.</summary>
/// <param name="PermitLimit">Mails: 1 to <see cref="MaxPermitLimit"/>.</param>
/// <param name="Window">A sliding window: 1 second to <see cref="MaxWindow"/>.</param>
public sealed record RecipientLimit(int PermitLimit, TimeSpan Window)
{
    /// <summary>The highest number of mails that can be allowed: each one within the window is remembered.</summary>
    public const int MaxPermitLimit = 1000;

    /// <summary>The longest window.</summary>
    public static readonly TimeSpan MaxWindow = TimeSpan.FromDays(7);
}

/// <summary>What kinds of mail to a recipient are counted apart (rule 11).</summary>
public enum RecipientCounter
{
    /// <summary>Mails that carry a passcode.</summary>
    Passcodes = 1,

    /// <summary>Notices that the address was changed.</summary>
    AddressChanged = 2,

    /// <summary>Notices that a factor was added.</summary>
    FactorAdded = 3,

    /// <summary>Notices that a factor was removed.</summary>
    FactorRemoved = 4,
}
