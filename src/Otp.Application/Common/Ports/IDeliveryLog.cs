using Otp.Application.Delivery;
using Otp.Domain.Emails;

namespace Otp.Application.Common.Ports;

/// <summary>What became of the mails. Changes are part of the unit of work; a dispatcher that finishes the same mail meanwhile is a lost race.</summary>
public interface IDeliveryLog
{
    /// <summary>The state of a mail, or <see langword="null"/> where it is not known (any more). Sees what the running command has queued.</summary>
    Task<DeliveryDto?> FindAsync(string userId, Guid deliveryId, CancellationToken cancellationToken);

    /// <summary>Lists mails, newest first.</summary>
    Task<IReadOnlyList<DeliveryRecordDto>> ListAsync(DeliveryFilter filter, int count, CancellationToken cancellationToken);

    /// <summary>A mail of the users in the scope, or <see langword="null"/>.</summary>
    Task<LoggedMail?> FindAsync(OwnerScope scope, Guid deliveryId, CancellationToken cancellationToken);

    /// <summary>Puts a failed mail into the queue again, with all its tries.</summary>
    Task RequeueAsync(LoggedMail mail, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>How far the mails have come; those that are not known are left out.</summary>
    Task<IReadOnlyDictionary<Guid, DeliveryProgress>> FindProgressAsync(IReadOnlyCollection<Guid> deliveryIds, CancellationToken cancellationToken);

    /// <summary>Which of the reports were recorded before.</summary>
    Task<IReadOnlySet<string>> FindRecordedAsync(IReadOnlyCollection<DeliveryEvent> reports, CancellationToken cancellationToken);

    /// <summary>Records a report of a mail that <see cref="FindProgressAsync"/> has found.</summary>
    /// <param name="report">The report.</param>
    /// <param name="progress">How far the mail has come with it, where it changes that. The mail is not sent (again).</param>
    /// <param name="now">The time (UTC).</param>
    void Record(DeliveryEvent report, DeliveryProgress? progress, DateTimeOffset now);
}

/// <summary>Which mails are listed.</summary>
/// <param name="Scope">Only those about these users.</param>
public sealed record DeliveryFilter(OwnerScope Scope)
{
    /// <summary>Only those about this user.</summary>
    public string? UserId { get; init; }

    /// <summary>Only those to this address.</summary>
    public EmailAddress? Recipient { get; init; }

    /// <summary>Only those in this state.</summary>
    public DeliveryState? State { get; init; }

    /// <summary>Only those queued before this one.</summary>
    public Guid? After { get; init; }
}

/// <summary>A mail as it stands in the log.</summary>
/// <param name="Id">The delivery.</param>
/// <param name="UserId">Whom it is about.</param>
/// <param name="Kind">What it is.</param>
/// <param name="SubjectId">The registration or challenge of its code.</param>
/// <param name="State">Its state.</param>
/// <param name="ExpiresAt">When its code expires (UTC).</param>
/// <param name="HasContent">Whether its content is still kept.</param>
public sealed record LoggedMail(Guid Id, string UserId, MailKind Kind, Guid SubjectId, DeliveryState State, DateTimeOffset? ExpiresAt, bool HasContent)
    : MailReference(Id, UserId, Kind, SubjectId);
