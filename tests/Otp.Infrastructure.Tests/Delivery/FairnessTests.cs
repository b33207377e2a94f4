using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.BackgroundJobs;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Tests.Email;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Delivery;

/// <summary>Whose mail is next.</summary>
public sealed class FairnessTests
{
    private const int FailuresToOpen = 10;
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Dictionary<string, string?> LongLife = new() { ["Passcodes:EmailVerification:Lifetime"] = "1.00:00:00" };

    private readonly ScriptedSender _sender = new();

    [Theory, BothDatabases]
    public async Task Dispatch_WhenThereIsABacklog_ShouldTakeItsEndsInTurnAndARetryEachFifthTime(DatabaseProvider database)
    {
        await using var server = await OtpServer.StartAsync(database, new() { ["Delivery:Concurrency"] = "1" }, _sender.Register);
        _sender.Always(new SendOutcome.TemporaryFailure("HTTP 429"));
        await QueueAsync(server, "retry-1", "retry-2");
        await server.DeliverAsync();
        server.Time.Advance(TimeSpan.FromSeconds(2));
        await QueueAsync(server, "1", "2", "3", "4", "5", "6", "7", "8");
        _sender.Always(new SendOutcome.Accepted());
        _sender.Given.Clear();
        server.Time.Advance(TimeSpan.FromSeconds(1));

        await server.DeliverAsync();

        var order = _sender.Given.Select(mail => mail.Recipient.Split('@')[0]).ToList();
        order.Should().HaveCount(10);

        // Where the turns begin depends on what was sent before; any five in a row hold two of each end and one retry, while all of these are there.
        var retries = Enumerable.Range(0, 10).Where(index => order[index].StartsWith("retry", StringComparison.Ordinal)).ToList();
        retries[0].Should().BeLessThan(5);
        (retries[1] - retries[0]).Should().Be(5);
        var untried = order.Where(name => name.Length == 1).Select(int.Parse).ToList();
        var oldest = 1;
        var newest = 8;
        foreach (var mail in untried)
        {
            mail.Should().BeOneOf(oldest, newest);
            (oldest, newest) = mail == oldest ? (oldest + 1, newest) : (oldest, newest - 1);
        }

        untried.Take(4).Count(mail => mail > 4).Should().Be(2, "half of the turns are the newest one's");
    }

    [Theory, BothDatabases]
    public async Task Run_WhenSendsHang_ShouldMakeWayAfterAMoment(DatabaseProvider database)
    {
        _sender.Answer = HangAsync;
        await using var server = await OtpServer.StartAsync(database, Running(concurrency: 2), _sender.Register);
        await QueueAsync(server, "1", "2");
        await _sender.NextAsync();
        await _sender.NextAsync();
        await QueueStaleAsync(server, "3", "4", "5");

        server.Time.Advance(MailDispatcher.SlotTime - TimeSpan.FromMilliseconds(1));
        _sender.Given.Should().HaveCount(2);
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        await _sender.NextAsync();
        await _sender.NextAsync();

        _sender.Given.Should().HaveCount(4, "the two that made way are still in flight, and two more are");
        (await OutboxContractTests.RowsAsync(server)).Count(row => row.LeaseId is not null).Should().Be(4);
        await AbortAsync(server);
    }

    [Theory, BothDatabases]
    public async Task Run_WhenRetriesHang_ShouldKeepHalfOfTheSlotsForMailsThatWereNeverTried(DatabaseProvider database)
    {
        _sender.Answer = (mail, cancellationToken) => mail.Recipient.StartsWith("retry", StringComparison.Ordinal) ? HangAsync(mail, cancellationToken) : Accept();
        await using var filler = await OtpServer.StartAsync(database, LongLife);
        await QueueRetriesAsync(filler, 10);
        await using var server = await OtpServer.StartAsync(filler.Database, filler.Time, Running(concurrency: 4), _sender.Register);
        await _sender.NextAsync();
        await _sender.NextAsync();

        for (var number = 0; number < 3; number++)
        {
            await QueueAsync(server, $"fresh-{number}");
            (await _sender.NextAsync()).Recipient.Should().StartWith("fresh");
        }

        (await OutboxContractTests.RowsAsync(server)).Count(row => row.LeaseId is not null && row.Attempts == 2).Should().Be(2);
        await AbortAsync(server);
    }

    [Theory, BothDatabases]
    public async Task Run_WhenStaleMailsHoldAllSlots_ShouldSendFreshOnesAtOnce(DatabaseProvider database)
    {
        _sender.Answer = (mail, cancellationToken) => mail.Recipient.StartsWith("stale", StringComparison.Ordinal) ? HangAsync(mail, cancellationToken) : Accept();
        await using var server = await OtpServer.StartAsync(database, Running(concurrency: 4), _sender.Register);
        await QueueStaleAsync(server, [.. Enumerable.Range(0, 10).Select(number => $"stale-{number}")]);
        for (var slot = 0; slot < 4; slot++)
        {
            (await _sender.NextAsync()).Recipient.Should().StartWith("stale");
        }

        for (var number = 0; number < 5; number++)
        {
            await server.As($"fresh-{number}", $"fresh-{number}@example.com").RequestCodeAsync();
            (await _sender.NextAsync()).Recipient.Should().Be($"fresh-{number}@example.com", "no time passes");
        }

        _sender.Given.Count(mail => mail.Recipient.StartsWith("stale", StringComparison.Ordinal)).Should().Be(4, "the stale ones get no slot more");
        await AbortAsync(server);
    }

    [Theory, BothDatabases]
    public async Task Run_WhenProbesHoldTheSlotsOfADownProvider_ShouldProbeWithAFreshMail(DatabaseProvider database)
    {
        var calls = 0;
        _sender.Answer = (mail, cancellationToken) => mail.Recipient.StartsWith("fresh", StringComparison.Ordinal)
            ? Accept()
            : Interlocked.Increment(ref calls) <= FailuresToOpen
                ? Task.FromResult<SendOutcome>(new SendOutcome.TemporaryFailure("HTTP 503", IsProviderDown: true))
                : HangAsync(mail, cancellationToken);
        await using var server = await OtpServer.StartAsync(database, Running(concurrency: 1), _sender.Register);
        await QueueStaleAsync(server, [.. Enumerable.Range(0, 20).Select(number => $"stale-{number}")]);
        for (var failure = 0; failure < FailuresToOpen; failure++)
        {
            await _sender.NextAsync();
        }

        await WaitForOpenCircuitAsync(server);
        server.Time.Advance(ProbeInterval);
        (await _sender.NextAsync()).Recipient.Should().StartWith("stale", "the probe hangs and holds the only slot");
        server.Time.Advance(ProbeInterval);
        await server.As("fresh", "fresh@example.com").RequestCodeAsync();

        (await _sender.NextAsync()).Recipient.Should().Be("fresh@example.com");
        await AbortAsync(server);
    }

    [Theory]
    [BothDatabases(true)]
    [BothDatabases(false)]
    public async Task Run_When1000OthersHangOrFail_ShouldSendAHealthyMailSoon(DatabaseProvider database, bool isHanging)
    {
        await using var provider = await SendGridStandIn.StartAsync();
        var calls = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var healthy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProviderFateTests.StartAsync(provider, database, new() { ["Delivery:Enabled"] = "true" });
        provider.Answer = context =>
        {
            if (provider.Received.Any(request => request.Body.Contains("healthy@", StringComparison.Ordinal)))
            {
                healthy.TrySetResult();
            }

            var call = Interlocked.Increment(ref calls);
            if (call == 16)
            {
                enough.SetResult();
            }

            return isHanging ? Task.Delay(Timeout.Infinite, context.RequestAborted) : FailAsync(context, call);
        };
        await QueueAsync(server, [.. Enumerable.Range(0, 1000).Select(number => $"failing-{number}")]);
        await enough.Task.WaitAsync(Patience);

        var before = calls;
        await server.As("healthy", "healthy@example.com").RequestCodeAsync();
        using var patience = new CancellationTokenSource(Patience);
        while (!healthy.Task.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            server.Time.Advance(TimeSpan.FromMilliseconds(100));
            await OutboxContractTests.RowsAsync(server);
        }

        // Counted in calls: how much is done in a second of the manual clock depends on the machine. Oldest first, it would come after all others.
        (calls - before).Should().BeLessThan(100);
        await AbortAsync(server);
    }

    private static async Task FailAsync(HttpContext context, int call)
    {
        if (call % 3 == 0)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = call % 3 == 1 ? 500 : 429;
        await context.Response.CompleteAsync();
    }

    private static async Task<SendOutcome> HangAsync(EmailMessage mail, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return new SendOutcome.Accepted();
    }

    private static Task<SendOutcome> Accept() => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());

    private static async Task AbortAsync(OtpServer server) =>
        await server.Services.GetServices<IHostedService>().OfType<MailDispatcherService>().Single().StopAsync(new CancellationToken(canceled: true)).WaitAsync(Patience);

    private static async Task WaitForOpenCircuitAsync(OtpServer server)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!server.Logs.Entries.Any(entry => entry.Contains(".MailDispatcher 25: ")))
        {
            patience.Token.ThrowIfCancellationRequested();
            await OutboxContractTests.RowsAsync(server);
        }
    }

    /// <summary>Queues a notice for each name, each due a little later than the one before.</summary>
    private static Task QueueAsync(OtpServer server, params string[] names) => QueueAsync(server, TimeSpan.Zero, names);

    /// <summary>The same, due since so long that none of them is fresh any more.</summary>
    private static Task QueueStaleAsync(OtpServer server, params string[] names) => QueueAsync(server, TimeSpan.FromSeconds(1), names);

    private static Task QueueAsync(OtpServer server, TimeSpan age, string[] names)
    {
        var due = server.Time.GetUtcNow().AddMilliseconds(-names.Length) - age;
        return OutboxContractTests.QueueAsync(server, [.. names.Select((name, index) =>
            OutboxContractTests.Mail(server, due.AddMilliseconds(index), $"{name}@example.com") with { Kind = MailKind.AddressChanged, ExpiresAt = null })]);
    }

    /// <summary>Queues mails that were tried once and are due again.</summary>
    private static async Task QueueRetriesAsync(OtpServer server, int count)
    {
        await QueueAsync(server, [.. Enumerable.Range(0, count).Select(number => $"retry-{number}")]);
        await using var work = new Work(server);
        foreach (var mail in await OutboxContractTests.ClaimAsync(server, count))
        {
            await work.Queue.PutBackAsync(mail, server.Time.GetUtcNow(), "HTTP 503", CancellationToken.None);
        }
    }

    private static Dictionary<string, string?> Running(int concurrency) =>
        new(LongLife) { ["Delivery:Enabled"] = "true", ["Delivery:Concurrency"] = $"{concurrency}" };
}
