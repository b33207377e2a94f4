using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Otp.Application.Delivery;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Recipients;
using Otp.Infrastructure.BackgroundJobs;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Hot;
using Otp.Infrastructure.Persistence.Npgsql;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.Infrastructure.Persistence.Purging;
using Otp.Infrastructure.Persistence.Sqlite;
using Otp.TestKit;
using static Otp.Infrastructure.Tests.Purging.PurgeSteps;

namespace Otp.Infrastructure.Tests.Purging;

/// <summary>How it is purged: when, in what portions, and beside whom.</summary>
[Trait("Requirement", "SEC-27")]
public sealed class PurgeServiceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    [Theory, BothDatabases]
    public async Task Run_WhenTheServiceIsStarted_ShouldPurgeSoonAndThenAboutEveryHour(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await using var run = await RunningService.StartAsync(server);
        await server.AddAsync(Entry(server.Now() - Year));

        var first = await run.NextWaitAsync();
        first.Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(2));
        for (var hour = 0; hour < 3; hour++)
        {
            server.Time.Advance(hour == 0 ? first : TimeSpan.FromMinutes(65));
            (await run.NextWaitAsync()).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(55)).And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(65));
            (await EntriesAsync(server)).Should().Be(0);
            await server.AddAsync(Entry(server.Now() - Year));
        }

        await run.Service.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task Run_WhenManyReplicasStartTogether_ShouldNotPurgeTogether()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        var waits = new HashSet<TimeSpan>();
        for (var replica = 0; replica < 5; replica++)
        {
            await using var run = await RunningService.StartAsync(server);
            waits.Add(await run.NextWaitAsync());
        }

        // Five uniform draws of 110,000: that all are the same does not happen.
        waits.Should().HaveCountGreaterThan(1);
    }

    [Fact]
    public async Task Run_WhenItIsSwitchedOff_ShouldNeverPurge()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        await using var run = await RunningService.StartAsync(server, new RetentionOptions { Enabled = false });

        await run.Service.ExecuteTask!.WaitAsync(Patience);
    }

    [Theory, BothDatabases]
    public async Task Run_WhenATableIsAway_ShouldPurgeTheOthersAndTryAgainNextTime(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.AddAsync(Entry(server.Now() - Year), Mail(server.Now() - Year, DeliveryState.Sent, server.Now() - Year));
        await using var run = await RunningService.StartAsync(server);
        await ExecuteAsync(server, "ALTER TABLE outbox_messages RENAME TO away");

        server.Time.Advance(await run.NextWaitAsync());
        var wait = await run.NextWaitAsync();
        (await EntriesAsync(server)).Should().Be(0);
        server.Logs.Entries.Should().ContainSingle(entry => entry.Contains("The purge of outbox_messages failed", StringComparison.Ordinal));

        await ExecuteAsync(server, "ALTER TABLE away RENAME TO outbox_messages");
        server.Time.Advance(wait);
        await run.NextWaitAsync();
        (await Delivery.OutboxContractTests.RowsAsync(server)).Should().BeEmpty();
    }

    [Fact]
    public async Task Stop_WhenAPurgeIsHeldUp_ShouldEndAtOnce()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.PostgreSql);
        await server.AddAsync(Entry(server.Now() - Year));
        await using var run = await RunningService.StartAsync(server);
        await using var rival = new Work(server);
        await using var transaction = await rival.Context.Database.BeginTransactionAsync();
        await rival.Context.Database.ExecuteSqlRawAsync("LOCK TABLE audit_entries");

        server.Time.Advance(await run.NextWaitAsync());
        await run.Service.StopAsync(CancellationToken.None).WaitAsync(Patience);

        run.Service.ExecuteTask!.IsCompleted.Should().BeTrue();
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenThereIsMuch_ShouldDoItInBatches(DatabaseProvider provider)
    {
        var (statements, loads) = (new Statements(), new Loads());
        await using var server = await OtpServer.StartAsync(provider, extend: builder =>
        {
            statements.Register(builder);
            loads.Register(builder);
        });
        var old = server.Now() - Year;
        await AddMuchAsync(server, old);
        statements.Texts.Clear();

        await server.PurgeAsync();

        var texts = statements.Texts.ToList();
        (await CountAllAsync(server)).Should().Be(0);
        foreach (var table in new[] { "outbox_messages", "delivery_reports", "audit_entries", "recipient_allowances" })
        {
            texts.Count(text => text.Contains($"DELETE FROM {table} ", StringComparison.Ordinal)).Should().Be(3, table);
        }

        texts.Count(text => text.StartsWith("SELECT user_id FROM email_verifications", StringComparison.Ordinal)).Should().Be(3);
        loads.Sizes.Should().Equal(Purge.AggregateBatch, Purge.AggregateBatch, 1);
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenSeveralReplicasPurgeAtOnce_ShouldPurgeEverythingWithoutAFault(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await using var other = await OtpServer.StartAsync(server.Database, server.Time);
        await AddMuchAsync(server, server.Now() - Year);

        await Task.WhenAll(new[] { server, other, server, other }.Select(replica => Task.Run(() => replica.PurgeAsync())));

        (await CountAllAsync(server)).Should().Be(0);
        (await server.ReadAsync(work => work.Context.EmailVerifications.Select(user => user.Sequence).Distinct().ToListAsync()))
            .Should().Equal([4L], "each is changed once, after it was made, got its address and its code");
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenAUserAsksForACodeMeanwhile_ShouldLeaveTheNewCode(DatabaseProvider provider)
    {
        var rival = new Loads();
        await using var server = await OtpServer.StartAsync(provider, extend: rival.Register);
        await server.AddAsync(WithCode("ada", server.Now()), WithCode("bob", server.Now()));
        server.Time.Advance(TimeSpan.FromHours(2));
        rival.AfterLoad = async () =>
        {
            await using var work = new Work(server);
            (await work.FindAsync("ada"))!.IssuePasscode(Wrong, null, Policy, server.Now());
            (await work.CommitAsync()).Should().BeTrue();
        };

        await server.PurgeAsync();

        var ada = await server.VerificationAsync("ada");
        (ada.Sequence, ada.Slot.Passcode!.IsLiveIn(ada.Budget, server.Now()), ada.Slot.Passcode.Hash.Matches(Wrong)).Should().Be((4, true, true));
        (await server.VerificationAsync("bob")).Slot.Passcode.Should().BeNull("one that is busy does not keep the others");
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenFactorsChangeMeanwhile_ShouldTryThemAgainAndCountThemOnce(DatabaseProvider provider)
    {
        var rival = new Statements("budget_epoch");
        await using var server = await OtpServer.StartAsync(provider, extend: rival.Register);
        var factors = UserFactors.Start("ada", server.Now());
        factors.AddForRegistration(Guid.CreateVersion7(server.Now()), Address, Right, null, Policy, server.Now());
        await server.AddAsync(factors);
        server.Time.Advance(TimeSpan.FromHours(2));
        rival.AfterRead = () => ExecuteAsync(server, "UPDATE user_factors SET sequence = sequence + 1 WHERE user_id = 'ada'");

        await server.PurgeAsync();

        rival.AfterRead.Should().BeNull("the rival was faster");
        (await server.FactorsAsync("ada")).Factors.Should().ContainSingle().Which.Slot.Passcode.Should().BeNull();
        server.Logs.Entries.Should().ContainSingle(entry => entry.Contains("Purged 1 rows of user_factors", StringComparison.Ordinal));
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenNothingIsOverAnyMoreAsItIsLoaded_ShouldNeitherChangeNorCountIt(DatabaseProvider provider)
    {
        var rival = new Statements("SELECT user_id FROM email_verifications");
        await using var server = await OtpServer.StartAsync(provider, extend: rival.Register);
        await server.AddAsync(WithCode("ada", server.Now()), WithCode("bob", server.Now()));
        server.Time.Advance(TimeSpan.FromHours(2));
        rival.AfterRead = async () =>
        {
            await using var work = new Work(server);
            (await work.FindAsync("ada"))!.IssuePasscode(Wrong, null, Policy, server.Now());
            (await work.CommitAsync()).Should().BeTrue();
        };

        await server.PurgeAsync();

        (await server.VerificationAsync("ada")).Sequence.Should().Be(4, "the new code is its last change");
        (await server.VerificationAsync("bob")).Slot.Passcode.Should().BeNull();
        server.Logs.Entries.Should().ContainSingle(entry => entry.Contains("Purged 1 rows of email_verifications", StringComparison.Ordinal));
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenAUserIsAlwaysBusy_ShouldGoOnWithTheNextOnes(DatabaseProvider provider)
    {
        var rival = new Loads { IsRepeated = true };
        await using var server = await OtpServer.StartAsync(provider, extend: rival.Register);
        await server.AddAsync(Enumerable.Range(1, Purge.AggregateBatch + 1).Select(n => WithCode($"user-{n:D4}", server.Now())));
        server.Time.Advance(TimeSpan.FromHours(2));
        rival.AfterLoad = () => ExecuteAsync(server, "UPDATE email_verifications SET sequence = sequence + 1 WHERE user_id = 'user-0007'");

        await server.PurgeAsync();

        (await server.VerificationAsync("user-0007")).Slot.Passcode.Should().NotBeNull();
        (await server.VerificationAsync($"user-{Purge.AggregateBatch + 1:D4}")).Slot.Passcode.Should().BeNull();
        rival.AfterLoad = null;
        await server.PurgeAsync();
        (await server.ReadAsync(work => work.Context.EmailVerifications.CountAsync(user => user.Slot.Passcode != null))).Should().Be(0, "the next run does it");
    }

    [Fact]
    public async Task Purge_WhenSomebodyHasAMailInHand_ShouldLeaveItAndNotWait()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.PostgreSql);
        var old = server.Now() - Year;
        var mails = new[] { Mail(old, DeliveryState.Sent, old), Mail(old, DeliveryState.Sent, old) };
        await server.AddAsync(mails);
        await using (var rival = new Work(server))
        await using (await rival.Context.Database.BeginTransactionAsync())
        {
            await rival.Context.OutboxMessages.Where(mail => mail.Id == mails[0].Id).ExecuteUpdateAsync(mail => mail.SetProperty(item => item.StateChangedAt, server.Now()));

            await server.PurgeAsync().WaitAsync(Patience);

            (await Delivery.OutboxContractTests.RowsAsync(server)).Should().ContainSingle().Which.Id.Should().Be(mails[0].Id);
        }

        await server.PurgeAsync();
        (await Delivery.OutboxContractTests.RowsAsync(server)).Should().BeEmpty("it was not changed after all");
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenNothingIsOver_ShouldAskOnceForEachTable(DatabaseProvider provider)
    {
        var statements = new Statements();
        await using var server = await OtpServer.StartAsync(provider, extend: statements.Register);
        await server.AddAsync(WithCode("ada", server.Now()));
        statements.Texts.Clear();

        await server.PurgeAsync();

        statements.Texts.Should().HaveCount(Purge.Parts.Count, "EF Core's own queries are not even compiled");
    }

    [Fact]
    public async Task Purge_WhenRowsAreDeleted_ShouldLogAndCountThem()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        await server.AddAsync(Entry(server.Now() - Year), Entry(server.Now() - Year));
        var counted = new ConcurrentDictionary<string, long>();
        var factory = server.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name == "Otp.Retention")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => counted[$"{instrument.Name} {tags[0].Value}"] = value);
        listener.Start();

        await server.PurgeAsync();

        counted.Should().Contain("otp.rows.purged audit_entries", 2).And.Contain("otp.rows.purged outbox_messages", 0);
        server.Logs.Entries.Should().ContainSingle(entry => entry.Contains("Purged 2 rows of audit_entries", StringComparison.Ordinal));
    }

    /// <summary>Two full batches and one row of everything.</summary>
    private static async Task AddMuchAsync(OtpServer server, DateTimeOffset old)
    {
        var rows = Enumerable.Range(0, (2 * Purge.RowBatch) + 1).ToList();
        var aggregates = Enumerable.Range(0, (2 * Purge.AggregateBatch) + 1).ToList();
        await server.AddAsync(
        [
            .. rows.Select(_ => Mail(old, DeliveryState.Sent, old)),
            .. rows.Select(n => Report($"event-{n}", old)),
            .. rows.Select(_ => Entry(old)),
            .. aggregates.Select(n => WithCode($"user-{n}", old)),
            .. rows.Select(n => RecipientAllowance.Start($"user-{n}@example.com", RecipientAllowance.AllUsers, RecipientCounter.Passcodes, old)),
        ]);
    }

    private static Task<int> CountAllAsync(OtpServer server) => server.ReadAsync(async work =>
        await work.Context.OutboxMessages.CountAsync() + await work.Context.DeliveryReports.CountAsync() + await work.Context.AuditEntries.CountAsync()
            + await work.Context.EmailVerifications.CountAsync(user => user.Slot.Passcode != null) + await work.Context.RecipientAllowances.CountAsync());

    private static Task<int> EntriesAsync(OtpServer server) => server.ReadAsync(work => work.Context.AuditEntries.CountAsync());

    private static async Task ExecuteAsync(OtpServer server, string statement)
    {
        await using var work = new Work(server);
        await work.Context.Database.ExecuteSqlRawAsync(statement);
    }

    /// <summary>The service beside a server that does not purge by itself, with a look at how long it waits.</summary>
    private sealed class RunningService(PurgeService service, WatchedTime time) : IAsyncDisposable
    {
        public PurgeService Service => service;

        public static async Task<RunningService> StartAsync(OtpServer server, RetentionOptions? options = null)
        {
            var time = new WatchedTime(server.Time);
            var services = server.Services;
            var service = new PurgeService(
                services.GetRequiredService<IServiceScopeFactory>(),
                services.GetRequiredService<PurgeMetrics>(),
                Options.Create(options ?? new RetentionOptions()),
                time,
                services.GetRequiredService<ILogger<PurgeService>>());
            await service.StartAsync(CancellationToken.None);
            return new RunningService(service, time);
        }

        /// <summary>Waits until it has nothing to do: for how long is that?</summary>
        public async Task<TimeSpan> NextWaitAsync() => await time.Waits.ReadAsync().AsTask().WaitAsync(Patience);

        public async ValueTask DisposeAsync()
        {
            await service.StopAsync(CancellationToken.None);
            service.Dispose();
        }
    }

    /// <summary>The clock of a test that tells of each timer which is made from it.</summary>
    private sealed class WatchedTime(ManualTimeProvider clock) : TimeProvider
    {
        private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

        public ChannelReader<TimeSpan> Waits => _waits.Reader;

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = clock.CreateTimer(callback, state, dueTime, period);
            _waits.Writer.TryWrite(dueTime);
            return timer;
        }
    }

    /// <summary>Keeps the statements that are run, and does something after one that reads was read to its end.</summary>
    private sealed class Statements(string? read = null) : DbCommandInterceptor
    {
        public ConcurrentQueue<string> Texts { get; } = [];

        public Func<Task>? AfterRead { get; set; }

        public void Register(WebApplicationBuilder builder)
        {
            builder.Services.ConfigureDbContext<NpgsqlOtpDbContext>(options => options.AddInterceptors(this));
            builder.Services.ConfigureDbContext<SqliteOtpDbContext>(options => options.AddInterceptors(this));
        }

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            Texts.Enqueue(command.CommandText);
            return base.ReaderExecutedAsync(command, eventData, result, cancellationToken);
        }

        public override ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            Texts.Enqueue(command.CommandText);
            return base.NonQueryExecutedAsync(command, eventData, result, cancellationToken);
        }

        public override async ValueTask<InterceptionResult> DataReaderClosingAsync(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
        {
            if (AfterRead is { } action && command.CommandText.StartsWith("SELECT", StringComparison.Ordinal) && command.CommandText.Contains(read!, StringComparison.Ordinal))
            {
                AfterRead = null;
                await action();
            }

            return result;
        }
    }

    /// <summary>Keeps how many verifications are loaded at a time, and does something after they were.</summary>
    private sealed class Loads
    {
        public ConcurrentQueue<int> Sizes { get; } = [];

        public Func<Task>? AfterLoad { get; set; }

        /// <summary>Whether it is done each time, and not once.</summary>
        public bool IsRepeated { get; init; }

        public void Register(WebApplicationBuilder builder) => builder.Services.Decorate<HotRows>(rows => new WatchedRows(rows, this));

        public async Task NoteAsync(int size)
        {
            Sizes.Enqueue(size);
            if (AfterLoad is { } action)
            {
                AfterLoad = IsRepeated ? action : null;
                await action();
            }
        }
    }

    private sealed class WatchedRows(HotRows rows, Loads loads) : HotRows
    {
        public override IEnumerable<AggregateRoot> Aggregates => rows.Aggregates;

        public override bool QueuesMail => rows.QueuesMail;

        public override async Task<List<EmailVerification>> FindVerificationsAsync(IReadOnlyList<string> userIds, CancellationToken cancellationToken)
        {
            var found = await rows.FindVerificationsAsync(userIds, cancellationToken);
            await loads.NoteAsync(found.Count);
            return found;
        }

        public override Task<MailedVerification?> FindVerificationAsync(string userId, CancellationToken cancellationToken) => rows.FindVerificationAsync(userId, cancellationToken);

        public override Task<MailedVerification?> ReadVerificationAsync(string userId, CancellationToken cancellationToken) => rows.ReadVerificationAsync(userId, cancellationToken);

        public override Task<bool> KnowsUserAsync(string userId, string? resourceOwner, CancellationToken cancellationToken) =>
            rows.KnowsUserAsync(userId, resourceOwner, cancellationToken);

        public override Task<RecipientAllowance?> FindAllowanceAsync(string recipient, string userId, RecipientCounter counter, CancellationToken cancellationToken) =>
            rows.FindAllowanceAsync(recipient, userId, counter, cancellationToken);

        public override Task<bool> IsSuppressedAsync(string address, CancellationToken cancellationToken) => rows.IsSuppressedAsync(address, cancellationToken);

        public override void Add(EmailVerification verification) => rows.Add(verification);

        public override void Add(RecipientAllowance allowance) => rows.Add(allowance);

        public override void Add(OutboxMessage message) => rows.Add(message);

        public override void Add(AuditEntry entry) => rows.Add(entry);

        public override Task<string?> StoreAsync(CancellationToken cancellationToken) => rows.StoreAsync(cancellationToken);

        public override void Clear() => rows.Clear();

        public override Task<IAsyncDisposable> TakeTurnAsync(string contendedKey, CancellationToken cancellationToken) => rows.TakeTurnAsync(contendedKey, cancellationToken);
    }
}
