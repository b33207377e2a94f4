using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.BackgroundJobs;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Delivery;

public sealed class MailDispatcherTests
{
    private const string TakeAway = "ALTER TABLE outbox_messages RENAME TO away";
    private const string BringBack = "ALTER TABLE away RENAME TO outbox_messages";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string?> LongLife = new() { ["Passcodes:EmailVerification:Lifetime"] = "1.00:00:00" };

    private static readonly Dictionary<string, string?> Running = new(LongLife) { ["Delivery:Enabled"] = "true" };

    private readonly ScriptedSender _sender = new();

    [Theory, BothDatabases]
    public async Task Dispatch_WhenTheSenderAccepts_ShouldFinishAsSentOnce(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, extend: _sender.Register);
        await server.As("ada", "ada@example.com").RequestCodeAsync();

        (await server.DeliverAsync()).Should().Be(1);
        (await server.DeliverAsync()).Should().Be(0);

        var row = await OnlyRowAsync(server);
        (row.State, row.Attempts, row.Content, row.LeaseId).Should().Be((DeliveryState.Sent, 1, null, null));
        var mail = _sender.Given.Should().ContainSingle().Subject;
        (mail.DeliveryId, mail.Recipient, mail.Category).Should().Be((row.Id, "ada@example.com", "email-verification"));
        mail.Text.Should().Contain(mail.Passcode!.Reveal());
    }

    [Theory, BothDatabases]
    public async Task Dispatch_WhenTheSenderFailsForNow_ShouldBackOffWithinTheCeilingAndThenFail(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, LongLife, _sender.Register);
        _sender.Always(new SendOutcome.TemporaryFailure("HTTP 503"));
        await server.As("ada", "ada@example.com").RequestCodeAsync();

        for (var attempt = 1; attempt < 10; attempt++)
        {
            (await server.DeliverAsync()).Should().Be(1);
            var waiting = await OnlyRowAsync(server);
            (waiting.State, waiting.Attempts, waiting.Reason).Should().Be((DeliveryState.Queued, attempt, "HTTP 503"));
            var ceiling = TimeSpan.FromSeconds(Math.Min(2 * Math.Pow(2, attempt - 1), 300));
            var wait = waiting.DueAt - server.Time.GetUtcNow();
            wait.Should().BePositive().And.BeLessThanOrEqualTo(ceiling);
            server.Time.Advance(wait);
        }

        await server.DeliverAsync();

        var row = await OnlyRowAsync(server);
        (row.State, row.Attempts, row.Reason).Should().Be((DeliveryState.Failed, 10, "HTTP 503"));
        _sender.Given.Should().HaveCount(10);
        _sender.Given.Select(mail => mail.Passcode!.Reveal()).Distinct().Should().ContainSingle("never a different code");
        server.Time.Advance(TimeSpan.FromHours(1));
        (await server.DeliverAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Dispatch_WhenManyFailTogether_ShouldSpreadTheRetriesOverTheWholeWait()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, extend: _sender.Register);
        _sender.Always(new SendOutcome.TemporaryFailure("HTTP 503"));
        await QueueNoticesAsync(server, 100);

        await server.DeliverAsync();

        var waits = (await OutboxContractTests.RowsAsync(server)).Select(row => (row.DueAt - server.Time.GetUtcNow()).TotalSeconds).ToList();
        waits.Should().OnlyContain(wait => wait > 0 && wait <= 2);
        // Of 100 uniform draws from 2 s, none in the first (last) half second: 0.75^100 < 1e-12.
        waits.Min().Should().BeLessThan(0.5);
        waits.Max().Should().BeGreaterThan(1.5);
    }

    [Theory]
    [InlineData(600, 600, 600)]
    [InlineData(0, 0.001, 2)]
    [InlineData(-60, 0.001, 2)]
    public async Task Dispatch_WhenTheProviderNamesAWait_ShouldHonourItWhereItIsLonger(double retryAfter, double least, double most)
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, LongLife, _sender.Register);
        _sender.Always(new SendOutcome.TemporaryFailure("HTTP 429", TimeSpan.FromSeconds(retryAfter)));
        await server.As("ada", "ada@example.com").RequestCodeAsync();

        await server.DeliverAsync();

        ((await OnlyRowAsync(server)).DueAt - server.Time.GetUtcNow()).TotalSeconds.Should().BeInRange(least, most);
    }

    [Theory, BothDatabases]
    public async Task Dispatch_WhenTheWaitPassesTheExpiry_ShouldExpireThenAndNotSend(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, extend: _sender.Register);
        _sender.Always(new SendOutcome.TemporaryFailure("HTTP 429", TimeSpan.FromHours(2)));
        await server.As("ada", "ada@example.com").RequestCodeAsync();
        await server.DeliverAsync();
        var waiting = await OnlyRowAsync(server);
        waiting.DueAt.Should().Be(waiting.ExpiresAt!.Value);

        server.Time.Advance(TimeSpan.FromMinutes(15));
        await server.DeliverAsync();

        (await OnlyRowAsync(server)).State.Should().Be(DeliveryState.Expired);
        _sender.Given.Should().ContainSingle();
    }

    [Theory, BothDatabases]
    public async Task Dispatch_WhenTheFailureIsPermanent_ShouldFailAtOnce(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, extend: _sender.Register);
        _sender.Always(new SendOutcome.PermanentFailure("HTTP 400"));
        var ada = server.As("ada", "ada@example.com");
        await ada.RequestCodeAsync();

        await server.DeliverAsync();

        var row = await OnlyRowAsync(server);
        (row.State, row.Attempts, row.Reason).Should().Be((DeliveryState.Failed, 1, "HTTP 400"));
        row.Content.Should().NotBeNull("it can be tried again by hand while the code lives");
        ((string)(await ada.StatusAsync()).Results["delivery"]!["state"]!).Should().Be("failed", "the caller can see it");
        server.Time.Advance(TimeSpan.FromMinutes(10));
        (await server.DeliverAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Dispatch_WhenTheSenderThrows_ShouldTryAgainLater()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, extend: _sender.Register);
        _sender.Answer = (_, _) => throw new InvalidOperationException("a bug that names ada@example.com");
        await server.As("ada", "ada@example.com").RequestCodeAsync();
        await server.DeliverAsync();
        var row = await OnlyRowAsync(server);
        (row.State, row.Attempts, row.Reason).Should().Be((DeliveryState.Queued, 1, "the sender failed"));
        server.Logs.Entries.Should().ContainSingle(entry => entry.Contains(".MailDelivery 21: "))
            .Which.Should().Contain("System.InvalidOperationException").And.Contain(nameof(Dispatch_WhenTheSenderThrows_ShouldTryAgainLater), "the stack says where");
        server.Logs.Entries.Should().NotContain(entry => entry.Contains("a bug that names"), "what a sender throws may name the recipient");

        _sender.Always(new SendOutcome.Accepted());
        server.Time.Advance(TimeSpan.FromSeconds(2));
        await server.DeliverAsync();

        (await OnlyRowAsync(server)).State.Should().Be(DeliveryState.Sent);
    }

    [Fact]
    public async Task Dispatch_WhenTheSenderHangs_ShouldGiveUpAfterTheTimeoutAndTryAgain()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, extend: _sender.Register);
        _sender.Answer = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new SendOutcome.Accepted();
        };
        await server.As("ada", "ada@example.com").RequestCodeAsync();

        var delivery = server.DeliverAsync();
        await _sender.NextAsync();
        server.Time.Advance(MailDelivery.SendTimeout - TimeSpan.FromMilliseconds(1));
        delivery.IsCompleted.Should().BeFalse();
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        await delivery.WaitAsync(Patience);

        var row = await OnlyRowAsync(server);
        (row.State, row.Attempts, row.Reason).Should().Be((DeliveryState.Queued, 1, "timeout"));
        MailDispatcher.Lease.Should().BeGreaterThan(MailDelivery.SendTimeout * 2, "nobody else may take it meanwhile");
    }

    [Theory, BothDatabases]
    public async Task Dispatch_WhenTheKeyIsNotConfigured_ShouldLeaveTheMailUntriedForAProcessThatHasIt(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Delivery:MaxAttempts"] = "1" }, _sender.Register);
        await server.As("ada", "ada@example.com").RequestCodeAsync();
        await server.As("bob", "bob@example.com").RequestCodeAsync();
        await using (var stranger = await OtpServer.StartAsync(
            server.Database,
            server.Time,
            new() { ["Protection:Keys:0:Id"] = "other", ["Protection:Keys:0:Key"] = Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray()) },
            _sender.Register))
        {
            (await stranger.DeliverAsync()).Should().Be(2, "each is looked at once and then left alone for a while");
            (await OutboxContractTests.RowsAsync(server)).Should().OnlyContain(row =>
                row.State == DeliveryState.Queued && row.Attempts == 0 && row.LeaseId == null && row.DueAt == server.Time.GetUtcNow() + MailDelivery.WaitForKey);
            stranger.Logs.Entries.Should().ContainSingle(entry => entry.Contains(".MailDelivery 27: "), "it says so once a minute")
                .Which.Should().StartWith("Error ");
            server.Time.Advance(TimeSpan.FromMinutes(1));
            await stranger.DeliverAsync();
            stranger.Logs.Entries.Count(entry => entry.Contains(".MailDelivery 27: ")).Should().Be(2);
        }

        _sender.Given.Should().BeEmpty();
        server.Time.Advance(MailDelivery.WaitForKey);
        await server.DeliverAsync();
        _sender.Given.Should().HaveCount(2);
    }

    [Theory, BothDatabases]
    public async Task Dispatch_WhenNobodyHasTheKeyUntilTheExpiry_ShouldExpireThen(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, extend: _sender.Register);
        await server.As("ada", "ada@example.com").RequestCodeAsync();
        await using var stranger = await OtpServer.StartAsync(
            server.Database,
            server.Time,
            new() { ["Protection:Keys:0:Id"] = "other", ["Protection:Keys:0:Key"] = Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray()) },
            _sender.Register);
        server.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        await stranger.DeliverAsync();
        var row = await OnlyRowAsync(server);
        row.DueAt.Should().Be(row.ExpiresAt!.Value);

        server.Time.Advance(TimeSpan.FromSeconds(1));
        await stranger.DeliverAsync();

        (await OnlyRowAsync(server)).State.Should().Be(DeliveryState.Expired);
    }

    [Theory, BothDatabases]
    public async Task Run_WhenACommandCommits_ShouldSendWithoutAPoll(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, Running, _sender.Register);

        await server.As("ada", "ada@example.com").RequestCodeAsync();
        (await _sender.NextAsync()).Recipient.Should().Be("ada@example.com");
        await server.As("bob", "bob@example.com").RequestCodeAsync();
        (await _sender.NextAsync()).Recipient.Should().Be("bob@example.com");

        server.Time.GetUtcNow().Should().Be(new ManualTimeProvider().GetUtcNow(), "the clock stands: no timer has fired");
    }

    [Theory, BothDatabases]
    public async Task Run_WhenAnotherProcessQueued_ShouldFindItByPolling(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, Running, _sender.Register);
        await using var other = await OtpServer.StartAsync(server.Database, server.Time, LongLife);
        await QueueNoticesAsync(other, 1);

        await AdvanceUntilAsync(server, () => _sender.Given.IsEmpty);

        _sender.Given.Should().ContainSingle();
    }

    [Theory, BothDatabases]
    public async Task Run_WhenOneRecipientIsSlow_ShouldNotDelayTheOthers(DatabaseProvider provider)
    {
        var gate = new TaskCompletionSource();
        _sender.Answer = async (mail, cancellationToken) =>
        {
            if (mail.Recipient.StartsWith("slow", StringComparison.Ordinal))
            {
                await gate.Task.WaitAsync(cancellationToken);
            }

            return new SendOutcome.Accepted();
        };
        await using var server = await OtpServer.StartAsync(provider, new(Running) { ["Delivery:Concurrency"] = "2" }, _sender.Register);
        await server.As("slow", "slow@example.com").RequestCodeAsync();
        (await _sender.NextAsync()).Recipient.Should().Be("slow@example.com");

        for (var number = 0; number < 6; number++)
        {
            await server.As($"user-{number}", $"user-{number}@example.com").RequestCodeAsync();
            (await _sender.NextAsync()).Recipient.Should().Be($"user-{number}@example.com");
        }

        (await OutboxContractTests.RowsAsync(server)).Single(row => row.UserId == "slow").State.Should().Be(DeliveryState.Queued);
        gate.SetResult();
        await StopAsync(server);
        (await OutboxContractTests.RowsAsync(server)).Should().OnlyContain(row => row.State == DeliveryState.Sent);
    }

    [Fact]
    public async Task Run_WhenMoreIsDueThanMayBeInFlight_ShouldKeepTheConfiguredNumberInFlight()
    {
        var gate = new TaskCompletionSource();
        var flying = 0;
        var most = 0;
        _sender.Answer = async (_, cancellationToken) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref flying));
            await gate.Task.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref flying);
            return new SendOutcome.Accepted();
        };
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, new(Running) { ["Delivery:Concurrency"] = "3" }, _sender.Register);
        await QueueNoticesAsync(server, 12);
        for (var arrived = 0; arrived < 3; arrived++)
        {
            await _sender.NextAsync();
        }

        (await OutboxContractTests.RowsAsync(server)).Count(row => row.LeaseId is not null).Should().Be(3, "no more is claimed than can be sent");
        gate.SetResult();
        for (var arrived = 3; arrived < 12; arrived++)
        {
            await _sender.NextAsync();
        }

        most.Should().BeLessThanOrEqualTo(3);
        _sender.Given.Select(mail => mail.DeliveryId).Should().OnlyHaveUniqueItems();
    }

    [Theory, BothDatabases]
    public async Task Stop_WhenMailsAreInFlight_ShouldFinishThem(DatabaseProvider provider)
    {
        var gate = new TaskCompletionSource();
        _sender.Answer = async (_, cancellationToken) =>
        {
            await gate.Task.WaitAsync(cancellationToken);
            return new SendOutcome.Accepted();
        };
        await using var server = await OtpServer.StartAsync(provider, new(Running) { ["Delivery:Concurrency"] = "1" }, _sender.Register);
        await QueueNoticesAsync(server, 2);
        await _sender.NextAsync();

        var stop = StopAsync(server);
        stop.IsCompleted.Should().BeFalse();
        gate.SetResult();
        await stop.WaitAsync(Patience);

        var rows = await OutboxContractTests.RowsAsync(server);
        rows.Count(row => row.State == DeliveryState.Sent).Should().Be(1);
        rows.Single(row => row.State == DeliveryState.Queued).Attempts.Should().Be(0, "what was not begun stays for another process");
    }

    [Theory, BothDatabases]
    public async Task Stop_WhenTheTimeForItIsOver_ShouldGiveBackWhatIsInFlightUncounted(DatabaseProvider provider)
    {
        _sender.Answer = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new SendOutcome.Accepted();
        };
        await using var server = await OtpServer.StartAsync(provider, Running, _sender.Register);
        await QueueNoticesAsync(server, 3);
        for (var arrived = 0; arrived < 3; arrived++)
        {
            await _sender.NextAsync();
        }

        using var outOfTime = new CancellationTokenSource();
        var stop = StopAsync(server, outOfTime.Token);
        stop.IsCompleted.Should().BeFalse();
        await outOfTime.CancelAsync();
        await stop.WaitAsync(Patience);

        (await OutboxContractTests.RowsAsync(server)).Should().HaveCount(3).And.OnlyContain(
            row => row.State == DeliveryState.Queued && row.Attempts == 0 && row.LeaseId == null && row.DueAt <= server.Time.GetUtcNow());
        await using var other = await OtpServer.StartAsync(server.Database, server.Time, LongLife);
        (await other.DeliverAsync()).Should().Be(3, "another process sends them at once");
    }

    [Theory, BothDatabases]
    public async Task Dispatch_WhenAProcessDiedAfterSending_ShouldSendTheSameMailAgainAfterTheLease(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, extend: _sender.Register);
        var ada = server.As("ada", "ada@example.com");
        await ada.RequestCodeAsync();
        EmailMessage sent;
        await using (var dying = new Work(server))
        {
            var claimed = (await dying.Queue.ClaimAsync(MailSelection.OldestUntried, 1, MailDispatcher.Lease, CancellationToken.None)).Single();
            sent = dying.Get<IMailComposer>().Compose(claimed.Id, claimed.Kind, dying.Queue.Open(claimed));
        }

        (await server.DeliverAsync()).Should().Be(0, "the lease of the dead process stands");
        server.Time.Advance(MailDispatcher.Lease);
        (await server.DeliverAsync()).Should().Be(1);

        var again = _sender.Given.Should().ContainSingle().Subject;
        again.Should().BeEquivalentTo(sent, options => options.ComparingRecordsByMembers().Excluding(mail => mail.Passcode));
        again.Passcode!.Reveal().Should().Be(sent.Passcode!.Reveal());
        (await ada.VerifyAsync(again.Passcode.Reveal())).IsVerified.Should().BeTrue();
    }

    [Fact]
    public async Task Run_WhenFailedContentsExpire_ShouldEraseThem()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, new() { ["Delivery:Enabled"] = "true" }, _sender.Register);
        _sender.Always(new SendOutcome.PermanentFailure("HTTP 400"));
        await server.As("ada", "ada@example.com").RequestCodeAsync();
        await _sender.NextAsync();
        await AdvanceUntilAsync(server, () => OnlyRowAsync(server).Result.Content is not null);

        server.Time.GetUtcNow().Should().BeOnOrAfter((await OnlyRowAsync(server)).ExpiresAt!.Value);
    }

    [Fact]
    public async Task Run_WhenTheDatabaseIsAwayForAWhile_ShouldGoOnAfterwards()
    {
        var outage = new OutageLog();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, Running, builder => outage.Register(builder, _sender));
        await RunAsync(server, TakeAway);
        server.Services.GetRequiredService<OutboxSignal>().Set();
        await outage.Seen.WaitAsync(Patience);
        await RunAsync(server, BringBack);

        await QueueNoticesAsync(server, 1);
        await AdvanceUntilAsync(server, () => _sender.Given.IsEmpty);

        _sender.Given.Should().ContainSingle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_WhenTheDatabaseIsAway_ShouldEndAtOnce(bool isOutOfTime)
    {
        var outage = new OutageLog();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, Running, builder => outage.Register(builder, _sender));
        await RunAsync(server, TakeAway);
        server.Services.GetRequiredService<OutboxSignal>().Set();
        await outage.Seen.WaitAsync(Patience);

        await StopAsync(server, new CancellationToken(isOutOfTime)).WaitAsync(Patience);
    }

    private static Task StopAsync(OtpServer server, CancellationToken cancellationToken = default) =>
        server.Services.GetServices<IHostedService>().OfType<MailDispatcherService>().Single().StopAsync(cancellationToken);

    private static async Task RunAsync(OtpServer server, string statement)
    {
        await using var work = new Work(server);
        await work.Context.Database.ExecuteSqlRawAsync(statement);
    }

    private static async Task<OutboxMessage> OnlyRowAsync(OtpServer server) => (await OutboxContractTests.RowsAsync(server)).Single();

    /// <summary>Queues mails that are due since so long that none of them is fresh, and gets a slot beyond the configured ones.</summary>
    private static Task QueueNoticesAsync(OtpServer server, int count)
    {
        var due = server.Time.GetUtcNow().AddSeconds(-1);
        return OutboxContractTests.QueueAsync(
            server, [.. Enumerable.Range(0, count).Select(_ => OutboxContractTests.Mail(server, due) with { Kind = MailKind.AddressChanged, ExpiresAt = null })]);
    }

    /// <summary>Moves the clock by a poll interval at a time, each time after a look at the database, until it is no longer so.</summary>
    private static async Task AdvanceUntilAsync(OtpServer server, Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await OutboxContractTests.RowsAsync(server);
        }
    }

    /// <summary>Notices when the dispatcher says that it could not work.</summary>
    private sealed class OutageLog : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Seen => _seen.Task;

        public void Register(WebApplicationBuilder builder, ScriptedSender sender)
        {
            sender.Register(builder);
            builder.Logging.AddProvider(this);
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 20)
            {
                _seen.TrySetResult();
            }
        }

        public void Dispose()
        {
        }
    }
}
