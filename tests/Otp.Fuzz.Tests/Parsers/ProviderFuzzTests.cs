using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.Email;
using Otp.Infrastructure.Email.SendGrid;
using Otp.Infrastructure.Email.Smtp;
using Otp.TestKit;

namespace Otp.Fuzz.Tests.Parsers;

/// <summary>What providers of mail say: in their answers, and in reports.</summary>
public sealed class ProviderFuzzTests : IDisposable
{
    private static readonly EmailMessage Mail = new(Guid.Empty, "test", "ada@example.com", "Subject", "text", "<p>html</p>", null);

    private static readonly Gen<string> RetryAfter = Gen.Elements(
        "0", "1", "120", "-1", "3600", "3601", "99999999999", "1.5", "abc", "Thu, 01 Jan 2026 00:00:30 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "2147483647", "2147483648", "1, 2", "");

    private static readonly Gen<string> Answers =
        from status in Gen.Elements("200 OK", "202 Accepted", "400 Bad Request", "401 Unauthorized", "408 Timeout", "413 Large", "429 Too Many Requests", "500 Fault", "503 Away", "304 Not Modified", "100 Continue", "999 ?", "20 x", "-1 x", "")
        from headers in Gen.OneOf(RetryAfter.Select(value => $"Retry-After: {value}\r\n"), Gen.Elements("Content-Type: x\r\n", "X: y\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: -1\r\n", "Location: http://[\r\n", ": \r\n", "Set-Cookie: \u00e9\r\n")).ArrayOf(2)
        from body in Gen.Elements("{\"errors\":[{\"message\":\"ada@example.com\"}]}", "", "<html>", "ffffffff\r\nx")
        select $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\n{string.Concat(headers)}\r\n{body}";

    private static readonly Gen<string> Replies =
        from lines in Gen.Elements(
            "220 ready\r\n", "250-stand-in\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n", "250 fine\r\n", "235 in\r\n", "334 VXNlcg==\r\n", "354 go on\r\n", "221 bye\r\n", "421 away\r\n", "450 later\r\n", "535 no\r\n", "550 ada@example.com unknown\r\n",
            "250\r\n", "25\r\n", "250-\r\n", "999 x\r\n", "-50 x\r\n", "+20 x\r\n", "\u0662\u0665\u0660 x\r\n", "250_x\r\n", "\r\n", "250 a\n", "250 a\r", "HTTP/1.1 200 OK\r\n\r\n").ArrayOf(7)
        select string.Concat(lines);

    private static readonly Gen<string> Script = Gen.Frequency(
        (5, Replies),
        (3, Gen.Constant("220 ready\r\n250-stand-in\r\n250 AUTH PLAIN LOGIN\r\n235 in\r\n250 fine\r\n250 fine\r\n354 go on\r\n250 taken\r\n")));

    private readonly WebhookSigner _sendGrid = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _sendGrid.Dispose();

    [Fact]
    public void SendGrid_WhenItAnswersAnything_ShouldBeAnOutcomeThatQuotesNothing() => FuzzProvider(Texts.AlmostRight(Answers, 64 * 1024), 700, async port =>
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        var sender = new SendGridEmailSender(client, Options.Create(new EmailOptions { From = { Address = "otp@example.com" } }), _time);
        return await sender.SendAsync(Mail, CancellationToken.None);
    });

    [Fact]
    public void Smtp_WhenTheServerAnswersAnything_ShouldBeAnOutcomeThatQuotesNothing() => FuzzProvider(Texts.AlmostRight(Script, 256 * 1024), 700, async port =>
    {
        var options = new EmailOptions { From = { Address = "otp@example.com" }, Smtp = { Host = "127.0.0.1", Port = port, Security = SmtpSecurity.None, UserName = "otp", Password = "pw" } };
        return await new SmtpEmailSender(Options.Create(options), _time).SendAsync(Mail, CancellationToken.None);
    });

    [Fact]
    public void Smtp_WhenTheServerAnswersAnythingBeforeTls_ShouldNeverSendTheMailInClear() => FuzzProvider(Texts.AlmostRight(Script.Select(text => text.Replace("SIZE 1000", "STARTTLS", StringComparison.Ordinal))), 300, async port =>
    {
        var options = new EmailOptions { From = { Address = "otp@example.com" }, Smtp = { Host = "127.0.0.1", Port = port, Security = SmtpSecurity.StartTls } };
        var outcome = await new SmtpEmailSender(Options.Create(options), _time).SendAsync(Mail, CancellationToken.None);
        outcome.Should().BeOfType<SendOutcome.TemporaryFailure>();
        return outcome;
    });

    [Fact]
    [Trait("Requirement", "SEC-29")]
    public void Webhook_WhenTheSignedBodyIsAnything_ShouldBeReadOrRefusedAsUnreadable()
    {
        using var webhook = Webhook();
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var events = 0;

        Fuzz.Check(Bodies(WebhookReports.Bodies), 3_000, body =>
        {
            var result = webhook.Read(new SignedReport(Convert.ToBase64String(_sendGrid.Sign(timestamp, body.Value)), timestamp, body.Value));

            if (!result.IsSuccess)
            {
                result.Error.Should().Be(DeliveryErrors.ReportUnreadable);
                return;
            }

            Interlocked.Add(ref events, result.Value.Count);
            result.Value.All(IsUsable).Should().BeTrue();
        });

        events.Should().BePositive();
    }

    [Fact]
    [Trait("Requirement", "SEC-29")]
    public void Webhook_WhenTheProofIsAlmostRight_ShouldNotBelieveIt()
    {
        using var webhook = Webhook();
        var body = "[]"u8.ToArray();
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(_sendGrid.Sign(timestamp, body));
        var inputs = Arb.From(
            from s in Gen.Frequency((1, Gen.Constant(signature)), (2, Texts.AlmostRight(Gen.Constant(signature), 64 * 1024)))
            from t in Gen.Frequency((1, Gen.Constant(timestamp)), (2, Texts.AlmostRight(Gen.Constant(timestamp), 64 * 1024)))
            select (Signature: new Text(s), Timestamp: new Text(t)),
            input => Texts.Shrink(input.Signature.Value).Select(shorter => input with { Signature = new Text(shorter) }).Concat(Texts.Shrink(input.Timestamp.Value).Select(shorter => input with { Timestamp = new Text(shorter) })));

        Fuzz.Check(inputs, 2_000, input =>
        {
            var result = webhook.Read(new SignedReport(input.Signature.Value, input.Timestamp.Value, body));

            // White space in base64 means nothing, and neither do zeros before a number that is signed as it stands.
            var isRight = input.Timestamp.Value == timestamp && SameBytes(input.Signature.Value, signature);
            (result.IsSuccess || result.Error == DeliveryErrors.ReportUnreadable).Should().Be(isRight);
        });
    }

    private static bool IsUsable(DeliveryEvent report) =>
        report.EventId.Length is > 0 and <= DeliveryEvent.MaxEventIdLength && !report.EventId.Contains('\0', StringComparison.Ordinal) && Enum.IsDefined(report.Type);

    private static bool SameBytes(string some, string other)
    {
        var bytes = new byte[some.Length + 4];
        return Convert.TryFromBase64String(some, bytes, out var length) && bytes.AsSpan(0, length).SequenceEqual(Convert.FromBase64String(other));
    }

    private static Arbitrary<Bytes> Bodies(Gen<byte[]> bodies) => Arb.From(bodies.Select(body => new Bytes(body)), body => Bytes.Shrink(body.Value).Select(shorter => new Bytes(shorter)));

    private static void FuzzProvider(Gen<string> answers, int cases, Func<int, Task<SendOutcome>> sendAsync) =>
        Fuzz.CheckAsync(answers.ToArbitrary(), cases, async text =>
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var serving = ServeAsync(listener, Encoding.UTF8.GetBytes(text.Value));

            var outcome = await sendAsync(((IPEndPoint)listener.LocalEndpoint).Port);

            listener.Stop();
            await serving;
            var (reason, retryAfter) = outcome switch
            {
                SendOutcome.TemporaryFailure failure => (failure.Reason, failure.RetryAfter),
                SendOutcome.PermanentFailure failure => (failure.Reason, null),
                _ => ("", (TimeSpan?)null),
            };
            reason.Length.Should().BeLessThanOrEqualTo(120);
            reason.Should().NotContainAny("ada", "@", "\r", "\n");
            (retryAfter is null || retryAfter <= SendGridEmailSender.LongestRetryAfter).Should().BeTrue();
        });

    /// <summary>Says it all at once, and then that it is done; reads until the client has gone.</summary>
    private static async Task ServeAsync(TcpListener listener, byte[] answer)
    {
        try
        {
            using var socket = await listener.AcceptSocketAsync();
            var buffer = new byte[4096];
            var reading = Task.Run(async () =>
            {
                while (await socket.ReceiveAsync(buffer) > 0)
                {
                }
            });
            await socket.SendAsync(answer);
            socket.Shutdown(SocketShutdown.Send);
            await reading;
        }
        catch (SocketException)
        {
            // The client had enough, or never came.
        }
    }

    private SendGridWebhook Webhook()
    {
        var key = _sendGrid.Settings.Single().Value;
        return new SendGridWebhook(Options.Create(new EmailOptions { SendGrid = { WebhookPublicKey = key } }), _time);
    }
}

/// <summary>Reports as SendGrid posts them, and almost so.</summary>
internal static class WebhookReports
{
    private static readonly JsonObject Schema = JsonNode.Parse(
        """
        { "type": "array", "items": { "type": "object", "required": ["email", "timestamp", "event", "sg_event_id", "delivery_id"], "properties": {
            "email": { "type": "string" }, "timestamp": { "type": "integer" }, "event": { "type": "string" }, "sg_event_id": { "type": "string" },
            "delivery_id": { "type": "string" }, "type": { "type": "string" }, "reason": { "type": "string" } } } }
        """)!.AsObject();

    public static Gen<byte[]> Bodies { get; } = WithDeliveries(Gen.Constant("0197f000-0000-7000-8000-000000000000"));

    public static Gen<byte[]> WithDeliveries(Gen<string> deliveryIds) => Gen.Frequency(
        (10, Json.Of(Schema, _ => Schema, name => TextOf(name, deliveryIds), 2).ToBytes()),
        (5, Json.Of(Schema, _ => Schema, name => TextOf(name, deliveryIds), 15).ToBytes()),
        (1, Many(deliveryIds).ToBytes()));

    private static Gen<string> Many(Gen<string> deliveryIds) =>
        from one in Json.Of(Schema["items"]!.AsObject(), _ => Schema, name => TextOf(name, deliveryIds), 2)
        from exponent in Gen.Choose(1, 12)
        select $"[{string.Join(',', Enumerable.Repeat(one, Math.Min(1 << exponent, 550_000 / (one.Length + 1))))}]";

    private static Gen<string> TextOf(string name, Gen<string> deliveryIds) => name switch
    {
        "event" => Gen.Frequency((20, Gen.Elements("processed", "deferred", "delivered", "bounce", "dropped", "spamreport", "open", "click")), (1, Texts.Any)),
        "type" => Gen.Elements("blocked", "bounce", ""),
        "sg_event_id" => Gen.Frequency((10, Texts.Word), (3, Texts.AlmostRight(Texts.Word, 400))),
        "delivery_id" => Gen.Frequency((10, deliveryIds), (2, Texts.AlmostRight(deliveryIds, 400))),
        "email" => Texts.AlmostRight(EmailAddressFuzzTests.Addresses, 400),
        _ => Texts.Any,
    };
}
