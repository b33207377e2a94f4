using Microsoft.EntityFrameworkCore;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Hot;

/// <summary>The hot rows by EF Core's change tracking, as all other rows: on SQLite, where there is no way to the database to be saved.</summary>
internal sealed class TrackedHotRows(OtpDbContext context, CompiledQueries queries) : HotRows
{
    public override IEnumerable<AggregateRoot> Aggregates => context.TrackedAggregates;

    public override bool QueuesMail => context.QueuesMail;

    public override Task<MailedVerification?> FindVerificationAsync(string userId, CancellationToken cancellationToken) =>
        queries.FindVerification(context, userId, cancellationToken);

    public override Task<List<EmailVerification>> FindVerificationsAsync(IReadOnlyList<string> userIds, CancellationToken cancellationToken) =>
        context.EmailVerifications.AsTracking().Where(verification => userIds.Contains(verification.UserId)).ToListAsync(cancellationToken);

    public override Task<MailedVerification?> ReadVerificationAsync(string userId, CancellationToken cancellationToken) =>
        queries.ReadVerification(context, userId, cancellationToken);

    public override Task<bool> KnowsUserAsync(string userId, string? resourceOwner, CancellationToken cancellationToken) =>
        queries.KnowsUser(context, userId, resourceOwner, cancellationToken);

    public override Task<RecipientAllowance?> FindAllowanceAsync(string recipient, string userId, RecipientCounter counter, CancellationToken cancellationToken) =>
        queries.FindAllowance(context, recipient, userId, counter, cancellationToken);

    public override Task<bool> IsSuppressedAsync(string address, CancellationToken cancellationToken) => queries.IsSuppressed(context, address, cancellationToken);

    public override void Add(EmailVerification verification) => context.Add(verification);

    public override void Add(RecipientAllowance allowance) => context.Add(allowance);

    public override void Add(OutboxMessage message) => context.Add(message);

    public override void Add(AuditEntry entry) => context.Add(entry);

    public override Task<string?> StoreAsync(CancellationToken cancellationToken) => context.TryStoreAsync(cancellationToken);

    public override void Clear() => context.ChangeTracker.Clear();

    public override Task<IAsyncDisposable> TakeTurnAsync(string contendedKey, CancellationToken cancellationToken)
    {
        Clear();
        return context.BeginInTurnAsync(contendedKey, cancellationToken);
    }
}
