using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.BackgroundJobs;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Delivery;

/// <summary>Whose a claimed mail is.</summary>
public sealed class LeaseTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ScriptedSender _sender = new();

    /// <summary>What happens between the claim of a mail and the question whether it is still wanted.</summary>
    private Func<CancellationToken, Task> _meanwhile = _ => Task.CompletedTask;

    [Theory, BothDatabases]
    public async Task Stop_WhenAMailIsClaimedAndNotYetSent_ShouldGiveItBackUncountedAtOnce(DatabaseProvider database)
    {
        var claimed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _meanwhile = cancellationToken =>
        {
            claimed.TrySetResult();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        };
        await using var server = await OtpServer.StartAsync(database, new() { ["Delivery:Enabled"] = "true" }, Register);
        await server.As("ada", "ada@example.com").RequestCodeAsync();
        await claimed.Task.WaitAsync(Patience);

        await server.Services.GetServices<IHostedService>().OfType<MailDispatcherService>().Single()
            .StopAsync(new CancellationToken(canceled: true)).WaitAsync(Patience);

        var row = await OnlyRowAsync(server);
        (row.State, row.Attempts, row.LeaseId).Should().Be((DeliveryState.Queued, 0, null));
        row.DueAt.Should().BeOnOrBefore(server.Time.GetUtcNow());
        _sender.Given.Should().BeEmpty();
        server.Logs.Entries.Should().NotContain(entry => entry.Contains(".MailDispatcher 20: "), "to be stopped is no fault");
    }

    [Theory]
    [BothDatabases(45_000, true)]
    [BothDatabases(45_001, false)]
    public async Task Dispatch_WhenTheLeaseWouldEndDuringTheCall_ShouldNotSendButGiveItBackUncounted(DatabaseProvider database, int delay, bool isSent)
    {
        await using var server = await OtpServer.StartAsync(database, extend: Register);
        await server.As("ada", "ada@example.com").RequestCodeAsync();
        var isFirst = true;
        _meanwhile = _ =>
        {
            server.Time.Advance(TimeSpan.FromMilliseconds(isFirst ? delay : 0));
            isFirst = false;
            return Task.CompletedTask;
        };

        (await server.DeliverAsync()).Should().Be(isSent ? 1 : 2, "what is given back is claimed again");

        var row = await OnlyRowAsync(server);
        (row.State, row.Attempts).Should().Be((DeliveryState.Sent, 1));
        _sender.Given.Should().ContainSingle();
    }

    [Theory]
    [BothDatabases(true)]
    [BothDatabases(false)]
    public async Task Dispatch_WhenTheLeaseWasLostMeanwhile_ShouldLeaveTheMailToItsNewHolderAndSaySo(DatabaseProvider database, bool isTaken)
    {
        await using var server = await OtpServer.StartAsync(database, extend: Register);
        using var measured = new DeliveryMeasurements(server);
        await server.As("ada", "ada@example.com").RequestCodeAsync();
        var other = Guid.CreateVersion7(server.Time.GetUtcNow());
        _sender.Answer = async (_, cancellationToken) =>
        {
            await using var work = new Work(server);
            await work.Context.OutboxMessages.ExecuteUpdateAsync(row => row.SetProperty(item => item.LeaseId, other), cancellationToken);
            return isTaken ? new SendOutcome.Accepted() : new SendOutcome.TemporaryFailure("HTTP 503");
        };

        await server.DeliverAsync();

        var row = await OnlyRowAsync(server);
        (row.State, row.LeaseId, row.Reason).Should().Be((DeliveryState.Queued, other, null));
        row.Content.Should().NotBeNull();
        (measured.Finished(DeliveryState.Sent), measured.Retried).Should().Be((0, 0), "its new holder counts it");
        server.Logs.Entries.Should().ContainSingle(entry => entry.Contains(".MailDelivery 28: "));
    }

    [Theory]
    [BothDatabases(1)]
    [BothDatabases(3)]
    public async Task Dispatch_WhenAllTriesAreUsedUp_ShouldFailWithItsReasonAndCountIt(DatabaseProvider database, int maxAttempts)
    {
        await using var server = await OtpServer.StartAsync(database, new() { ["Delivery:MaxAttempts"] = $"{maxAttempts}" }, Register);
        using var measured = new DeliveryMeasurements(server);
        _sender.Always(new SendOutcome.TemporaryFailure("HTTP 503"));
        await server.As("ada", "ada@example.com").RequestCodeAsync();

        for (var attempt = 1; attempt <= maxAttempts; attempt++)
        {
            (await server.DeliverAsync()).Should().Be(1);
            server.Time.Advance(TimeSpan.FromSeconds(2 << attempt));
        }

        var row = await OnlyRowAsync(server);
        (row.State, row.Attempts, row.Reason).Should().Be((DeliveryState.Failed, maxAttempts, "HTTP 503"));
        (measured.Finished(DeliveryState.Failed), measured.Retried).Should().Be((1, maxAttempts - 1));
        server.Logs.Entries.Should().ContainSingle(entry => entry.Contains(".MailDelivery 23: ")).Which.Should().StartWith("Error ").And.Contain("HTTP 503");
    }

    private static async Task<OutboxMessage> OnlyRowAsync(OtpServer server) => (await OutboxContractTests.RowsAsync(server)).Single();

    private void Register(WebApplicationBuilder builder)
    {
        _sender.Register(builder);
        builder.Services.AddScoped<OutboxQueue>();
        builder.Services.Replace(ServiceDescriptor.Scoped<IOutboxQueue>(provider =>
            new InterruptedQueue(provider.GetRequiredService<OutboxQueue>(), cancellationToken => _meanwhile(cancellationToken))));
    }

    /// <summary>The real queue, with time for something to happen before it is asked whether a mail is still wanted.</summary>
    private sealed class InterruptedQueue(OutboxQueue queue, Func<CancellationToken, Task> meanwhile) : IOutboxQueue
    {
        public async Task<bool> IsStillWantedAsync(MailReference mail, CancellationToken cancellationToken)
        {
            await meanwhile(cancellationToken);
            return await queue.IsStillWantedAsync(mail, cancellationToken);
        }

        public Task<IReadOnlyList<ClaimedMail>> ClaimAsync(MailSelection selection, int count, TimeSpan lease, CancellationToken cancellationToken) =>
            queue.ClaimAsync(selection, count, lease, cancellationToken);

        public MailContent Open(ClaimedMail mail) => queue.Open(mail);

        public Task<bool> FinishAsync(ClaimedMail mail, DeliveryState state, string? reason, CancellationToken cancellationToken) =>
            queue.FinishAsync(mail, state, reason, cancellationToken);

        public Task<bool> PutBackAsync(ClaimedMail mail, DateTimeOffset dueAt, string? reason, CancellationToken cancellationToken) =>
            queue.PutBackAsync(mail, dueAt, reason, cancellationToken);

        public Task EraseExpiredContentsAsync(CancellationToken cancellationToken) => queue.EraseExpiredContentsAsync(cancellationToken);
    }
}
