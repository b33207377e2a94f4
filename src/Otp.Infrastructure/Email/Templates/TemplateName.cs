using System.Collections.Frozen;
using Otp.Application.Delivery;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>What the result of a template is.</summary>
internal enum TemplateFormat
{
    /// <summary>One line for a header.</summary>
    Subject,

    /// <summary>Plain text.</summary>
    Text,

    /// <summary>HTML: values are encoded.</summary>
    Html,
}

/// <summary>A template that every language has, and what can be used in it.</summary>
/// <param name="Key">The name of its file without the extension, such as <c>login-challenge.text</c>.</param>
/// <param name="Format">What its result is.</param>
/// <param name="Values">The values that it may name.</param>
/// <param name="Partials">The templates that it may call in.</param>
internal sealed record TemplateName(string Key, TemplateFormat Format, FrozenSet<string> Values, FrozenSet<string> Partials)
{
    public const string Extension = ".hbs";
    public const string Body = "body";
    public const string Footer = "footer";
    public const string Code = "code";
    public const string LifetimeKey = "lifetime.text";
    public const string UntrustedValue = "name";

    private static readonly string[] Common =
        [UntrustedValue, "product", "language", "direction", "colour", "colourText", "logo", "support", "supportLink"];

    private static readonly string[] OfCode = ["code", "isLongCode", "lifetime", "link"];

    private static readonly string[] OfNotice = ["isSummary"];

    /// <summary>The kinds of mails and the names that they have in files and statistics.</summary>
    public static readonly FrozenDictionary<MailKind, string> OfKinds = new Dictionary<MailKind, string>
    {
        [MailKind.EmailVerification] = "email-verification",
        [MailKind.FactorRegistration] = "factor-registration",
        [MailKind.LoginChallenge] = "login-challenge",
        [MailKind.AddressChanged] = "address-changed",
        [MailKind.FactorAdded] = "factor-added",
        [MailKind.FactorRemoved] = "factor-removed",
    }.ToFrozenDictionary();

    /// <summary>All templates by their keys.</summary>
    public static readonly FrozenDictionary<string, TemplateName> All = List().ToFrozenDictionary(name => name.Key);

    /// <summary>The values that are colours: the only ones that can stand in a style.</summary>
    public static readonly FrozenSet<string> Colours = FrozenSet.Create("colour", "colourText");

    /// <summary>The values that are whole URLs: the only ones that can stand where a URL is read.</summary>
    public static readonly FrozenSet<string> Urls = FrozenSet.Create("link", "supportLink", "logo");

    /// <summary>Whether the template is the same for all languages.</summary>
    public bool IsShared => Key is "layout.text" or "layout.html";

    /// <summary>Whether a mail of the kind carries a code; else it is a notice.</summary>
    public static bool CarriesCode(MailKind kind) => kind is MailKind.EmailVerification or MailKind.FactorRegistration or MailKind.LoginChallenge;

    /// <summary>The key of a part of a mail.</summary>
    public static string KeyOf(MailKind kind, TemplateFormat format) => KeyOf(OfKinds[kind], format);

    /// <summary>The key of a template in a format.</summary>
    public static string KeyOf(string name, TemplateFormat format) => format switch
    {
        TemplateFormat.Subject => $"{name}.subject",
        TemplateFormat.Text => $"{name}.text",
        _ => $"{name}.html",
    };

    private static IEnumerable<TemplateName> List()
    {
        foreach (var kind in OfKinds.Keys)
        {
            string[] own = CarriesCode(kind) ? OfCode : OfNotice;
            string[] partials = CarriesCode(kind) ? [Code] : [];
            yield return Create(KeyOf(kind, TemplateFormat.Subject), TemplateFormat.Subject, [UntrustedValue, "product", .. CarriesCode(kind) ? ["code"] : own], []);
            yield return Create(KeyOf(kind, TemplateFormat.Text), TemplateFormat.Text, [.. Common, .. own], partials);
            yield return Create(KeyOf(kind, TemplateFormat.Html), TemplateFormat.Html, [.. Common, .. own], partials);
        }

        foreach (var format in new[] { TemplateFormat.Text, TemplateFormat.Html })
        {
            yield return Create(KeyOf(Code, format), format, [.. Common, .. OfCode], []);
            yield return Create(KeyOf(Footer, format), format, Common, []);
            yield return Create(KeyOf("layout", format), format, [.. Common, "subject"], [Body, Footer]);
        }

        yield return Create(LifetimeKey, TemplateFormat.Text, ["count", "isOne", "isHours", "isMinutes", "isSeconds"], []);
    }

    private static TemplateName Create(string key, TemplateFormat format, IEnumerable<string> values, IEnumerable<string> partials) =>
        new(key, format, values.ToFrozenSet(), partials.ToFrozenSet());
}
