using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Otp.Api.Tests.Errors;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Delivery;

public sealed class SendGridWebhookTests : IDisposable
{
    // SendGrid's own example: the tests of its C# helper for the signed Event Webhook (sendgrid-csharp, RequestValidatorTests).
    private const string ExampleKey = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";
    private const string ExampleSignature = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=";
    private const string ExampleTimestamp = "1600112502";

    private const string ExampleBody =
        """[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]"""
        + "\r\n";

    private static readonly DateTimeOffset ExampleTime = DateTimeOffset.FromUnixTimeSeconds(1600112502);

    private readonly WebhookSigner _sendGrid = new();

    public void Dispose() => _sendGrid.Dispose();

    [Fact]
    [Trait("Requirement", "SEC-29")]
    public async Task Post_WhenItIsSendGridsDocumentedExample_ShouldBelieveItAndNothingThatDiffersInOneByte()
    {
        await using var server = await OtpServer.StartAsync(
            await TestDatabase.CreateAsync(DatabaseProvider.Sqlite), new ManualTimeProvider(ExampleTime), new() { ["Email:SendGrid:WebhookPublicKey"] = ExampleKey });
        var webhook = server.Services.GetRequiredService<IProviderReports>();
        var body = Encoding.ASCII.GetBytes(ExampleBody);

        (await WebhookSigner.PostAsync(server, body, ExampleSignature, ExampleTimestamp)).Status.Should().Be(HttpStatusCode.OK);
        (await WebhookSigner.PostAsync(server, body[..^2], ExampleSignature, ExampleTimestamp)).Status.Should().Be(HttpStatusCode.Unauthorized);

        var changed = 0;
        for (var at = 0; at < body.Length; at++)
        {
            var other = body.ToArray();
            other[at] ^= 1;
            webhook.Read(new SignedReport(ExampleSignature, ExampleTimestamp, other)).Error.Should().Be(DeliveryErrors.ReportNotAuthentic, "byte {0} of the body was changed", at);
            changed++;
        }

        var signature = Convert.FromBase64String(ExampleSignature);
        for (var at = 0; at < signature.Length; at++)
        {
            var other = signature.ToArray();
            other[at] ^= 1;
            webhook.Read(new SignedReport(Convert.ToBase64String(other), ExampleTimestamp, body)).Error.Should().Be(DeliveryErrors.ReportNotAuthentic, "byte {0} of the signature was changed", at);
            changed++;
        }

        for (var at = 0; at < ExampleTimestamp.Length; at++)
        {
            var other = ExampleTimestamp.ToCharArray();
            other[at] = other[at] == '9' ? '8' : (char)(other[at] + 1);
            webhook.Read(new SignedReport(ExampleSignature, new string(other), body)).Error.Should().Be(DeliveryErrors.ReportNotAuthentic, "digit {0} of the timestamp was changed", at);
        }

        webhook.Read(new SignedReport(ExampleSignature, ExampleTimestamp, body)).IsSuccess.Should().BeTrue("what was changed was a copy");
        changed.Should().Be(body.Length + signature.Length);
    }

    [Theory]
    [InlineData(0, HttpStatusCode.OK)]
    [InlineData(-300, HttpStatusCode.OK)]
    [InlineData(300, HttpStatusCode.OK)]
    [InlineData(-301, HttpStatusCode.Unauthorized)]
    [InlineData(301, HttpStatusCode.Unauthorized)]
    [Trait("Requirement", "SEC-29")]
    public async Task Post_WhenTheSignatureIsOfAnotherTime_ShouldBelieveItForFiveMinutes(int seconds, HttpStatusCode expected)
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, _sendGrid.Settings);

        (await _sendGrid.PostAsync(server, "[]"u8.ToArray(), server.Time.GetUtcNow().AddSeconds(seconds))).Status.Should().Be(expected);
    }

    [Fact]
    [Trait("Requirement", "SEC-29")]
    public async Task Post_WhenTheSignatureIsMissingOrSomebodyElses_ShouldBe401AndChangeNothing()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, _sendGrid.Settings);
        var (caller, deliveryId) = await SentAsync(server);
        var body = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new[] { _sendGrid.Report(server, deliveryId, "bounce") });
        var timestamp = server.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var good = Convert.ToBase64String(_sendGrid.Sign(timestamp, body));
        using var somebody = new WebhookSigner();
        foreach (var (signature, time) in new[]
        {
            (null, timestamp), (good, null), (null, null), ("", timestamp), (good, ""), (good, "x"), (good, "-1"), (good, timestamp + ".0"), (good, "99999999999999999999"),
            ("not base64", timestamp), (Convert.ToBase64String(somebody.Sign(timestamp, body)), timestamp), (Convert.ToBase64String(_sendGrid.Sign("", body)), timestamp),
            (Convert.ToBase64String(_sendGrid.Sign(timestamp, [])), timestamp), (good[..^4], timestamp), (good + "AAAA", timestamp), (Convert.ToBase64String(new byte[72]), timestamp),
        })
        {
            var answer = await WebhookSigner.PostAsync(server, body, signature, time);
            answer.ShouldBeError(HttpStatusCode.Unauthorized, "AuthorizationError");
        }

        (await StateAsync(caller)).Should().Be("sent");
        await caller.SetEmailAsync("ada@example.com");
        (await WebhookSigner.PostAsync(server, body, good, timestamp)).Status.Should().Be(HttpStatusCode.OK, "the same with the good signature");
        (await StateAsync(caller)).Should().Be("bounced");
    }

    [Fact]
    public async Task Post_WhenNoKeyIsConfigured_ShouldBe404()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);

        (await _sendGrid.PostAsync(server)).ShouldBeError(HttpStatusCode.NotFound, "NotFoundError");
        (await server.Anonymous().GetAsync(WebhookSigner.Path)).Status.Should().Be(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("[", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    [InlineData("\"\\ud800\"", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.OK)]
    [InlineData("""[null,1,"x",[],{},{"event":5},{"event":"open"},{"event":"delivered"},{"event":"\ud800","sg_event_id":"e"}]""", HttpStatusCode.OK)]
    [InlineData("""[{"event":"delivered","sg_event_id":"e","delivery_id":"x","timestamp":1}]""", HttpStatusCode.OK)]
    [InlineData("""[{"event":"delivered","sg_event_id":"e","delivery_id":"01940000-0000-7000-8000-00000000abcd","timestamp":99999999999999}]""", HttpStatusCode.OK)]
    [InlineData("""[{"event":"delivered","sg_event_id":"e","delivery_id":"01940000-0000-7000-8000-00000000abcd","timestamp":1.5}]""", HttpStatusCode.OK)]
    [InlineData("""[{"event":"delivered","sg_event_id":"e\u0000","delivery_id":"01940000-0000-7000-8000-00000000abcd","timestamp":1}]""", HttpStatusCode.OK)]
    [InlineData("""[{"event":"bounce","sg_event_id":"e","delivery_id":"01940000-0000-7000-8000-00000000abcd","timestamp":1,"email":"nobody@example.com"}]""", HttpStatusCode.OK)]
    public async Task Post_WhenTheBodyIsNotWhatIsExpected_ShouldRefuseWhatIsNoListAndPassOverTheRest(string body, HttpStatusCode expected)
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, _sendGrid.Settings);

        var answer = await _sendGrid.PostAsync(server, Encoding.UTF8.GetBytes(body), server.Time.GetUtcNow());

        answer.Status.Should().Be(expected, answer.Text);
        (await server.CountAsync("suppressions")).Should().Be(0);
    }

    [Fact]
    [Trait("Requirement", "SEC-22")]
    public async Task Post_WhenTheBodyIsLarge_ShouldTakeOneMebibyteAndRefuseMore()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, _sendGrid.Settings);
        var largest = new byte[1024 * 1024];
        largest.AsSpan().Fill((byte)' ');
        (largest[0], largest[^1]) = ((byte)'[', (byte)']');

        (await _sendGrid.PostAsync(server, largest, server.Time.GetUtcNow())).Status.Should().Be(HttpStatusCode.OK);
        var answer = await _sendGrid.PostAsync(server, [.. largest, (byte)' '], server.Time.GetUtcNow());
        answer.ShouldBeError(HttpStatusCode.RequestEntityTooLarge, "PayloadTooLargeError");
        answer.Text.Should().Contain("1048576");
    }

    [Theory, BothDatabases]
    public async Task Report_WhenTheProviderTellsWhatBecameOfAMail_ShouldShowOnTheStatusAndOnTheChallenge(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, _sendGrid.Settings);
        var (caller, deliveryId) = await SentAsync(server);
        server.Time.Advance(TimeSpan.FromSeconds(3));

        await _sendGrid.PostAsync(server, _sendGrid.Report(server, deliveryId, "deferred"));
        (await StateAsync(caller)).Should().Be("deferred");
        server.Time.Advance(TimeSpan.FromSeconds(30));
        var delivered = _sendGrid.Report(server, deliveryId, "delivered");
        await _sendGrid.PostAsync(server, WebhookSigner.Report("late", deliveryId, "processed", server.Time.GetUtcNow().AddSeconds(-33)), delivered);
        (await StateAsync(caller)).Should().Be("delivered");
        ((DateTimeOffset)(await caller.StatusAsync()).Results["delivery"]!["changedAt"]!).Should().Be(server.Time.GetUtcNow());

        await caller.VerifyAsync(await server.CodeToAsync("ada@example.com"));
        await caller.AddContactFactorAsync();
        server.Time.Advance(TimeSpan.FromSeconds(1));
        var challenge = await caller.CreateChallengeAsync();
        await server.DeliverAsync();
        await _sendGrid.PostAsync(server, _sendGrid.Report(server, await server.NewestDeliveryAsync(), "dropped"));
        ((string)(await caller.ChallengeAsync(challenge.Result("challengeId"))).Results["delivery"]!["state"]!).Should().Be("dropped");
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-29")]
    public async Task Report_WhenItIsSentAgain_ShouldDoNothingAgain(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, _sendGrid.Settings);
        var (caller, deliveryId) = await SentAsync(server);
        var bounce = _sendGrid.Report(server, deliveryId, "bounce", bounce: "bounce");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ => (await _sendGrid.PostAsync(server, bounce, bounce)).Status.Should().Be(HttpStatusCode.OK)));
        (await server.CountAsync("delivery_reports")).Should().Be(1);
        (await server.CountAsync("suppressions")).Should().Be(1);

        (await server.With(DeliverySteps.Instance).DeleteAsync("api/v1/suppressions/ada%40example.com")).Status.Should().Be(HttpStatusCode.OK);
        await _sendGrid.PostAsync(server, bounce);
        server.Time.Advance(TimeSpan.FromSeconds(60));
        (await caller.RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK, "a report that was seen does not suppress the address again");
    }

    [Theory, BothDatabases]
    public async Task Report_WhenTheProviderHasTakenAMailThatWasThoughtLost_ShouldNotSendItAgain(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, _sendGrid.Settings);
        var caller = server.As("ada", "ada@example.com");
        await caller.RequestCodeAsync();
        await _sendGrid.PostAsync(server, _sendGrid.Report(server, await server.NewestDeliveryAsync(), "processed"));

        (await server.DeliverAsync()).Should().Be(0);
        (await StateAsync(caller)).Should().Be("sent");
        (await server.CountAsync("outbox_messages WHERE content IS NULL")).Should().Be(1, "the content holds the code");
    }

    [Theory, BothDatabases]
    public async Task Report_WhenManyComeAtOnceForOneMail_ShouldLoseNone(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, _sendGrid.Settings);
        var (caller, deliveryId) = await SentAsync(server);
        var now = server.Time.GetUtcNow();
        var reports = Enumerable.Range(1, 20).Select(second => WebhookSigner.Report($"deferred {second}", deliveryId, "deferred", now.AddSeconds(second)))
            .Append(WebhookSigner.Report("last", deliveryId, "delivered", now.AddSeconds(21)));

        await Task.WhenAll(reports.Reverse().Select(async report => (await _sendGrid.PostAsync(server, report)).Status.Should().Be(HttpStatusCode.OK)));

        (await StateAsync(caller)).Should().Be("delivered");
        (await server.CountAsync("delivery_reports")).Should().Be(21);
    }

    /// <summary>A user whose code was sent.</summary>
    private static async Task<(OtpCaller Caller, string DeliveryId)> SentAsync(OtpServer server)
    {
        var caller = server.As("ada", "ada@example.com");
        await caller.RequestCodeAsync();
        await server.DeliverAsync();
        (await StateAsync(caller)).Should().Be("sent");
        return (caller, await server.NewestDeliveryAsync());
    }

    private static async Task<string> StateAsync(OtpCaller caller) => (string)(await caller.StatusAsync()).Results["delivery"]!["state"]!;
}
