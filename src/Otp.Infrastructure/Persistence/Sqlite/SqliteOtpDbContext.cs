using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Sqlite;

/// <summary>The database on SQLite.</summary>
internal sealed class SqliteOtpDbContext(DbContextOptions<SqliteOtpDbContext> options) : OtpDbContext(options)
{
    private const int UniqueConstraint = 2067;
    private const int PrimaryKeyConstraint = 1555;

    // SQLite lets one writer in at a time and makes the others poll. Within a process they queue here instead, which is fair and faster.
    private static readonly SemaphoreSlim WriteGate = new(1);
    private bool _isInGate;

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (_isInGate || !ChangeTracker.HasChanges())
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        await WriteGate.WaitAsync(cancellationToken);
        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        finally
        {
            WriteGate.Release();
        }
    }

    internal override async Task<List<OutboxMessage>> ClaimDueAsync(
        MailSelection selection, Guid leaseId, DateTimeOffset dueAfter, DateTimeOffset now, DateTimeOffset leaseUntil, int count, CancellationToken cancellationToken)
    {
        // A look without the write lock first: most of the time nothing is due.
        if (!await OutboxMessages.AnyAsync(message => message.State == DeliveryState.Queued && message.DueAt > dueAfter && message.DueAt <= now, cancellationToken))
        {
            return [];
        }

        await WriteGate.WaitAsync(cancellationToken);
        try
        {
            var sql = $$"""
                UPDATE outbox_messages SET lease_id = {0}, due_at = {1}, attempts = attempts + 1
                WHERE (id, user_id) IN (
                    SELECT id, user_id FROM outbox_messages
                    WHERE state = 'Queued' AND due_at > {2} AND due_at <= {3} {{DueSql(selection)}} LIMIT {4})
                RETURNING *
                """;
            return await OutboxMessages.FromSqlRaw(sql, leaseId, leaseUntil.UtcTicks, dueAfter.UtcTicks, now.UtcTicks, count).AsNoTracking().ToListAsync(cancellationToken);
        }
        finally
        {
            WriteGate.Release();
        }
    }

    internal override async Task<IAsyncDisposable> BeginInTurnAsync(string contendedKey, CancellationToken cancellationToken)
    {
        await WriteGate.WaitAsync(cancellationToken);
        try
        {
            // BEGIN IMMEDIATE: the write lock is taken now, so that what is read next cannot be overtaken.
            var transaction = await Database.BeginTransactionAsync(cancellationToken);
            _isInGate = true;
            return new Turn(this, transaction);
        }
        catch
        {
            WriteGate.Release();
            throw;
        }
    }

    internal override Task<IAsyncDisposable?> BeginMigrationAsync(CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable?>(null);

    internal override string FindTableSql(string table) => $"SELECT name FROM sqlite_master WHERE type = 'table' AND name = '{table}'";

    // There is one writer at a time.
    internal override string SkipLockedSql => "";

    internal override object Stored(DateTimeOffset moment) => moment.UtcTicks;

    internal override bool IsUniqueViolation(DbUpdateException exception) =>
        exception.InnerException is SqliteException { SqliteExtendedErrorCode: UniqueConstraint or PrimaryKeyConstraint };

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
    }

    private sealed class Turn(SqliteOtpDbContext context, IDbContextTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await transaction.DisposeAsync();
            }
            finally
            {
                context._isInGate = false;
                WriteGate.Release();
            }
        }
    }
}
