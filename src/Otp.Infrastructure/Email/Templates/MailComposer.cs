using Otp.Application.Common.Ports;
using Otp.Application.Delivery;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>Writes mails from the templates. Values are data in them, never template source.</summary>
internal sealed class MailComposer(MailLibrary library) : IMailComposer
{
    /// <summary>Codes that are longer are shown smaller, so that they stay on one line of a phone.</summary>
    private const int MaxLargeCodeLength = 8;

    public EmailMessage Compose(Guid deliveryId, MailKind kind, MailContent content) =>
        Compose(library.Find(content.Locale), deliveryId, kind, content);

    /// <summary>Writes a mail in a language.</summary>
    public EmailMessage Compose(MailLanguage language, Guid deliveryId, MailKind kind, MailContent content)
    {
        var template = language.TemplateOf(kind);
        var code = content.Passcode?.Reveal();
        var branding = library.Branding;
        var values = new Dictionary<string, object?>
        {
            ["language"] = language.Tag,
            ["direction"] = language.IsRightToLeft ? "rtl" : "ltr",
            ["product"] = branding.Product,
            ["colour"] = branding.Colour,
            ["colourText"] = branding.ColourText,
            ["logo"] = branding.Logo,
            ["support"] = branding.Support,
            ["supportLink"] = branding.SupportLink,
            [TemplateName.UntrustedValue] = DisplayName.MakeInert(content.DisplayName),
            ["code"] = library.HasCodeInSubject ? code : null,
            ["isSummary"] = content.IsSummary,
        };
        var subject = template.RenderSubject(values);
        values["subject"] = subject;
        values["code"] = code;
        values["isLongCode"] = code?.Length > MaxLargeCodeLength;
        values["lifetime"] = content.PasscodeLifetime is { } lifetime ? language.Describe(lifetime) : null;
        values["link"] = content.Link;
        return new EmailMessage(
            deliveryId, TemplateName.OfKinds[kind], content.Recipient, subject, template.RenderText(values), template.RenderHtml(values), content.Passcode);
    }
}
