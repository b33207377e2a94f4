using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Otp.TestKit;

/// <summary>Plays SendGrid: makes reports, signs them and posts them.</summary>
public sealed class WebhookSigner : IDisposable
{
    public const string Path = "webhooks/sendgrid/events";

    private const string SignatureHeader = "X-Twilio-Email-Event-Webhook-Signature";
    private const string TimestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _events;

    /// <summary>The settings of a service that believes it.</summary>
    public Dictionary<string, string?> Settings => new() { ["Email:SendGrid:WebhookPublicKey"] = Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo()) };

    public static object Report(string eventId, string deliveryId, string type, DateTimeOffset at, string email = "ada@example.com", string? bounce = null) => new Dictionary<string, object?>
    {
        ["email"] = email,
        ["timestamp"] = at.ToUnixTimeSeconds(),
        ["event"] = type,
        ["sg_event_id"] = eventId,
        ["sg_message_id"] = "x.filter",
        ["delivery_id"] = deliveryId,
        ["type"] = bounce,
    };

    /// <summary>A report with an id of its own, of now.</summary>
    public object Report(OtpServer server, string deliveryId, string type, string email = "ada@example.com", string? bounce = null) =>
        Report($"event {Interlocked.Increment(ref _events)}", deliveryId, type, server.Time.GetUtcNow(), email, bounce);

    public Task<OtpAnswer> PostAsync(OtpServer server, params object[] reports) => PostAsync(server, JsonSerializer.SerializeToUtf8Bytes(reports), server.Time.GetUtcNow());

    public Task<OtpAnswer> PostAsync(OtpServer server, byte[] body, DateTimeOffset signedAt)
    {
        var timestamp = TimestampOf(signedAt);
        return PostAsync(server, body, Convert.ToBase64String(Sign(timestamp, body)), timestamp);
    }

    /// <summary>Posts with any signature; a header that is <see langword="null"/> is left out.</summary>
    public static async Task<OtpAnswer> PostAsync(OtpServer server, byte[] body, string? signature, string? timestamp)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation(SignatureHeader, signature);
        }

        if (timestamp is not null)
        {
            request.Headers.TryAddWithoutValidation(TimestampHeader, timestamp);
        }

        return await server.Anonymous().SendAsync(request);
    }

    public byte[] Sign(string timestamp, byte[] body) =>
        _key.SignData([.. Encoding.ASCII.GetBytes(timestamp), .. body], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>Puts a right signature on a request, in place of any that it has: what is signed is the bytes of the body.</summary>
    public async Task SignAsync(HttpRequestMessage request, DateTimeOffset at)
    {
        var timestamp = TimestampOf(at);
        var signature = Sign(timestamp, await request.Content!.ReadAsByteArrayAsync());
        request.Headers.Remove(SignatureHeader);
        request.Headers.Remove(TimestampHeader);
        request.Headers.Add(SignatureHeader, Convert.ToBase64String(signature));
        request.Headers.Add(TimestampHeader, timestamp);
    }

    public void Dispose() => _key.Dispose();

    private static string TimestampOf(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
