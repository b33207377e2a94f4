using System.Net;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Tests.Email;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Delivery;

/// <summary>A provider that is down is left alone, and found again when it is back; over real HTTP.</summary>
public sealed class ProviderCircuitOverHttpTests : IAsyncLifetime
{
    private const int Concurrency = 16;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private SendGridStandIn _provider = null!;

    public async Task InitializeAsync()
    {
        _provider = await SendGridStandIn.StartAsync();
        AnswerWith(503);
    }

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    [Theory, BothDatabases]
    public async Task Dispatch_WhenTheProviderIsDown_ShouldProbeOnceASecondAndUseUpNoTries(DatabaseProvider database)
    {
        await using var server = await ProviderFateTests.StartAsync(_provider, database);
        using var measured = new DeliveryMeasurements(server);
        measured.Circuit.Should().Be(0);
        await QueueNoticesAsync(server, 40);

        await server.DeliverAsync();

        _provider.Received.Should().HaveCount(Concurrency, "those were in flight when it opened");
        measured.Circuit.Should().Be(1);
        for (var probe = 1; probe <= 5; probe++)
        {
            server.Time.Advance(Second - TimeSpan.FromMilliseconds(1));
            (await server.DeliverAsync()).Should().Be(0);
            server.Time.Advance(TimeSpan.FromMilliseconds(1));
            (await server.DeliverAsync()).Should().Be(1);
            _provider.Received.Should().HaveCount(Concurrency + probe);
        }

        var rows = await OutboxContractTests.RowsAsync(server);
        rows.Should().OnlyContain(row => row.State == DeliveryState.Queued && row.LeaseId == null);
        rows.GroupBy(row => row.Attempts).ToDictionary(group => group.Key, group => group.Count())
            .Should().BeEquivalentTo(new Dictionary<int, int> { [0] = 19, [1] = 21 }, "a probe is a mail that was never tried, and the others wait untried");
        measured.Retried.Should().Be(21);
        (await server.Client.GetAsync("/health/ready")).StatusCode.Should().Be(HttpStatusCode.OK, "requests can be served");
        Said(server, 25).Should().ContainSingle().Which.Should().StartWith("Warning ").And.Contain("HTTP 503");

        AnswerWith(202);
        server.Time.Advance(Second);
        (await server.DeliverAsync()).Should().BeGreaterThanOrEqualTo(19, "the probe succeeds and all others follow");
        measured.Circuit.Should().Be(0);
        Said(server, 26).Should().ContainSingle().Which.Should().StartWith("Information ");
        server.Time.Advance(TimeSpan.FromSeconds(2));
        await server.DeliverAsync();
        (await OutboxContractTests.RowsAsync(server)).Should().OnlyContain(row => row.State == DeliveryState.Sent);
        _provider.Received.Should().HaveCount(Concurrency + 5 + 40);
        measured.Finished(DeliveryState.Sent).Should().Be(40);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(400)]
    [InlineData(401)]
    public async Task Dispatch_WhenTheProviderRefusesEachMail_ShouldNotTakeItForDown(int status)
    {
        AnswerWith(status);
        await using var server = await ProviderFateTests.StartAsync(_provider, DatabaseProvider.Sqlite);
        using var measured = new DeliveryMeasurements(server);
        await QueueNoticesAsync(server, 40);

        await server.DeliverAsync();

        _provider.Received.Should().HaveCount(40);
        measured.Circuit.Should().Be(0);
    }

    [Fact]
    public async Task Dispatch_WhenSomeMailsAreTaken_ShouldTryAllOthersHoweverManyFail()
    {
        var calls = 0;
        _provider.Answer = context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref calls) == 1 ? 202 : 500;
            return Task.CompletedTask;
        };
        await using var server = await ProviderFateTests.StartAsync(_provider, DatabaseProvider.Sqlite);
        await QueueNoticesAsync(server, 1);
        await server.DeliverAsync();
        await QueueNoticesAsync(server, 100);

        await server.DeliverAsync();

        _provider.Received.Should().HaveCount(101);
        Said(server, 25).Should().BeEmpty();
    }

    [Theory, BothDatabases]
    public async Task Dispatch_WhenOpen_ShouldProbeWithTheNewestThatWasNeverTried(DatabaseProvider database)
    {
        await using var server = await ProviderFateTests.StartAsync(_provider, database);
        await QueueNoticesAsync(server, 40);
        await server.DeliverAsync();
        server.Time.Advance(Second);
        await server.As("ada", "ada@example.com").RequestCodeAsync();

        (await server.DeliverAsync()).Should().Be(1);

        _provider.Received.Last().Body.Should().Contain("ada@example.com");
    }

    [Theory, BothDatabases]
    public async Task Dispatch_WhenOpenAndNothingIsUntried_ShouldProbeWithARetry(DatabaseProvider database)
    {
        await using var server = await ProviderFateTests.StartAsync(_provider, database);
        await QueueNoticesAsync(server, 12);
        await server.DeliverAsync();
        server.Time.Advance(TimeSpan.FromSeconds(2));

        (await server.DeliverAsync()).Should().Be(1);
        AnswerWith(202);
        server.Time.Advance(TimeSpan.FromSeconds(4));
        await server.DeliverAsync();

        (await OutboxContractTests.RowsAsync(server)).Should().OnlyContain(row => row.State == DeliveryState.Sent);
    }

    [Theory, BothDatabases]
    public async Task Dispatch_WhenOpenAndMailsHaveExpired_ShouldNotTakeThemForProbes(DatabaseProvider database)
    {
        await using var server = await ProviderFateTests.StartAsync(_provider, database);
        await OutboxContractTests.QueueAsync(server, [.. Enumerable.Range(0, 40).Select(_ => Notice(server) with { ExpiresAt = server.Time.GetUtcNow().AddSeconds(1) })]);
        await server.DeliverAsync();
        server.Time.Advance(Second);
        await QueueNoticesAsync(server, 2);

        await server.DeliverAsync();
        server.Time.Advance(Second);
        await server.DeliverAsync();

        _provider.Received.Should().HaveCount(Concurrency + 2);
        server.Time.Advance(Second);
        await server.DeliverAsync();
        (await OutboxContractTests.RowsAsync(server)).Where(row => row.Attempts > 0 && row.State == DeliveryState.Queued).Should().HaveCount(2);
        (await OutboxContractTests.RowsAsync(server)).Count(row => row.State == DeliveryState.Expired).Should().Be(40, "none of them takes the turn of one that can be sent");
    }

    private static IEnumerable<string> Said(OtpServer server, int eventId) => server.Logs.Entries.Where(entry => entry.Contains($".MailDispatcher {eventId}: "));

    private static OutgoingMail Notice(OtpServer server) => OutboxContractTests.Mail(server) with { Kind = MailKind.AddressChanged, ExpiresAt = null };

    private static Task QueueNoticesAsync(OtpServer server, int count) => OutboxContractTests.QueueAsync(server, [.. Enumerable.Range(0, count).Select(_ => Notice(server))]);

    private void AnswerWith(int status) => _provider.Answer = context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };
}
