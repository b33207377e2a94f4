namespace Otp.Infrastructure.Email.Templates;

/// <summary>A mail with sample values.</summary>
/// <param name="Id">Names it among those of its language.</param>
/// <param name="Kind">What it is, such as <c>login-challenge</c>.</param>
/// <param name="Variant">What is special about it: <c>link</c>, <c>no-name</c>, <c>long-code</c>, <c>summary</c>; empty for the usual one.</param>
/// <param name="Language">The language tag.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Text">The plain text.</param>
/// <param name="Html">The HTML document.</param>
public sealed record MailPreview(string Id, string Kind, string Variant, string Language, string Subject, string Text, string Html);

/// <summary>Every mail in every language, to be looked at: with the operator's templates and branding, and sample values.</summary>
public sealed class MailPreviews
{
    private readonly MailLibrary _library;
    private readonly MailComposer _composer;

    internal MailPreviews(MailLibrary library)
    {
        _library = library;
        _composer = new MailComposer(library);
    }

    /// <summary>All mails, those of the default language first.</summary>
    public IReadOnlyList<MailPreview> List() => [.. _library.Languages.SelectMany(language => MailSample.All.Select(sample => Render(language, sample)))];

    /// <summary>One mail, or <see langword="null"/>.</summary>
    public MailPreview? Find(string language, string id) =>
        _library.Languages.FirstOrDefault(candidate => candidate.Tag == language) is { } found && MailSample.All.FirstOrDefault(candidate => IdOf(candidate) == id) is { } sample
            ? Render(found, sample)
            : null;

    private static string IdOf(MailSample sample) =>
        sample.Variant.Length == 0 ? TemplateName.OfKinds[sample.Kind] : $"{TemplateName.OfKinds[sample.Kind]}-{sample.Variant}";

    private MailPreview Render(MailLanguage language, MailSample sample)
    {
        var mail = _composer.Compose(language, Guid.Empty, sample.Kind, sample.Content);
        return new MailPreview(IdOf(sample), mail.Category, sample.Variant, language.Tag, mail.Subject, mail.Text, mail.Html);
    }
}
