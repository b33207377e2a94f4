using Otp.Domain.Common;
using Otp.Domain.Emails;

namespace Otp.Domain.Recipients;

/// <summary>
/// An address that gets no mail any more, since a mail to it came back for good or was reported as spam. It belongs to no user and no organisation,
/// and stands until somebody lifts it.
/// </summary>
public sealed class Suppression : AggregateRoot
{
    private Suppression()
    {
    }

    private Suppression(string address, SuppressionReason reason, DateTimeOffset now)
        : base(now)
    {
        Address = address;
        Reason = reason;
    }

    /// <summary>The address: <see cref="EmailAddress.Canonical"/>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Why.</summary>
    public SuppressionReason Reason { get; private set; }

    /// <summary>Suppresses an address.</summary>
    public static Suppression Start(EmailAddress address, SuppressionReason reason, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new Suppression(address.Canonical, reason, now);
    }
}

/// <summary>Why an address gets no mail.</summary>
public enum SuppressionReason
{
    /// <summary>The receiving server has refused it for good.</summary>
    HardBounce = 1,

    /// <summary>Its owner has reported a mail as spam.</summary>
    SpamReport = 2,
}
