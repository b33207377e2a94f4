using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Email.Mailbox;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence;

/// <summary>The database of the service. One model for both databases; what differs stands in the derived contexts.</summary>
public abstract partial class OtpDbContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>One verification per user.</summary>
    public DbSet<EmailVerification> EmailVerifications => Set<EmailVerification>();

    /// <summary>The mails that each recipient has got lately.</summary>
    public DbSet<RecipientAllowance> RecipientAllowances => Set<RecipientAllowance>();

    /// <summary>The budget and version of each user's factors.</summary>
    public DbSet<UserFactors> UserFactors => Set<UserFactors>();

    /// <summary>The factors.</summary>
    public DbSet<OtpEmailFactor> OtpEmailFactors => Set<OtpEmailFactor>();

    /// <summary>The challenges of the last day.</summary>
    public DbSet<OtpEmailChallenge> OtpEmailChallenges => Set<OtpEmailChallenge>();

    internal DbSet<OutboxMessage> OutboxMessages => Set<OutboxMessage>();

    internal DbSet<MailboxMessage> MailboxMessages => Set<MailboxMessage>();

    /// <summary>The addresses that get no mail.</summary>
    public DbSet<Suppression> Suppressions => Set<Suppression>();

    /// <summary>What providers have reported.</summary>
    internal DbSet<DeliveryReport> DeliveryReports => Set<DeliveryReport>();

    /// <summary>What has happened.</summary>
    internal DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    /// <summary>Takes due mails under a lease, in one statement that one claimer wins.</summary>
    internal abstract Task<List<OutboxMessage>> ClaimDueAsync(
        MailSelection selection, Guid leaseId, DateTimeOffset dueAfter, DateTimeOffset now, DateTimeOffset leaseUntil, int count, CancellationToken cancellationToken);

    /// <summary>The filter on, and the order of, a selection of due mails in SQL, as both databases understand it.</summary>
    internal static string DueSql(MailSelection selection) => selection switch
    {
        MailSelection.Fresh or MailSelection.NewestUntried => "AND attempts = 0 ORDER BY due_at DESC",
        MailSelection.OldestUntried => "AND attempts = 0 ORDER BY due_at",
        MailSelection.Retries => "AND attempts > 0 ORDER BY due_at",
        _ => throw new ArgumentOutOfRangeException(nameof(selection), selection, "Not a selection."),
    };

    /// <summary>Begins a transaction that waits for those of other commands that lost a race for the same thing; disposing of it ends the turn.</summary>
    internal abstract Task<IAsyncDisposable> BeginInTurnAsync(string contendedKey, CancellationToken cancellationToken);

    /// <summary>Waits until no other process migrates the database; disposing of the result lets the next one in. None where EF Core's own lock is enough.</summary>
    internal abstract Task<IAsyncDisposable?> BeginMigrationAsync(CancellationToken cancellationToken);

    /// <summary>A statement for the name of a table, which has no text where there is no such table.</summary>
    internal abstract string FindTableSql(string table);

    /// <summary>What a statement that selects rows to change them ends with, so that it leaves those that another transaction has in hand.</summary>
    internal abstract string SkipLockedSql { get; }

    /// <summary>A time (UTC) as its columns hold it, for a statement of our own.</summary>
    internal abstract object Stored(DateTimeOffset moment);

    /// <summary>Those of the rows that are of a user.</summary>
    internal virtual IQueryable<T> OfUser<T>(IQueryable<T> rows, string userId)
        where T : class, IUserRow => rows.Where(row => row.UserId == userId);

    /// <summary>Those of the mails that went to a recipient with one of these digests.</summary>
    internal virtual IQueryable<OutboxMessage> ToRecipient(IQueryable<OutboxMessage> mails, IReadOnlyList<byte[]> digests) =>
        mails.Where(mail => digests.Contains(mail.RecipientDigest));

    /// <summary>Whether an exception while saving means that the same key was added by another writer.</summary>
    internal abstract bool IsUniqueViolation(DbUpdateException exception);

    /// <summary>The aggregates that are tracked.</summary>
    internal IEnumerable<AggregateRoot> TrackedAggregates => ChangeTracker.Entries<AggregateRoot>().Select(entry => entry.Entity);

    /// <summary>Whether what is tracked makes a mail due.</summary>
    internal bool QueuesMail => ChangeTracker.Entries<OutboxMessage>().Any(entry =>
        entry.State == EntityState.Added || (entry.State == EntityState.Modified && entry.Entity.State == DeliveryState.Queued));

    /// <summary>Stores what is tracked, in the transaction of the turn where there is one, which it then commits.</summary>
    /// <returns><see langword="null"/> where it is stored; else what another writer was faster with.</returns>
    internal async Task<string?> TryStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SaveChangesAsync(cancellationToken);
            if (Database.CurrentTransaction is { } transaction)
            {
                await transaction.CommitAsync(cancellationToken);
            }

            return null;
        }
        catch (DbUpdateException exception) when (exception is DbUpdateConcurrencyException || IsUniqueViolation(exception))
        {
            return KeyOf(exception);
        }
    }

    /// <summary>Names a row that writers fight for, alike in all processes.</summary>
    internal static string ContendedKey(string entity, params IEnumerable<object?> key) => $"{entity} {string.Join(' ', key)}";

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(OtpDbContext).Assembly);
        ConfigureDifferences(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            NameInSnakeCase(entity);
        }
    }

    /// <summary>What one database has otherwise than the other, before all is named.</summary>
    protected virtual void ConfigureDifferences(ModelBuilder modelBuilder)
    {
    }

    private static string KeyOf(DbUpdateException exception)
    {
        var entry = exception.Entries.Count > 0 ? exception.Entries[0] : null;
        var key = entry?.Metadata.FindPrimaryKey()?.Properties.Select(property => entry.Property(property).CurrentValue);
        return ContendedKey(entry?.Metadata.ShortName() ?? "", key ?? []);
    }

    private static void NameInSnakeCase(IMutableEntityType entity)
    {
        NameColumns(entity.GetProperties(), "");
        NameComplexColumns(entity.GetComplexProperties(), "");
        foreach (var key in entity.GetKeys())
        {
            key.SetName(ToSnakeCase(key.GetName()!));
        }

        foreach (var foreignKey in entity.GetForeignKeys())
        {
            foreignKey.SetConstraintName(ToSnakeCase(foreignKey.GetConstraintName()!));
        }

        foreach (var index in entity.GetIndexes())
        {
            index.SetDatabaseName(ToSnakeCase(index.GetDatabaseName()!));
        }
    }

    private static void NameComplexColumns(IEnumerable<IMutableComplexProperty> complexProperties, string prefix)
    {
        foreach (var complex in complexProperties)
        {
            var inner = $"{prefix}{ToSnakeCase(complex.Name)}_";
            NameColumns(complex.ComplexType.GetProperties(), inner);
            NameComplexColumns(complex.ComplexType.GetComplexProperties(), inner);
        }
    }

    private static void NameColumns(IEnumerable<IMutableProperty> properties, string prefix)
    {
        foreach (var property in properties)
        {
            property.SetColumnName(prefix + ToSnakeCase(property.Name));
        }
    }

    private static string ToSnakeCase(string name) => WordStart().Replace(name, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]")]
    private static partial Regex WordStart();
}
