using System.Text.Json.Serialization;
using Otp.Application.Common.Ports;
using Otp.Domain.Emails;

namespace Otp.Infrastructure.Email.SendGrid;

/// <summary>The body of <c>POST /v3/mail/send</c> (SendGrid's v3 Mail Send API), as far as it is used here.</summary>
internal sealed record SendGridMail(
    IReadOnlyList<SendGridPersonalization> Personalizations,
    SendGridAddress From,
    string Subject,
    IReadOnlyList<SendGridContent> Content,
    IReadOnlyList<string> Categories,
    SendGridTrackingSettings TrackingSettings,
    SendGridMailSettings? MailSettings)
{
    /// <summary>Writes a mail: plain text first (the API demands that order), tracking off, the delivery id as what events name.</summary>
    public static SendGridMail Write(EmailMessage message, EmailOptions options) => new(
        [new SendGridPersonalization([new SendGridAddress(message.Recipient)], new Dictionary<string, string> { [SendGridWebhook.DeliveryIdArgument] = message.DeliveryId.ToString() })],
        new SendGridAddress(EmailAddress.Parse(options.From.Address!).Mailbox, options.From.Name.Length == 0 ? null : options.From.Name),
        HeaderText.OneLine(message.Subject),
        [new SendGridContent("text/plain", message.Text), new SendGridContent("text/html", message.Html)],
        [message.Category],
        new SendGridTrackingSettings(new SendGridClickTracking(false, false), new SendGridOpenTracking(false)),
        options.SendGrid.Sandbox ? new SendGridMailSettings(new SendGridSandboxMode(true)) : null);
}

internal sealed record SendGridPersonalization(IReadOnlyList<SendGridAddress> To, IReadOnlyDictionary<string, string> CustomArgs);

internal sealed record SendGridAddress(string Email, string? Name = null);

internal sealed record SendGridContent(string Type, string Value);

internal sealed record SendGridTrackingSettings(SendGridClickTracking ClickTracking, SendGridOpenTracking OpenTracking);

internal sealed record SendGridClickTracking(bool Enable, bool EnableText);

internal sealed record SendGridOpenTracking(bool Enable);

internal sealed record SendGridMailSettings(SendGridSandboxMode SandboxMode);

internal sealed record SendGridSandboxMode(bool Enable);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SendGridMail))]
internal sealed partial class SendGridJson : JsonSerializerContext;
