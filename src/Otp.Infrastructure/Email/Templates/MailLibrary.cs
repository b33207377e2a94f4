using System.Collections.Frozen;
using System.Globalization;
using HandlebarsDotNet;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>The mails in all languages, with the operator's templates and branding.</summary>
internal sealed class MailLibrary : IMailLanguages
{
    private readonly FrozenDictionary<string, MailLanguage> _languages;
    private readonly MailLanguage _default;

    private MailLibrary(IEnumerable<MailLanguage> languages, MailOptions options, EmailFromOptions sender)
    {
        _languages = languages.ToFrozenDictionary(language => language.Tag, StringComparer.OrdinalIgnoreCase);
        _default = _languages[options.Templates.DefaultLanguage];
        Branding = Branding.From(options.Branding, sender);
        HasCodeInSubject = options.Templates.CodeInSubject;
    }

    /// <summary>What of the operator's own a mail shows.</summary>
    public Branding Branding { get; }

    /// <summary>Whether the subject may name the code.</summary>
    public bool HasCodeInSubject { get; }

    /// <summary>The languages, the default one first.</summary>
    public IReadOnlyList<MailLanguage> Languages =>
        [.. _languages.Values.OrderBy(language => language != _default).ThenBy(language => language.Tag, StringComparer.Ordinal)];

    /// <summary>Reads, checks and compiles all templates, and renders each mail once with sample values.</summary>
    /// <exception cref="OptionsValidationException">A template is broken or missing; each line names the file and where it can, the line.</exception>
    public static MailLibrary Load(MailOptions options, EmailFromOptions sender)
    {
        List<string> problems = [];
        var sources = TemplateSources.Read(options.Templates.Folder);
        problems.AddRange(sources.Problems);
        var files = sources.Languages.ToDictionary(language => language, language => ReadAll(sources, language, problems), StringComparer.OrdinalIgnoreCase);
        foreach (var file in files.Values.SelectMany(language => language.Values).DistinctBy(file => file.Origin))
        {
            problems.AddRange(TemplateCheck.Run(file).Select(problem =>
                string.Create(CultureInfo.InvariantCulture, $"{file.Origin}, line {problem.Line}: {problem.Text}.")));
        }

        Refuse(problems);
        if (!files.ContainsKey(options.Templates.DefaultLanguage))
        {
            throw Refusal([$"Email:Templates:DefaultLanguage must be a language that mails are written in: {string.Join(", ", sources.Languages)}."]);
        }

        var languages = files.Select(language => Compile(language.Key, language.Value, problems)).OfType<MailLanguage>().ToList();
        Refuse(problems);
        var library = new MailLibrary(languages, options, sender);
        problems.AddRange(library.Languages.SelectMany(language => MailTrial.Run(library, language, files[language.Tag])));
        Refuse(problems);
        return library;
    }

    public string Choose(IEnumerable<string> wanted) => (wanted.Select(FindOrNull).FirstOrDefault(language => language is not null) ?? _default).Tag;

    /// <summary>The language of a tag, or the one that it is a variety of; else the default.</summary>
    public MailLanguage Find(string? tag) => (tag is null ? null : FindOrNull(tag)) ?? _default;

    private static Dictionary<string, TemplateFile> ReadAll(TemplateSources sources, string language, List<string> problems)
    {
        var files = TemplateName.All.Values.Select(name => sources.Find(language, name)).OfType<TemplateFile>().ToDictionary(file => file.Name.Key);
        var missing = TemplateName.All.Keys.Where(key => !files.ContainsKey(key)).Order(StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            problems.Add($"the language {language} misses {string.Join(", ", missing.Select(key => key + TemplateName.Extension))}.");
        }

        return files;
    }

    private static MailLanguage? Compile(string language, Dictionary<string, TemplateFile> files, List<string> problems)
    {
        try
        {
            return MailLanguage.Compile(language, key => files[key].Source);
        }
        catch (HandlebarsException exception)
        {
            problems.Add($"the language {language} does not compile: {MailTrial.OneLine(exception)}.");
            return null;
        }
        catch (CultureNotFoundException)
        {
            problems.Add($"the language {language} is not known to this system.");
            return null;
        }
    }

    private static void Refuse(List<string> problems)
    {
        if (problems.Count > 0)
        {
            throw Refusal([.. problems.Select(problem => $"Email:Templates:Folder: {problem}")]);
        }
    }

    private static OptionsValidationException Refusal(IEnumerable<string> lines) => new(MailOptions.Section, typeof(MailOptions), lines);

    private MailLanguage? FindOrNull(string tag)
    {
        for (var candidate = tag.Replace('_', '-'); candidate is not null; candidate = TemplateSources.ParentOf(candidate))
        {
            if (_languages.TryGetValue(candidate, out var language))
            {
                return language;
            }
        }

        return null;
    }
}
