using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Otp.Api.Hosting;
using Otp.Application.Delivery;
using Otp.Domain.Auditing;
using Otp.Domain.EmailVerifications;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Persistence;

public sealed class MigrationTests
{
    private static readonly string[] TableAnnotations =
    [
        RelationalAnnotationNames.FunctionName, RelationalAnnotationNames.Schema, RelationalAnnotationNames.SqlQuery,
        RelationalAnnotationNames.TableName, RelationalAnnotationNames.ViewName, RelationalAnnotationNames.ViewSchema,
    ];

    [Theory, BothDatabases]
    public async Task Model_WhenComparedWithTheMigrations_ShouldHaveNoChangeWithoutOne(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var app = CreateHost(database);
        await using var work = new Work(app.Services);

        work.Context.Database.HasPendingModelChanges().Should().BeFalse("run build/migrations");
    }

    [Theory, BothDatabases]
    public async Task Model_AsWritten_ShouldBeWhatTheConfigurationMakes(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var app = CreateHost(database);
        await using var work = new Work(app.Services);
        var configured = work.Context.GetService<IModelRuntimeInitializer>().Initialize(work.Context.GetService<IDesignTimeModel>().Model, designTime: false);

        var written = work.Context.Model;

        written.GetType().Assembly.Should().BeSameAs(typeof(OtpDbContext).Assembly);
        Describe(written).Should().Equal(Describe(configured), "run build/migrations model");
        Conversions(written).Should().Equal(Conversions(configured), "run build/migrations model");
    }

    [Theory, BothDatabases]
    public async Task History_AsWritten_ShouldBeWhatEFCoreMakes(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var app = CreateHost(database);
        await using var work = new Work(app.Services);
        using DbContext plain = provider == DatabaseProvider.PostgreSql
            ? new DbContext(new DbContextOptionsBuilder().UseNpgsql(database.ConnectionString).Options)
            : new DbContext(new DbContextOptionsBuilder().UseSqlite(database.ConnectionString).Options);
        var own = plain.GetService<IHistoryRepository>();
        var row = new HistoryRow("20261130_It's", "10.0.0");

        var written = work.Context.GetService<IHistoryRepository>();

        written.GetType().Assembly.Should().BeSameAs(typeof(OtpDbContext).Assembly);
        written.GetCreateScript().ReplaceLineEndings().Should().Be(own.GetCreateScript().ReplaceLineEndings());
        written.GetCreateIfNotExistsScript().ReplaceLineEndings().Should().Be(own.GetCreateIfNotExistsScript().ReplaceLineEndings());
        written.GetInsertScript(row).Should().Be(own.GetInsertScript(row));
        written.GetDeleteScript(row.MigrationId).Should().Be(own.GetDeleteScript(row.MigrationId));
    }

    [Theory, BothDatabases]
    public async Task Migrate_WhenTheDatabaseIsEmpty_ShouldMakeItUsable(DatabaseProvider provider)
    {
        await using var database = await CreateEmptyAsync(provider);
        await using var app = CreateHost(database);

        await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);

        await ShouldBeUsableAsync(app);
    }

    [Fact]
    public async Task Script_OnPostgreSql_ShouldMakeTheDatabaseUsableHoweverOftenItIsRun()
    {
        await using var database = await CreateEmptyAsync(DatabaseProvider.PostgreSql);
        await using var app = CreateHost(database);
        await using (var work = new Work(app.Services))
        {
            var script = work.Context.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            for (var time = 0; time < 2; time++)
            {
                await using var run = new NpgsqlCommand(script, connection);
                await run.ExecuteNonQueryAsync();
            }

            (await work.Context.Database.GetPendingMigrationsAsync()).Should().BeEmpty();
        }

        await ShouldBeUsableAsync(app);
    }

    [Fact]
    public async Task Migrate_OnPostgreSql_ShouldCompareEveryTextByItsBytes()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        await using var app = CreateHost(database);
        await using var work = new Work(app.Services);

        var texts = await work.Context.Database
            .SqlQuery<string>(
                $"""
                SELECT table_name || '.' || column_name || ' ' || coalesce(collation_name, 'of the database') AS "Value" FROM information_schema.columns
                WHERE table_schema = 'public' AND data_type = 'character varying' AND table_name <> '__EFMigrationsHistory'
                """)
            .ToListAsync();

        texts.Should().Contain("email_verifications.user_id C").And.AllSatisfy(text => text.Should().EndWith(" C"));
    }

    [Theory, BothDatabases]
    public async Task Migrate_WhenItRunsTwice_ShouldChangeNothingTheSecondTime(DatabaseProvider provider)
    {
        await using var database = await CreateEmptyAsync(provider);
        await using var app = CreateHost(database);
        await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);
        await using (var work = new Work(app.Services))
        {
            work.Verifications.Add(EmailVerification.Start("kept", "org", DateTimeOffset.UnixEpoch));
            await work.CommitAsync();
        }

        await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);

        await ShouldBeUsableAsync(app);
        await using var later = new Work(app.Services);
        (await later.FindAsync("kept")).Should().NotBeNull();
    }

    [Theory, BothDatabases]
    public async Task Migrate_WhenTheVersionBeforeHasStoredMailsAndEntries_ShouldKeepThem(DatabaseProvider provider)
    {
        await using var database = await CreateEmptyAsync(provider);
        await using var app = CreateHost(database);
        await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);
        var mail = new OutboxMessage { Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch), UserId = "user", State = DeliveryState.Queued, Content = [1, 2, 3], Attempts = 4 };
        var entry = new AuditEntry { Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch), UserId = "user", Action = AuditAction.PasscodeIssued, ClientIp = "192.0.2.1" };
        await using (var work = new Work(app.Services))
        {
            work.Context.AddRange(mail, entry);
            await work.Context.SaveChangesAsync();
            await work.Context.Database.MigrateAsync("AuditTrail");
        }

        await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);

        await ShouldBeUsableAsync(app);
        await using var later = new Work(app.Services);
        (await later.Context.OutboxMessages.SingleAsync()).Should().BeEquivalentTo(mail);
        (await later.Context.AuditEntries.SingleAsync()).Should().BeEquivalentTo(entry);
    }

    /// <summary>An index of a large table takes longer than a command may; here it is the wait for somebody who reads.</summary>
    [Fact]
    public async Task Migrate_WhenItTakesLongerThanACommandMay_ShouldNotBeEnded()
    {
        await using var database = await CreateEmptyAsync(DatabaseProvider.PostgreSql);
        Dictionary<string, string?> impatient = new() { ["ConnectionStrings:Otp"] = $"{database.ConnectionString};Command Timeout=1" };
        await using var app = OtpHost.Create(OtpServer.ToArguments(database.Settings, TestTokens.Settings, impatient));
        await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);
        await using (var work = new Work(app.Services))
        {
            await work.Context.Database.MigrateAsync("TextByBytes");
        }

        await using var reader = new NpgsqlConnection(database.ConnectionString);
        await reader.OpenAsync();
        await using var reading = new NpgsqlCommand("BEGIN; SELECT count(*) FROM audit_entries; SELECT pg_sleep(2); COMMIT", reader);
        var read = reading.ExecuteNonQueryAsync();

        await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);

        await read;
        await ShouldBeUsableAsync(app);
        await using var later = new Work(app.Services);
        later.Context.Database.GetCommandTimeout().Should().BeNull("requests have the limit that is configured");
    }

    [Theory, BothDatabases]
    public async Task Migrate_WhenSeveralHostsStartTogether_ShouldWorkForAll(DatabaseProvider provider)
    {
        await using var database = await CreateEmptyAsync(provider);
        await using var first = CreateHost(database);
        await using var second = CreateHost(database);
        await using var third = CreateHost(database);
        WebApplication[] hosts = [first, second, third];

        await Task.WhenAll(hosts.Select(host => Task.Run(() => DatabaseMigrator.MigrateAsync(host.Services, CancellationToken.None))));

        foreach (var host in hosts)
        {
            await ShouldBeUsableAsync(host);
        }
    }

    [Fact]
    public async Task Migrate_WhenOnSqlite_ShouldSwitchOnWriteAheadLog()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var app = CreateHost(database);
        await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);
        await using var work = new Work(app.Services);

        (await work.Context.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").ToListAsync()).Should().Equal("wal");
        (await work.Context.Database.SqlQueryRaw<long>("SELECT synchronous AS Value FROM pragma_synchronous").ToListAsync()).Should().Equal([2L], "FULL: a commit that was answered is on the disk");
        (await work.Context.Database.SqlQueryRaw<long>("SELECT timeout AS Value FROM pragma_busy_timeout").ToListAsync()).Should().Equal(10_000L);
    }

    [Fact]
    public async Task Migrate_WhenOnPostgreSql_ShouldLeaveRoomForUpdatesInTheTablesThatHaveThem()
    {
        await using var database = await CreateEmptyAsync(DatabaseProvider.PostgreSql);
        await using var app = CreateHost(database);
        await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);
        await using var work = new Work(app.Services);
        const string Room = "fillfactor=80, autovacuum_vacuum_scale_factor=0.05";

        var tables = await work.Context.Database.SqlQueryRaw<string>(
            """
            SELECT relname || ': ' || array_to_string(reloptions, ', ') AS "Value"
            FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL
            ORDER BY relname
            """).ToListAsync();

        tables.Should().Equal(
            $"email_verifications: {Room}", $"otp_email_challenges: {Room}", $"otp_email_factors: {Room}", $"recipient_allowances: {Room}", $"user_factors: {Room}");
    }

    [Theory, BothDatabases]
    public async Task Model_WhenNamesAreRead_ShouldBeInSnakeCaseWithLengths(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var app = CreateHost(database);
        await using var work = new Work(app.Services);

        foreach (var entity in work.Context.Model.GetEntityTypes())
        {
            entity.GetTableName().Should().MatchRegex("^[a-z_]+$");
            entity.GetKeys().Select(key => key.GetName()).Concat(entity.GetIndexes().Select(index => index.GetDatabaseName())).Should().OnlyContain(name => !name!.Any(char.IsUpper));
            foreach (var property in ((ITypeBase)entity).GetFlattenedProperties())
            {
                property.GetColumnName().Should().MatchRegex("^[a-z_]+$");
                var type = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
                if ((type == typeof(string) || type == typeof(byte[])) && !property.IsPrimitiveCollection)
                {
                    property.GetMaxLength().Should().NotBeNull($"{entity.Name}.{property.Name} needs a length");
                }
            }
        }
    }

    // A complex type is in the table of its entity, which only the written model repeats, further in than for the entity.
    private static IEnumerable<string> Describe(IModel model) => model.ToDebugString(MetadataDebugStringOptions.LongDefault).Split(Environment.NewLine)
        .Where(line => !(line.StartsWith("        ", StringComparison.Ordinal) && IsOfTable(line.Trim())));

    // What the description leaves out.
    private static IEnumerable<string> Conversions(IModel model) => model.GetEntityTypes().SelectMany(entity => entity.GetFlattenedProperties())
        .Select(property => $"{property.DeclaringType.Name}.{property.Name}: {property.GetColumnType()} by {property.GetTypeMapping().Converter?.GetType()}");

    private static bool IsOfTable(string line) => line is "Annotations:" || TableAnnotations.Any(name => line.StartsWith($"{name}:", StringComparison.Ordinal));

    private static WebApplication CreateHost(TestDatabase database) => OtpHost.Create(OtpServer.ToArguments(database.Settings, TestTokens.Settings));

    private static async Task<TestDatabase> CreateEmptyAsync(DatabaseProvider provider)
    {
        var database = await TestDatabase.CreateAsync(provider);
        if (provider == DatabaseProvider.PostgreSql)
        {
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public", connection);
            await command.ExecuteNonQueryAsync();
        }

        return database;
    }

    private static async Task ShouldBeUsableAsync(WebApplication app)
    {
        await using var work = new Work(app.Services);
        (await work.Context.Database.GetPendingMigrationsAsync()).Should().BeEmpty();
        (await work.Context.Database.GetAppliedMigrationsAsync()).Should().NotBeEmpty().And.OnlyHaveUniqueItems();
        (await work.FindAsync("anybody")).Should().BeNull();
    }
}
