using System.Collections.Frozen;
using System.Globalization;
using HandlebarsDotNet;
using Otp.Application.Delivery;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>All mails in one language, compiled.</summary>
internal sealed class MailLanguage
{
    private readonly FrozenDictionary<MailKind, MailTemplate> _mails;
    private readonly HandlebarsTemplate<object, object> _lifetime;

    private MailLanguage(string tag, FrozenDictionary<MailKind, MailTemplate> mails, HandlebarsTemplate<object, object> lifetime)
    {
        Tag = tag;
        IsRightToLeft = CultureInfo.GetCultureInfo(tag).TextInfo.IsRightToLeft;
        _mails = mails;
        _lifetime = lifetime;
    }

    /// <summary>The language tag.</summary>
    public string Tag { get; }

    /// <summary>Whether it is written from right to left.</summary>
    public bool IsRightToLeft { get; }

    /// <summary>Compiles the templates of a language.</summary>
    /// <param name="tag">The language tag.</param>
    /// <param name="find">The source of a template.</param>
    public static MailLanguage Compile(string tag, Func<string, string> find) => new(
        tag,
        TemplateName.OfKinds.ToFrozenDictionary(kind => kind.Key, kind => MailTemplate.Compile(find, kind.Value)),
        MailTemplate.CompilePlain(find(TemplateName.LifetimeKey)));

    /// <summary>The templates of a kind of mail.</summary>
    public MailTemplate TemplateOf(MailKind kind) => _mails[kind];

    /// <summary>A time in words.</summary>
    public string Describe(TimeSpan lifetime)
    {
        var isHours = lifetime.TotalHours >= 1 && lifetime is { Minutes: 0, Seconds: 0 };
        var isMinutes = !isHours && lifetime.TotalMinutes >= 1;
        var count = (int)(isHours ? lifetime.TotalHours : isMinutes ? lifetime.TotalMinutes : lifetime.TotalSeconds);
        return _lifetime(new Dictionary<string, object?>
        {
            ["count"] = count.ToString(CultureInfo.InvariantCulture),
            ["isOne"] = count == 1,
            ["isHours"] = isHours,
            ["isMinutes"] = isMinutes,
            ["isSeconds"] = !isHours && !isMinutes,
        }).Trim();
    }
}
