using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Email.SendGrid;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Email;

public sealed class SendGridEmailSenderTests : IAsyncLifetime
{
    private static readonly EmailMessage Mail = new(
        new Guid("01940000-0000-7000-8000-00000000abcd"), "email-verification", "ada@example.com", "Verify — “it”", "Text ä <b>\n123456", "<p>Html ä 123456</p>", Passcode.FromGenerated("123456"));

    private SendGridStandIn _sendGrid = null!;
    private OtpServer _server = null!;

    public async Task InitializeAsync()
    {
        _sendGrid = await SendGridStandIn.StartAsync();
        _server = await StartAsync(_sendGrid.Url);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _sendGrid.DisposeAsync();
    }

    [Fact]
    public async Task Send_WhenAMailIsHandedOver_ShouldPostExactlyWhatTheApiDescribes()
    {
        (await SendAsync()).Should().Be(new SendOutcome.Accepted());

        var request = _sendGrid.Received.Should().ContainSingle().Subject;
        (request.Method, request.Path, request.Query).Should().Be(("POST", "/v3/mail/send", ""));
        request.Headers["Authorization"].Should().Be("Bearer SG.test-key");
        request.Headers["Content-Type"].Should().Be("application/json; charset=utf-8");
        var expected = JsonNode.Parse("""
            {
              "personalizations": [{ "to": [{ "email": "ada@example.com" }], "custom_args": { "delivery_id": "01940000-0000-7000-8000-00000000abcd" } }],
              "from": { "email": "otp@example.com", "name": "Acme" },
              "subject": "Verify — “it”",
              "content": [{ "type": "text/plain", "value": "Text ä <b>\n123456" }, { "type": "text/html", "value": "<p>Html ä 123456</p>" }],
              "categories": ["email-verification"],
              "tracking_settings": { "click_tracking": { "enable": false, "enable_text": false }, "open_tracking": { "enable": false } }
            }
            """);
        JsonNode.DeepEquals(JsonNode.Parse(request.Body), expected).Should().BeTrue(request.Body);
        JsonNode.Parse(request.Body)!["content"]![0]!["type"]!.GetValue<string>().Should().Be("text/plain", "the API demands that order");
    }

    [Fact]
    public async Task Send_WhenTheBaseUrlEndsInASlash_ShouldPostToTheSamePath()
    {
        await using var server = await StartAsync(_sendGrid.Url + "/");

        await SendAsync(server);

        _sendGrid.Received.Single().Path.Should().Be("/v3/mail/send");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(204)]
    public async Task Send_WhenTheAnswerIsASuccess_ShouldBeAccepted(int status)
    {
        AnswerWith(status);

        (await SendAsync()).Should().Be(new SendOutcome.Accepted());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task Send_WhenTheRequestIsRefused_ShouldFailForGoodWithoutPersonalData(int status)
    {
        AnswerWith(status);

        (await SendAsync()).Should().Be(new SendOutcome.PermanentFailure($"HTTP {status}"));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Send_WhenTheProviderIsBusyOrBroken_ShouldFailForNow(int status)
    {
        AnswerWith(status);

        (await SendAsync()).Should().Be(new SendOutcome.TemporaryFailure($"HTTP {status}", IsProviderDown: status != 429));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Send_WhenRetryAfterIsInSeconds_ShouldPassItOn(int status)
    {
        AnswerWith(status, "37");

        (await SendAsync()).Should().Be(new SendOutcome.TemporaryFailure($"HTTP {status}", TimeSpan.FromSeconds(37), status != 429));
    }

    [Fact]
    public async Task Send_WhenRetryAfterIsADate_ShouldPassOnTheWaitByTheClock()
    {
        AnswerWith(429, _server.Time.GetUtcNow().AddSeconds(90).ToString("R", System.Globalization.CultureInfo.InvariantCulture));

        (await SendAsync()).Should().Be(new SendOutcome.TemporaryFailure("HTTP 429", TimeSpan.FromSeconds(90)));
    }

    [Theory]
    [InlineData("315360000")]
    [InlineData("3601")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task Send_WhenRetryAfterIsAbsurd_ShouldWaitAnHourAtMost(string retryAfter)
    {
        AnswerWith(429, retryAfter);

        (await SendAsync()).Should().Be(new SendOutcome.TemporaryFailure("HTTP 429", TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Send_WhenTheSandboxIsOn_ShouldSayItToTheProvider()
    {
        await using var server = await StartAsync(_sendGrid.Url, sandbox: true);

        await SendAsync(server);

        JsonNode.Parse(_sendGrid.Received.Single().Body)!["mail_settings"]!["sandbox_mode"]!["enable"]!.GetValue<bool>().Should().BeTrue();
    }

    [Fact]
    public async Task Send_WhenRetryAfterIsNonsense_ShouldIgnoreIt()
    {
        AnswerWith(429, "soon");

        (await SendAsync()).Should().Be(new SendOutcome.TemporaryFailure("HTTP 429"));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    public async Task Send_WhenTheAnswerIsARedirect_ShouldNotFollowItNorTakeItForASuccess(int status)
    {
        _sendGrid.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Path == "/elsewhere" ? 200 : status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        };

        (await SendAsync()).Should().Be(new SendOutcome.PermanentFailure($"HTTP {status}"));
        _sendGrid.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task Send_WhenTheConnectionIsCut_ShouldFailForNow()
    {
        _sendGrid.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        ShouldFailForNowWithoutPersonalData(await SendAsync());
    }

    [Fact]
    public async Task Send_WhenNobodyListens_ShouldFailForNow()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        await using var server = await StartAsync($"http://127.0.0.1:{port}");

        ShouldFailForNowWithoutPersonalData(await SendAsync(server));
    }

    [Fact]
    public async Task Send_WhenTheProviderHangs_ShouldEndWithItsToken()
    {
        var gate = new TaskCompletionSource();
        using var cancelled = new CancellationTokenSource();
        _sendGrid.Answer = async context =>
        {
            await cancelled.CancelAsync();
            await gate.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };

        await FluentActions.Awaiting(() => SendAsync(cancellationToken: cancelled.Token)).Should().ThrowAsync<OperationCanceledException>();
        gate.SetResult();
    }

    [Fact]
    public async Task Dispatch_WhenTheProviderHangs_ShouldBeATimeout()
    {
        var arrived = new TaskCompletionSource();
        _sendGrid.Answer = async context =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        await _server.As("ada", "ada@example.com").RequestCodeAsync();

        var delivery = _server.DeliverAsync();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _server.Time.Advance(MailDelivery.SendTimeout);
        await delivery.WaitAsync(TimeSpan.FromSeconds(10));

        (await Delivery.OutboxContractTests.RowsAsync(_server)).Single().Reason.Should().Be("timeout");
    }

    [Theory]
    [InlineData(202, DeliveryState.Sent, null)]
    [InlineData(400, DeliveryState.Failed, "HTTP 400")]
    [InlineData(503, DeliveryState.Queued, "HTTP 503")]
    public async Task Dispatch_WhenTheProviderAnswers_ShouldStoreTheFateWithoutWhatTheAnswerSays(int status, DeliveryState state, string? reason)
    {
        AnswerWith(status);
        await _server.As("ada", "ada@example.com").RequestCodeAsync();

        await _server.DeliverAsync();

        var row = (await Delivery.OutboxContractTests.RowsAsync(_server)).Single();
        (row.State, row.Reason).Should().Be((state, reason));
        JsonNode.Parse(_sendGrid.Received.Single().Body)!["personalizations"]![0]!["custom_args"]!["delivery_id"]!.GetValue<string>().Should().Be(row.Id.ToString());
    }

    private static Task<OtpServer> StartAsync(string url, bool sandbox = false) => OtpServer.StartAsync(DatabaseProvider.Sqlite, new()
    {
        ["Email:Provider"] = "SendGrid",
        ["Email:SendGrid:ApiKey"] = "SG.test-key",
        ["Email:SendGrid:BaseUrl"] = url,
        ["Email:SendGrid:Sandbox"] = sandbox ? "true" : null,
        ["Email:From:Address"] = "otp@example.com",
        ["Email:From:Name"] = "Acme",
    });

    private static void ShouldFailForNowWithoutPersonalData(SendOutcome outcome)
    {
        var failure = outcome.Should().BeOfType<SendOutcome.TemporaryFailure>().Subject;
        failure.Reason.Should().StartWith("no answer: ").And.NotContainAny("ada", "example", "127.0.0.1");
        failure.IsProviderDown.Should().BeTrue();
    }

    private void AnswerWith(int status, string? retryAfter = null) => _sendGrid.Answer = context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return status == 204 ? Task.CompletedTask : context.Response.WriteAsync("""{"errors":[{"message":"about ada@example.com"}]}""");
    };

    private async Task<SendOutcome> SendAsync(OtpServer? server = null, CancellationToken cancellationToken = default)
    {
        await using var scope = (server ?? _server).Services.CreateAsyncScope();
        var sender = scope.ServiceProvider.GetRequiredService<IEmailSender>();
        sender.Should().BeOfType<SendGridEmailSender>();
        return await sender.SendAsync(Mail, cancellationToken);
    }
}
