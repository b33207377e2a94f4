using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Tests.Email;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Delivery;

/// <summary>How a provider ends a call.</summary>
public enum ProviderEnd
{
    Answer,
    AnswerLate,
    Hang,
    Cut,
}

/// <summary>What becomes of a mail, by what the provider does, over real HTTP.</summary>
public sealed class ProviderFateTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayAnswer = new();
    private SendGridStandIn _provider = null!;

    public async Task InitializeAsync() => _provider = await SendGridStandIn.StartAsync();

    public async Task DisposeAsync()
    {
        _mayAnswer.TrySetResult();
        await _provider.DisposeAsync();
    }

    // A retry after between 1 ms and 2 s: "..2". After exactly 37 s: "37".
    [Theory]
    [BothDatabases(ProviderEnd.Answer, 200, "", DeliveryState.Sent, "", "")]
    [BothDatabases(ProviderEnd.Answer, 202, "", DeliveryState.Sent, "", "")]
    [BothDatabases(ProviderEnd.AnswerLate, 202, "", DeliveryState.Sent, "", "")]
    [BothDatabases(ProviderEnd.Answer, 400, "", DeliveryState.Failed, "HTTP 400", "")]
    [BothDatabases(ProviderEnd.Answer, 401, "", DeliveryState.Failed, "HTTP 401", "")]
    [BothDatabases(ProviderEnd.Answer, 429, "", DeliveryState.Queued, "HTTP 429", "..2")]
    [BothDatabases(ProviderEnd.Answer, 429, "37", DeliveryState.Queued, "HTTP 429", "37")]
    [BothDatabases(ProviderEnd.Answer, 429, "date", DeliveryState.Queued, "HTTP 429", "90")]
    [BothDatabases(ProviderEnd.Answer, 429, "2000000000", DeliveryState.Queued, "HTTP 429", "3600")]
    [BothDatabases(ProviderEnd.Answer, 408, "", DeliveryState.Queued, "HTTP 408", "..2")]
    [BothDatabases(ProviderEnd.Answer, 500, "", DeliveryState.Queued, "HTTP 500", "..2")]
    [BothDatabases(ProviderEnd.Answer, 503, "", DeliveryState.Queued, "HTTP 503", "..2")]
    [BothDatabases(ProviderEnd.AnswerLate, 503, "", DeliveryState.Queued, "HTTP 503", "..2")]
    [BothDatabases(ProviderEnd.Hang, 0, "", DeliveryState.Queued, "timeout", "..2")]
    [BothDatabases(ProviderEnd.Cut, 0, "", DeliveryState.Queued, "no answer: ", "..2")]
    public async Task Dispatch_WhenTheProviderDoesThis_ShouldEndAsSpecified(
        DatabaseProvider database, ProviderEnd end, int status, string retryAfter, DeliveryState state, string reason, string wait)
    {
        await using var server = await StartAsync(database);
        using var measured = new DeliveryMeasurements(server);
        _provider.Answer = context => AnswerAsync(context, server, end, status, retryAfter);
        await server.As("ada", "ada@example.com").RequestCodeAsync();

        var delivery = server.DeliverAsync();
        await _arrived.Task.WaitAsync(Patience);
        if (end != ProviderEnd.Answer && end != ProviderEnd.Cut)
        {
            server.Time.Advance(MailDelivery.SendTimeout - TimeSpan.FromMilliseconds(1));
            delivery.IsCompleted.Should().BeFalse();
            if (end == ProviderEnd.AnswerLate)
            {
                _mayAnswer.SetResult();
            }
            else
            {
                server.Time.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        await delivery.WaitAsync(Patience);

        var row = (await OutboxContractTests.RowsAsync(server)).Single();
        (row.State, row.Attempts, row.LeaseId).Should().Be((state, 1, null));
        (row.Reason ?? "").Should().StartWith(reason).And.HaveLength(end == ProviderEnd.Cut ? row.Reason!.Length : reason.Length);
        (measured.Finished(state), measured.Retried).Should().Be(state == DeliveryState.Queued ? (0, 1) : (1, 0));
        if (state != DeliveryState.Queued)
        {
            server.Time.Advance(TimeSpan.FromHours(1));
            (await server.DeliverAsync()).Should().Be(0);
            return;
        }

        var after = row.DueAt - server.Time.GetUtcNow();
        after.TotalSeconds.Should().BeInRange(wait == "..2" ? 0.001 : double.Parse(wait, CultureInfo.InvariantCulture), double.Parse(wait.TrimStart('.'), CultureInfo.InvariantCulture));
        await ShouldBeSentAfterAsync(server, after);
    }

    internal static Task<OtpServer> StartAsync(SendGridStandIn provider, DatabaseProvider database, Dictionary<string, string?>? settings = null) =>
        OtpServer.StartAsync(database, new(settings ?? [])
        {
            ["Email:Provider"] = "SendGrid",
            ["Email:SendGrid:ApiKey"] = "SG.test-key",
            ["Email:SendGrid:BaseUrl"] = provider.Url,
            ["Email:From:Address"] = "otp@example.com",
            ["Passcodes:EmailVerification:Lifetime"] = "1.00:00:00",
        });

    private Task<OtpServer> StartAsync(DatabaseProvider database) => StartAsync(_provider, database);

    private async Task ShouldBeSentAfterAsync(OtpServer server, TimeSpan wait)
    {
        _provider.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        };
        server.Time.Advance(wait - TimeSpan.FromMilliseconds(1));
        (await server.DeliverAsync()).Should().Be(0);
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        (await server.DeliverAsync()).Should().Be(1);

        (await OutboxContractTests.RowsAsync(server)).Single().State.Should().Be(DeliveryState.Sent);
        var bodies = _provider.Received.Select(request => request.Body).ToList();
        bodies.Should().HaveCount(2);
        JsonNode.DeepEquals(JsonNode.Parse(bodies[0]), JsonNode.Parse(bodies[1])).Should().BeTrue("it is the same mail with the same code");
    }

    private async Task AnswerAsync(HttpContext context, OtpServer server, ProviderEnd end, int status, string retryAfter)
    {
        _arrived.TrySetResult();
        if (end == ProviderEnd.Cut)
        {
            context.Abort();
            return;
        }

        if (end != ProviderEnd.Answer)
        {
            await (end == ProviderEnd.Hang ? Task.Delay(Timeout.Infinite, context.RequestAborted) : _mayAnswer.Task);
        }

        context.Response.StatusCode = status;
        if (retryAfter.Length > 0)
        {
            context.Response.Headers.RetryAfter = retryAfter == "date" ? server.Time.GetUtcNow().AddSeconds(90).ToString("R", CultureInfo.InvariantCulture) : retryAfter;
        }
    }
}
