using HandlebarsDotNet;
using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>Renders every mail with sample values, so that no template fails first when a user waits for it.</summary>
internal static class MailTrial
{
    private const int MaxSubjectLength = 200;

    /// <summary>The largest HTML part, in characters: mail programs cut a mail above 102 kB.</summary>
    private const int MaxHtmlLength = 96 * 1024;

    /// <summary>What is wrong with the mails of a language.</summary>
    public static IEnumerable<string> Run(MailLibrary library, MailLanguage language, IReadOnlyDictionary<string, TemplateFile> files) =>
        MailSample.All.SelectMany(sample => Run(library, language, files, sample)).Distinct();

    /// <summary>What an exception says, on one line.</summary>
    public static string OneLine(Exception exception) => exception.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private static IEnumerable<string> Run(MailLibrary library, MailLanguage language, IReadOnlyDictionary<string, TemplateFile> files, MailSample sample)
    {
        EmailMessage mail;
        try
        {
            mail = new MailComposer(library).Compose(language, Guid.Empty, sample.Kind, sample.Content);
        }
        catch (HandlebarsException exception)
        {
            return [$"{files[TemplateName.KeyOf(sample.Kind, TemplateFormat.Html)].Origin} cannot be rendered: {OneLine(exception)}."];
        }

        return Check(mail, sample.Content.Passcode?.Reveal()).Select(problem => $"{files[TemplateName.KeyOf(sample.Kind, problem.Format)].Origin} {problem.Text}.");
    }

    private static IEnumerable<(TemplateFormat Format, string Text)> Check(EmailMessage mail, string? code)
    {
        if (mail.Subject.Length is 0 or > MaxSubjectLength || mail.Subject.Any(char.IsControl))
        {
            yield return (TemplateFormat.Subject, $"does not render to one line of 1 to {MaxSubjectLength} characters");
        }

        if (string.IsNullOrWhiteSpace(mail.Text) || (code is not null && !mail.Text.Contains(code, StringComparison.Ordinal)))
        {
            yield return (TemplateFormat.Text, code is null ? "renders to nothing" : "does not show the code");
        }

        if (code is not null && !mail.Html.Contains(code, StringComparison.Ordinal))
        {
            yield return (TemplateFormat.Html, "does not show the code");
        }

        if (mail.Html.Length > MaxHtmlLength)
        {
            yield return (TemplateFormat.Html, $"renders to more than {MaxHtmlLength / 1024} KiB");
        }
    }
}
