using System.Text.RegularExpressions;
using HandlebarsDotNet;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>The parts of a mail in one language, compiled.</summary>
internal sealed partial class MailTemplate
{
    private static readonly IHandlebars Plain = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true });
    private static readonly IHandlebars Encoded = Handlebars.Create(new HandlebarsConfiguration { TextEncoder = new HtmlEncoder() });
    private static readonly Lock Compiler = new();

    private readonly HandlebarsTemplate<object, object> _subject;
    private readonly HandlebarsTemplate<object, object> _text;
    private readonly HandlebarsTemplate<object, object> _html;

    private MailTemplate(string subject, string text, string html)
    {
        _subject = CompilePlain(subject);
        _text = CompilePlain(text);
        lock (Compiler)
        {
            _html = Encoded.Compile(html);
        }
    }

    /// <summary>Compiles the parts. Values are HTML-encoded in the HTML part alone.</summary>
    /// <param name="find">The source of a template.</param>
    /// <param name="kind">The name of the kind of mail.</param>
    public static MailTemplate Compile(Func<string, string> find, string kind) => new(
        find(TemplateName.KeyOf(kind, TemplateFormat.Subject)), Assemble(find, kind, TemplateFormat.Text), Assemble(find, kind, TemplateFormat.Html));

    /// <summary>Compiles a template of plain text.</summary>
    public static HandlebarsTemplate<object, object> CompilePlain(string source)
    {
        lock (Compiler)
        {
            return Plain.Compile(source);
        }
    }

    /// <summary>The subject: one line.</summary>
    public string RenderSubject(object values) => _subject(values).Trim();

    /// <summary>The plain text.</summary>
    public string RenderText(object values) => $"{_text(values).Trim()}\n";

    /// <summary>The HTML document.</summary>
    public string RenderHtml(object values) => $"{_html(values).Trim()}\n";

    /// <summary>The layout, with what it and the body call in put in the place of each call. That ends: what is called in calls in nothing.</summary>
    private static string Assemble(Func<string, string> find, string kind, TemplateFormat format)
    {
        var body = CallIn(find(TemplateName.KeyOf(kind, format)), name => find(TemplateName.KeyOf(name, format)));
        return CallIn(find(TemplateName.KeyOf("layout", format)), name => name == TemplateName.Body ? body : find(TemplateName.KeyOf(name, format)));
    }

    private static string CallIn(string source, Func<string, string> find) => Partial().Replace(source, match => find(match.Groups["name"].Value));

    [GeneratedRegex(@"\{\{\s*>\s*(?<name>[A-Za-z0-9_.-]+)\s*\}\}")]
    private static partial Regex Partial();
}
