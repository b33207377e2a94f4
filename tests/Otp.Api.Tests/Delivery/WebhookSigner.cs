using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Otp.TestKit;

namespace Otp.Api.Tests.Delivery;

/// <summary>Plays SendGrid: signs reports and posts them.</summary>
internal sealed class WebhookSigner : IDisposable
{
    public const string Path = "webhooks/sendgrid/events";

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
        var timestamp = signedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return PostAsync(server, body, Convert.ToBase64String(Sign(timestamp, body)), timestamp);
    }

    public byte[] Sign(string timestamp, byte[] body) =>
        _key.SignData([.. Encoding.ASCII.GetBytes(timestamp), .. body], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>Posts with any signature; a header that is <see langword="null"/> is left out.</summary>
    public static async Task<OtpAnswer> PostAsync(OtpServer server, byte[] body, string? signature, string? timestamp)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Twilio-Email-Event-Webhook-Signature", signature);
        }

        if (timestamp is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Twilio-Email-Event-Webhook-Timestamp", timestamp);
        }

        return await server.Anonymous().SendAsync(request);
    }

    public void Dispose() => _key.Dispose();
}
