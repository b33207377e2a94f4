using HandlebarsDotNet;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>The three parts of one mail in one language, compiled.</summary>
internal sealed class MailTemplate
{
    private readonly HandlebarsTemplate<object, object> _subject;
    private readonly HandlebarsTemplate<object, object> _text;
    private readonly HandlebarsTemplate<object, object> _html;

    private MailTemplate(HandlebarsTemplate<object, object> subject, HandlebarsTemplate<object, object> text, HandlebarsTemplate<object, object> html)
    {
        _subject = subject;
        _text = text;
        _html = html;
    }

    /// <summary>Compiles the parts. Values are HTML-encoded in the HTML part alone.</summary>
    public static MailTemplate Compile(string subject, string text, string html, string htmlLayout, IReadOnlyDictionary<string, string> partials)
    {
        var plain = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true });
        var encoded = Handlebars.Create(new HandlebarsConfiguration { TextEncoder = new HtmlEncoder() });
        foreach (var (name, source) in partials)
        {
            plain.RegisterTemplate(name, source);
            encoded.RegisterTemplate(name, source);
        }

        encoded.RegisterTemplate("body", html);
        return new MailTemplate(plain.Compile(subject), plain.Compile(text), encoded.Compile(htmlLayout));
    }

    /// <summary>The subject: one line.</summary>
    public string RenderSubject(object values) => _subject(values).Trim();

    /// <summary>The plain text.</summary>
    public string RenderText(object values) => _text(values);

    /// <summary>The HTML document.</summary>
    public string RenderHtml(object values) => _html(values);
}
