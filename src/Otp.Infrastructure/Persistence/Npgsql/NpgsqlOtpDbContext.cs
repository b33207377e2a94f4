using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using Otp.Application.Common.Ports;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>The database on PostgreSQL.</summary>
internal sealed class NpgsqlOtpDbContext(DbContextOptions<NpgsqlOtpDbContext> options) : OtpDbContext(options)
{
    /// <summary>Compares texts byte by byte, as the service and SQLite do, whatever the language of the database is.</summary>
    private const string Collation = "C";

    internal override Task<List<OutboxMessage>> ClaimDueAsync(
        MailSelection selection, Guid leaseId, DateTimeOffset dueAfter, DateTimeOffset now, DateTimeOffset leaseUntil, int count, CancellationToken cancellationToken)
    {
        var sql = $$"""
            WITH due AS MATERIALIZED (
                SELECT id, user_id FROM outbox_messages
                WHERE state = 'Queued' AND due_at > {0} AND due_at <= {1} {{DueSql(selection)}} LIMIT {2} FOR UPDATE SKIP LOCKED)
            UPDATE outbox_messages AS message SET lease_id = {3}, due_at = {4}, attempts = attempts + 1
            FROM due WHERE message.id = due.id AND message.user_id = due.user_id
            RETURNING message.*
            """;
        return OutboxMessages.FromSqlRaw(sql, dueAfter, now, count, leaseId, leaseUntil).AsNoTracking().ToListAsync(cancellationToken);
    }

    internal override async Task<IAsyncDisposable> BeginInTurnAsync(string contendedKey, CancellationToken cancellationToken)
    {
        var transaction = await Database.BeginTransactionAsync(cancellationToken);
        await Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({contendedKey}, 0))", cancellationToken);
        return transaction;
    }

    internal override async Task<IAsyncDisposable?> BeginMigrationAsync(CancellationToken cancellationToken)
    {
        // EF Core's own lock ends with the transaction of each migration, and the plan of a process that waits for it is then out of date.
        // A connection outside the pool: the lock ends with it, however that comes.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database.GetConnectionString()) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            // There is no database yet: the migration makes it, and of several processes one succeeds.
            await connection.DisposeAsync();
            return null;
        }

        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended('otp migrations', 0))", connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    internal override string FindTableSql(string table) => $"""SELECT to_regclass('"{table}"')::text""";

    internal override string SkipLockedSql => "FOR UPDATE SKIP LOCKED";

    internal override object Stored(DateTimeOffset moment) => moment;

    internal override bool IsUniqueViolation(DbUpdateException exception) =>
        exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    // Each names what its index is of, and then what is looked for.
    internal override IQueryable<T> OfUser<T>(IQueryable<T> rows, string userId) =>
        rows.Where(row => SmallIndexes.Hash(row.UserId) == SmallIndexes.Hash(userId) && row.UserId == userId);

    internal override IQueryable<OutboxMessage> ToRecipient(IQueryable<OutboxMessage> mails, IReadOnlyList<byte[]> digests)
    {
        var beginnings = digests.Select(digest => digest[..SmallIndexes.Beginning]).ToList();
        return mails.Where(mail => mail.RecipientDigest != null
            && beginnings.Contains(SmallIndexes.Part(mail.RecipientDigest, 1, SmallIndexes.Beginning))
            && digests.Contains(mail.RecipientDigest));
    }

    protected override void ConfigureDifferences(ModelBuilder modelBuilder)
    {
        SmallIndexes.Configure(modelBuilder);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(PropertiesOf).Where(IsText))
        {
            property.SetCollation(Collation);
        }
    }

    private static IEnumerable<IMutableProperty> PropertiesOf(IMutableTypeBase type) =>
        type.GetProperties().Concat(type.GetComplexProperties().SelectMany(complex => PropertiesOf(complex.ComplexType)));

    private static bool IsText(IMutableProperty property) =>
        (property.GetValueConverter()?.ProviderClrType ?? property.GetProviderClrType() ?? property.ClrType) == typeof(string);
}
