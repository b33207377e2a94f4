using Otp.Application.Common.Ports;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Hot;

/// <summary>
/// The rows that nearly every request reads or writes: verifications, allowances of recipients, mails and audit entries. One object for each command or query;
/// it knows what the command has loaded and added, and stores it together with all else that the command has changed.
/// </summary>
internal abstract class HotRows
{
    /// <summary>The aggregates that the command has loaded or added, here and in the context.</summary>
    public abstract IEnumerable<AggregateRoot> Aggregates { get; }

    /// <summary>Whether what is to be stored, here and in the context, makes a mail due.</summary>
    public abstract bool QueuesMail { get; }

    /// <summary>A user's verification, to be changed, with the state of the mail that carries its code.</summary>
    public abstract Task<MailedVerification?> FindVerificationAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Those of some users, none of which was asked for before, to be changed.</summary>
    public abstract Task<List<EmailVerification>> FindVerificationsAsync(IReadOnlyList<string> userIds, CancellationToken cancellationToken);

    /// <summary>A user's verification with the state of the mail, only to be read.</summary>
    public abstract Task<MailedVerification?> ReadVerificationAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a user's verification for the first <see cref="ReadVerificationAsync"/> of that user, if a query is to use it, else for the first
    /// <see cref="FindVerificationAsync"/>. Where reading does not wait for anything, nothing is done.
    /// </summary>
    public virtual Task ReadAheadAsync(string userId, VerificationUse use, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether there is such a user, of this resource owner where one is given: one question, which takes as long for a user of others as for none.</summary>
    public abstract Task<bool> KnowsUserAsync(string userId, string? resourceOwner, CancellationToken cancellationToken);

    /// <summary>What a recipient has got lately, on a user's account or on all others', to be changed.</summary>
    public abstract Task<RecipientAllowance?> FindAllowanceAsync(string recipient, string userId, RecipientCounter counter, CancellationToken cancellationToken);

    /// <summary>Whether an address, in canonical form, gets no mail.</summary>
    public abstract Task<bool> IsSuppressedAsync(string address, CancellationToken cancellationToken);

    /// <summary>Adds a verification.</summary>
    public abstract void Add(EmailVerification verification);

    /// <summary>Adds an allowance.</summary>
    public abstract void Add(RecipientAllowance allowance);

    /// <summary>Adds a mail.</summary>
    public abstract void Add(OutboxMessage message);

    /// <summary>Adds an entry to the audit trail.</summary>
    public abstract void Add(AuditEntry entry);

    /// <summary>Stores all that the command has changed, here and in the context, at once or not at all.</summary>
    /// <returns><see langword="null"/> where it is stored; else what another writer was faster with.</returns>
    public abstract Task<string?> StoreAsync(CancellationToken cancellationToken);

    /// <summary>Lets go of all that was loaded and added, here and in the context.</summary>
    public abstract void Clear();

    /// <summary>As <see cref="Clear"/>, and begins the turn of a command that has lost a race.</summary>
    /// <param name="contendedKey">What <see cref="StoreAsync"/> has given.</param>
    /// <param name="cancellationToken">Ends the wait for the others.</param>
    public abstract Task<IAsyncDisposable> TakeTurnAsync(string contendedKey, CancellationToken cancellationToken);
}
