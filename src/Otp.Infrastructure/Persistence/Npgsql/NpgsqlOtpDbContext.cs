using Microsoft.EntityFrameworkCore;
using Npgsql;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>The database on PostgreSQL.</summary>
internal sealed class NpgsqlOtpDbContext(DbContextOptions<NpgsqlOtpDbContext> options) : OtpDbContext(options)
{
    internal override Task<List<OutboxMessage>> ClaimDueAsync(
        Guid leaseId, DateTimeOffset now, DateTimeOffset leaseUntil, int count, CancellationToken cancellationToken) =>
        OutboxMessages.FromSql(
            $"""
            WITH due AS MATERIALIZED (
                SELECT id, user_id FROM outbox_messages WHERE state = 'Queued' AND due_at <= {now} ORDER BY due_at LIMIT {count} FOR UPDATE SKIP LOCKED)
            UPDATE outbox_messages AS message SET lease_id = {leaseId}, due_at = {leaseUntil}, attempts = attempts + 1
            FROM due WHERE message.id = due.id AND message.user_id = due.user_id
            RETURNING message.*
            """).AsNoTracking().ToListAsync(cancellationToken);

    internal override async Task<IAsyncDisposable> BeginInTurnAsync(string contendedKey, CancellationToken cancellationToken)
    {
        var transaction = await Database.BeginTransactionAsync(cancellationToken);
        await Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({contendedKey}, 0))", cancellationToken);
        return transaction;
    }

    internal override bool IsUniqueViolation(DbUpdateException exception) =>
        exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };
}
