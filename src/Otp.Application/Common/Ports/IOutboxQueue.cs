using Otp.Application.Delivery;

namespace Otp.Application.Common.Ports;

/// <summary>The queued mails, as the dispatchers of all processes share them. Each call is a transaction of its own.</summary>
public interface IOutboxQueue
{
    /// <summary>Takes due mails so that no other dispatcher has them until the lease ends; counts the try.</summary>
    /// <param name="selection">Which of them.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="lease">For how long; a process that dies keeps them no longer.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    Task<IReadOnlyList<ClaimedMail>> ClaimAsync(MailSelection selection, int count, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Whether the code that the mail carries would still succeed; always <see langword="true"/> for a notice.</summary>
    Task<bool> IsStillWantedAsync(MailReference mail, CancellationToken cancellationToken);

    /// <summary>Decrypts the content.</summary>
    /// <exception cref="MissingKeyException">Its key is not configured here.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was tampered with.</exception>
    MailContent Open(ClaimedMail mail);

    /// <summary>Notes the fate of a mail and erases its content (that of a failed one when its code expires). Does nothing where the lease was lost.</summary>
    /// <returns>Whether the lease still stood.</returns>
    Task<bool> FinishAsync(ClaimedMail mail, DeliveryState state, string? reason, CancellationToken cancellationToken);

    /// <summary>Puts a mail back. Does nothing where the lease was lost.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="dueAt">When to try again (UTC).</param>
    /// <param name="reason">Why; <see langword="null"/> where it was not tried, which is then not counted as a try.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Whether the lease still stood.</returns>
    Task<bool> PutBackAsync(ClaimedMail mail, DateTimeOffset dueAt, string? reason, CancellationToken cancellationToken);

    /// <summary>Erases the contents of failed mails whose codes have expired.</summary>
    Task EraseExpiredContentsAsync(CancellationToken cancellationToken);
}

/// <summary>Which of the due mails are meant.</summary>
public enum MailSelection
{
    /// <summary>Those that were never tried and became due within the last second, the last first.</summary>
    Fresh,

    /// <summary>Those that were never tried, the last that became due first.</summary>
    NewestUntried,

    /// <summary>Those that were never tried, the first that became due first.</summary>
    OldestUntried,

    /// <summary>Those that were tried or that a process died with, the first that became due first.</summary>
    Retries,
}

/// <summary>A queued mail that this process has the lease of.</summary>
/// <param name="Id">The delivery.</param>
/// <param name="UserId">Whom it is about.</param>
/// <param name="Kind">What it is.</param>
/// <param name="SubjectId">The registration or challenge of its code.</param>
/// <param name="Attempts">Tries, with this one.</param>
/// <param name="ExpiresAt">When its code expires (UTC).</param>
/// <param name="LeaseId">Proves the lease.</param>
/// <param name="LeaseEndsAt">When others may take it (UTC).</param>
/// <param name="ProtectedContent">The encrypted content.</param>
public sealed record ClaimedMail(
    Guid Id, string UserId, MailKind Kind, Guid SubjectId, int Attempts, DateTimeOffset? ExpiresAt, Guid LeaseId, DateTimeOffset LeaseEndsAt,
    ReadOnlyMemory<byte> ProtectedContent)
    : MailReference(Id, UserId, Kind, SubjectId);

/// <summary>Names a mail and what its code belongs to.</summary>
/// <param name="Id">The delivery.</param>
/// <param name="UserId">Whom it is about.</param>
/// <param name="Kind">What it is.</param>
/// <param name="SubjectId">The registration or challenge of its code.</param>
public abstract record MailReference(Guid Id, string UserId, MailKind Kind, Guid SubjectId);
