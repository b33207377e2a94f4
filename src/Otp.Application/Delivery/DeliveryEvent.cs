using Otp.Domain.Emails;

namespace Otp.Application.Delivery;

/// <summary>What a provider reports of a mail that it has taken.</summary>
/// <param name="EventId">The provider's id of the report: the same one is never applied twice.</param>
/// <param name="DeliveryId">The mail.</param>
/// <param name="Type">What happened.</param>
/// <param name="OccurredAt">When it happened, by the provider's clock (UTC).</param>
public sealed record DeliveryEvent(string EventId, Guid DeliveryId, DeliveryEventType Type, DateTimeOffset OccurredAt)
{
    /// <summary>The longest <see cref="EventId"/>, in characters.</summary>
    public const int MaxEventIdLength = 200;

    /// <summary>The recipient, where the provider names one.</summary>
    public EmailAddress? Recipient { get; init; }
}

/// <summary>What a provider can report of a mail.</summary>
public enum DeliveryEventType
{
    /// <summary>It was taken and will be sent.</summary>
    Processed = 1,

    /// <summary>The receiving server was not ready; the provider tries again.</summary>
    Deferred = 2,

    /// <summary>The receiving server has taken it.</summary>
    Delivered = 3,

    /// <summary>The receiving server has refused it for now; the address is good.</summary>
    Blocked = 4,

    /// <summary>The receiving server has refused it for good: a hard bounce.</summary>
    Bounced = 5,

    /// <summary>The provider has refused to send it.</summary>
    Dropped = 6,

    /// <summary>The recipient has reported it as spam.</summary>
    SpamReported = 7,
}
