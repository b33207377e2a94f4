using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Otp.Client.Tests.Operations;

/// <summary>Signs reports as SendGrid does.</summary>
internal sealed class WebhookSigner : IDisposable
{
    private const string Signature = "X-Twilio-Email-Event-Webhook-Signature";
    private const string Timestamp = "X-Twilio-Email-Event-Webhook-Timestamp";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The settings of a service that believes it.</summary>
    public Dictionary<string, string?> Settings => new() { ["Email:SendGrid:WebhookPublicKey"] = Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo()) };

    /// <summary>A report.</summary>
    public static object Report(Guid deliveryId, string type, string email, DateTimeOffset at) => new Dictionary<string, object>
    {
        ["email"] = email,
        ["timestamp"] = at.ToUnixTimeSeconds(),
        ["event"] = type,
        ["sg_event_id"] = $"{type} {deliveryId}",
        ["delivery_id"] = deliveryId,
    };

    /// <summary>Puts a right signature on a request: what is signed is the bytes of the body.</summary>
    public async Task SignAsync(HttpRequestMessage request, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = _key.SignData(
            [.. Encoding.ASCII.GetBytes(timestamp), .. await request.Content!.ReadAsByteArrayAsync()], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        request.Headers.Remove(Signature);
        request.Headers.Remove(Timestamp);
        request.Headers.Add(Signature, Convert.ToBase64String(signature));
        request.Headers.Add(Timestamp, timestamp);
    }

    public void Dispose() => _key.Dispose();
}
