using Otp.Application.Delivery;

namespace Otp.Infrastructure.Persistence.Outbox;

/// <summary>A queued or finished mail, as it stands in the database.</summary>
internal sealed class OutboxMessage : IUserRow
{
    public const int MaxStateLength = 16;
    public const int MaxReasonLength = 200;
    public const int MaxContentLength = 8192;

    public Guid Id { get; init; }

    public required string UserId { get; init; }

    public MailKind Kind { get; init; }

    public Guid SubjectId { get; init; }

    public DeliveryState State { get; set; }

    public DateTimeOffset StateChangedAt { get; set; }

    /// <summary>When, by the provider's clock, what it reported last has happened.</summary>
    public DateTimeOffset? ReportedAt { get; set; }

    /// <summary>When it is to be sent next; while it is claimed, when the lease ends.</summary>
    public DateTimeOffset DueAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Claims so far, but for those that were given back untried.</summary>
    public int Attempts { get; set; }

    public Guid? LeaseId { get; set; }

    /// <summary>Why it failed last, without personal data.</summary>
    public string? Reason { get; set; }

    /// <summary>The encrypted content; erased when the mail is finished.</summary>
    public byte[]? Content { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>By which mails to an address are found again; the address itself is in the content alone.</summary>
    public byte[]? RecipientDigest { get; init; }
}
