namespace Otp.Application.Delivery;

/// <summary>The fate of a mail.</summary>
public enum DeliveryState
{
    /// <summary>It waits to be sent, for the first time or again.</summary>
    Queued,

    /// <summary>The provider has taken it.</summary>
    Sent,

    /// <summary>The provider tries again: the receiving server was not ready.</summary>
    Deferred,

    /// <summary>The receiving server has taken it.</summary>
    Delivered,

    /// <summary>The receiving server has refused it.</summary>
    Bounced,

    /// <summary>The provider has refused to send it.</summary>
    Dropped,

    /// <summary>It could not be handed to the provider.</summary>
    Failed,

    /// <summary>It was not sent, since its code was no longer of use.</summary>
    Superseded,

    /// <summary>It was not sent, since its code had expired.</summary>
    Expired,
}
