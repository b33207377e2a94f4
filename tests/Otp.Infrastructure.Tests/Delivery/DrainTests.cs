using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.Infrastructure.Tests.Email;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Delivery;

/// <summary>A backlog, several processes, and one of them killed.</summary>
public sealed partial class DrainTests
{
    private const int Mails = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentQueue<(Guid DeliveryId, string Code, int Process)> _sent = [];
    private readonly Channel<Guid> _arrivals = Channel.CreateUnbounded<Guid>();

    [Fact]
    public async Task Kill_WhenOneOfThreeProcessesIsInTheMiddleOfABacklog_ShouldSendEveryMailAndTwiceOnlyWhatWasInFlight()
    {
        await using var provider = await SendGridStandIn.StartAsync();
        provider.Answer = context =>
        {
            Note(provider.Received);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        };
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        await using var server = await OtpServer.StartAsync(database, new ManualTimeProvider(TimeProvider.System.GetUtcNow()));
        var codes = await FillAsync(server);

        // The backlog becomes due when all three are there.
        await MakeDueAsync(server, codes.Keys, TimeSpan.FromMinutes(10));
        var processes = await Task.WhenAll(Enumerable.Range(0, 3).Select(number => OtpProcess.StartAsync(database, SettingsOf(provider, number))));
        await using var first = processes[0];
        await using var second = processes[1];
        await using var third = processes[2];
        await MakeDueAsync(server, codes.Keys, TimeSpan.Zero);
        await WaitForFirstAsync(Mails / 4);

        // One that is at work: another may still sleep until its next look.
        var victim = _sent.First().Process;
        await processes[victim].KillAsync();
        var inFlight = await LeasedAsync(server);
        await WaitForAsync([.. codes.Keys.Except(inFlight).Except(_sent.Select(mail => mail.DeliveryId))]);

        // The leases of the killed one end, as they would after a minute.
        HashSet<Guid> left = [.. (await LeasedAsync(server)).Intersect(inFlight)];
        while (_arrivals.Reader.TryRead(out _))
        {
            // What arrived so far is no second time.
        }

        await MakeDueAsync(server, left, TimeSpan.Zero);
        await WaitForAsync([.. left]);
        (await Task.WhenAll(processes.Where((_, number) => number != victim).Select(process => process.StopAsync()))).Should().Equal(0, 0);

        (await OutboxContractTests.RowsAsync(server)).Should().HaveCount(Mails).And.OnlyContain(row => row.State == DeliveryState.Sent);
        _sent.Select(mail => mail.DeliveryId).Distinct().Should().HaveCount(Mails, "each was sent at least once");
        _sent.Should().OnlyContain(mail => codes[mail.DeliveryId] == mail.Code, "never with another code");
        var twice = _sent.GroupBy(mail => mail.DeliveryId).Where(group => group.Count() > 1).ToList();
        twice.Should().NotContain(group => !left.Contains(group.Key) || group.Count() != 2 || group.First().Process != victim, "only what the killed one had not finished, if anything");
        left.Count.Should().BeLessThanOrEqualTo(20, "no more than 16 are in flight, and a quarter more of fresh ones");
        _sent.Select(mail => mail.Process).Distinct().Should().HaveCount(3, "all took part");
    }

    private static Dictionary<string, string?> SettingsOf(SendGridStandIn provider, int process) => new()
    {
        ["Delivery:Enabled"] = "true",
        ["Email:Provider"] = "SendGrid",
        ["Email:SendGrid:ApiKey"] = $"process-{process}",
        ["Email:SendGrid:BaseUrl"] = provider.Url,
        ["Email:From:Address"] = "otp@example.com",
    };

    /// <summary>Asks for a code for each of many users.</summary>
    /// <returns>The code of each delivery.</returns>
    private static async Task<Dictionary<Guid, string>> FillAsync(OtpServer server)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Mails),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) => (await server.As($"user-{number}", $"user-{number}@example.com").RequestCodeAsync()).Status.Should().Be(System.Net.HttpStatusCode.OK));
        var protector = server.Services.GetRequiredService<MailContentProtector>();
        return (await OutboxContractTests.RowsAsync(server)).ToDictionary(row => row.Id, row => protector.Unprotect(row.Content, row.Id, row.UserId).Passcode!.Reveal());
    }

    private static async Task MakeDueAsync(OtpServer server, IReadOnlyCollection<Guid> mails, TimeSpan after)
    {
        var due = TimeProvider.System.GetUtcNow() + after;
        await using var work = new Work(server);
        await work.Context.OutboxMessages.Where(row => mails.Contains(row.Id)).ExecuteUpdateAsync(row => row.SetProperty(item => item.DueAt, due));
    }

    private static async Task<HashSet<Guid>> LeasedAsync(OtpServer server)
    {
        await using var work = new Work(server);
        return [.. await work.Context.OutboxMessages.Where(row => row.State == DeliveryState.Queued && row.LeaseId != null).Select(row => row.Id).ToListAsync()];
    }

    private async Task WaitForFirstAsync(int arrivals)
    {
        using var patience = new CancellationTokenSource(Patience);
        for (var arrived = 0; arrived < arrivals; arrived++)
        {
            await _arrivals.Reader.ReadAsync(patience.Token);
        }
    }

    /// <summary>Waits until these have arrived.</summary>
    private async Task WaitForAsync(HashSet<Guid> mails)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (mails.Count > 0)
        {
            mails.Remove(await _arrivals.Reader.ReadAsync(patience.Token));
        }
    }

    private void Note(ConcurrentQueue<ReceivedRequest> received)
    {
        received.TryDequeue(out var request).Should().BeTrue();
        var mail = JsonNode.Parse(request!.Body)!;
        var id = Guid.Parse((string)mail["personalizations"]![0]!["custom_args"]!["delivery_id"]!);
        _sent.Enqueue((id, Code().Match((string)mail["content"]![0]!["value"]!).Value, request.Headers["Authorization"][^1] - '0'));
        _arrivals.Writer.TryWrite(id);
    }

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex Code();
}
