using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>Writes mails from the templates that ship with the service. Values are data in them, never template source.</summary>
internal sealed partial class MailComposer : IMailComposer
{
    private const string Language = "en";
    private const int MaxDisplayNameLength = 60;

    private static readonly FrozenDictionary<MailKind, string> Names = new Dictionary<MailKind, string>
    {
        [MailKind.EmailVerification] = "email-verification",
        [MailKind.FactorRegistration] = "factor-registration",
        [MailKind.LoginChallenge] = "login-challenge",
        [MailKind.AddressChanged] = "address-changed",
        [MailKind.FactorAdded] = "factor-added",
        [MailKind.FactorRemoved] = "factor-removed",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<MailKind, MailTemplate> _templates;
    private readonly string _product;

    public MailComposer(IOptions<EmailOptions> options)
    {
        _product = options.Value.From.Name;
        var layout = Read("layout.html");
        var partials = new Dictionary<string, string> { ["code"] = Read("code.html"), ["code-text"] = Read("code.text") };
        _templates = Names.ToFrozenDictionary(
            name => name.Key,
            name => MailTemplate.Compile(Read($"{name.Value}.subject"), Read($"{name.Value}.text"), Read($"{name.Value}.html"), layout, partials));
    }

    public EmailMessage Compose(Guid deliveryId, MailKind kind, MailContent content)
    {
        var template = _templates[kind];
        var values = new Dictionary<string, object?>
        {
            ["language"] = Language,
            ["product"] = _product,
            ["name"] = Inert(content.DisplayName),
            ["code"] = content.Passcode?.Reveal(),
            ["lifetime"] = content.PasscodeLifetime is { } lifetime ? Describe(lifetime) : null,
            ["link"] = content.Link,
            ["isSummary"] = content.IsSummary,
        };
        values["subject"] = template.RenderSubject(values);
        return new EmailMessage(
            deliveryId, Names[kind], content.Recipient, (string)values["subject"]!, template.RenderText(values), template.RenderHtml(values), content.Passcode);
    }

    /// <summary>
    /// A name that comes from outside, made harmless as text: no control, format (bidi) or separator characters but plain spaces, nothing that a mail
    /// reader would turn into a link, and short.
    /// </summary>
    private static string? Inert(string? name)
    {
        if (name is null)
        {
            return null;
        }

        var kept = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    kept.Append(' ');
                    break;
                case UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned:
                    break;
                default:
                    kept.Append(rune.ToString());
                    break;
            }
        }

        var text = Spaces().Replace(kept.ToString(), " ").Trim();
        var isLinkLike = text.Contains("://", StringComparison.Ordinal) || text.Contains("www.", StringComparison.OrdinalIgnoreCase) || DomainLike().IsMatch(text);
        return text.Length is 0 or > MaxDisplayNameLength || isLinkLike ? null : text;
    }

    private static string Describe(TimeSpan lifetime) => lifetime switch
    {
        { TotalHours: >= 1 } when lifetime.Minutes == 0 && lifetime.Seconds == 0 => Count((int)lifetime.TotalHours, "hour"),
        { TotalMinutes: >= 1 } => Count((int)lifetime.TotalMinutes, "minute"),
        _ => Count((int)lifetime.TotalSeconds, "second"),
    };

    private static string Count(int number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 ? "" : "s")}");

    private static string Read(string file)
    {
        var resource = $"Otp.Infrastructure.Email.Templates.{Language}.{file}.hbs";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The template {resource} is missing.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"[\p{L}\p{N}]\.\p{L}{2,}")]
    private static partial Regex DomainLike();
}
