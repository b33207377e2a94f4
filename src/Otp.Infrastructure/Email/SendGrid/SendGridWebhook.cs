using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Common;
using Otp.Domain.Emails;

namespace Otp.Infrastructure.Email.SendGrid;

/// <summary>
/// Reads SendGrid's signed Event Webhook. The signature is ECDSA on P-256 with SHA-256, in DER, over the timestamp's characters followed by the raw body
/// (SendGrid, <em>Event Webhook Security Features</em>).
/// </summary>
internal sealed class SendGridWebhook : IProviderReports, IDisposable
{
    /// <summary>The member of a report that names the mail: a custom argument that every mail is sent with.</summary>
    public const string DeliveryIdArgument = "delivery_id";

    /// <summary>How old, or how far in the future, a signature may be.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly ECDsa? _key;
    private readonly TimeProvider _time;

    public SendGridWebhook(IOptions<EmailOptions> options, TimeProvider time)
    {
        _time = time;
        _key = options.Value.SendGrid.WebhookPublicKey is { Length: > 0 } key ? ReadKey(key) : null;
    }

    public Result<IReadOnlyList<DeliveryEvent>> Read(SignedReport report)
    {
        if (_key is null)
        {
            return DeliveryErrors.ReportsNotTaken;
        }

        // Before anything of the body is looked at.
        if (!IsRecent(report.Timestamp) || !IsSignedBy(_key, report))
        {
            return DeliveryErrors.ReportNotAuthentic;
        }

        try
        {
            using var document = JsonDocument.Parse(report.Body);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? document.RootElement.EnumerateArray().Select(ReadEvent).OfType<DeliveryEvent>().ToList()
                : DeliveryErrors.ReportUnreadable;
        }
        catch (JsonException)
        {
            return DeliveryErrors.ReportUnreadable;
        }
    }

    public void Dispose() => _key?.Dispose();

    /// <summary>Reads a public key.</summary>
    /// <param name="key">As SendGrid shows it: a SubjectPublicKeyInfo in DER, in base64.</param>
    /// <exception cref="FormatException">It is none.</exception>
    /// <exception cref="CryptographicException">It is none, or not on P-256.</exception>
    public static ECDsa ReadKey(string key)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key), out _);
            if (ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
            {
                throw new CryptographicException("The key is not on the curve P-256.");
            }

            return ecdsa;
        }
        catch
        {
            ecdsa.Dispose();
            throw;
        }
    }

    private static bool IsSignedBy(ECDsa key, SignedReport report)
    {
        var der = new byte[report.Signature?.Length ?? 0];
        return Convert.TryFromBase64String(report.Signature ?? "", der, out var length)
            && key.VerifyData(
                [.. Encoding.ASCII.GetBytes(report.Timestamp!), .. report.Body.Span], der.AsSpan(0, length), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static DeliveryEvent? ReadEvent(JsonElement report)
    {
        if (report.ValueKind != JsonValueKind.Object
            || TypeOf(report) is not { } type
            || TextOf(report, "sg_event_id") is not { Length: > 0 and <= DeliveryEvent.MaxEventIdLength } eventId
            || !Guid.TryParse(TextOf(report, DeliveryIdArgument), out var deliveryId)
            || TimeOf(report) is not { } occurredAt)
        {
            return null;
        }

        return new DeliveryEvent(eventId, deliveryId, type, occurredAt)
        {
            Recipient = EmailAddress.TryParse(TextOf(report, "email"), out var recipient) ? recipient : null,
        };
    }

    /// <summary>A bounce of the type <c>blocked</c> says that the server did not want this mail now, not that the address is bad.</summary>
    private static DeliveryEventType? TypeOf(JsonElement report) => TextOf(report, "event") switch
    {
        "processed" => DeliveryEventType.Processed,
        "deferred" => DeliveryEventType.Deferred,
        "delivered" => DeliveryEventType.Delivered,
        "bounce" => TextOf(report, "type") == "blocked" ? DeliveryEventType.Blocked : DeliveryEventType.Bounced,
        "dropped" => DeliveryEventType.Dropped,
        "spamreport" => DeliveryEventType.SpamReported,
        _ => null,
    };

    private static string? TextOf(JsonElement report, string member) =>
        MemberOf(report, member) is { ValueKind: JsonValueKind.String } value && IsText(value) ? value.GetString() : null;

    /// <summary>Half of a surrogate pair can stand in the name of another member, too, and is met on the way to this one.</summary>
    private static JsonElement? MemberOf(JsonElement report, string member)
    {
        try
        {
            return report.TryGetProperty(member, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>An escaped half of a surrogate pair is JSON, but no text.</summary>
    private static bool IsText(JsonElement value)
    {
        try
        {
            return value.GetString()!.All(c => c != '\0');
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static DateTimeOffset? TimeOf(JsonElement report) =>
        MemberOf(report, "timestamp") is { ValueKind: JsonValueKind.Number } value
            && value.TryGetInt64(out var seconds) && seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private bool IsRecent(string? timestamp) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        && (_time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() <= Tolerance;
}
