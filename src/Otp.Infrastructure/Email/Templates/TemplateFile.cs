namespace Otp.Infrastructure.Email.Templates;

/// <summary>The source of a template.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Origin">The file that it comes from.</param>
/// <param name="Source">Its text, with <c>\n</c> between lines and none at the end.</param>
internal sealed record TemplateFile(TemplateName Name, string Origin, string Source)
{
    public static TemplateFile Create(TemplateName name, string origin, string text) =>
        new(name, origin, text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n', ' '));
}
