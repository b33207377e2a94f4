namespace Otp.Application.Delivery;

/// <summary>A mail and its fate, without its recipient and its code.</summary>
public sealed record DeliveryRecordDto
{
    /// <summary>Names the mail, also to the provider.</summary>
    public required Guid DeliveryId { get; init; }

    /// <summary>Whom it is about.</summary>
    public required string UserId { get; init; }

    /// <summary>What it is.</summary>
    public required MailKind Kind { get; init; }

    /// <summary>The newest state.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Since when (UTC).</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>When it was queued (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its code expires (UTC); absent for a notice.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How often it was handed to the provider.</summary>
    public required int Attempts { get; init; }

    /// <summary>Why it failed last; absent where it did not.</summary>
    public string? Reason { get; init; }
}

/// <summary>Some of the mails, newest first.</summary>
/// <param name="Items">The mails.</param>
/// <param name="Next">What to give as <c>after</c> for those that follow; absent where none do.</param>
public sealed record DeliveryPageDto(IReadOnlyList<DeliveryRecordDto> Items, Guid? Next = null);
