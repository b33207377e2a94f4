using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>Where the templates come from: those that ship with the service, and over them those in the operator's folder.</summary>
internal sealed partial class TemplateSources
{
    private const string ResourcePrefix = "Otp.Infrastructure.Email.Templates.";
    private static readonly string[] BuiltInLanguages = ["en", "de"];
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, Dictionary<string, TemplateFile>> _own = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, TemplateFile> _ownShared = [];
    private readonly List<string> _problems = [];

    private TemplateSources()
    {
    }

    /// <summary>The languages, as their folders are named.</summary>
    public IReadOnlyList<string> Languages => [.. BuiltInLanguages.Union(_own.Keys, StringComparer.OrdinalIgnoreCase)];

    /// <summary>What is wrong with the folder.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Reads the operator's folder, if there is one.</summary>
    public static TemplateSources Read(string? folder)
    {
        var sources = new TemplateSources();
        if (folder is not null)
        {
            sources.ReadFolder(Path.GetFullPath(folder));
        }

        return sources;
    }

    /// <summary>The language without its last part: <c>de</c> for <c>de-AT</c>, nothing for <c>de</c>.</summary>
    public static string? ParentOf(string language) => language.LastIndexOf('-') is var dash and > 0 ? language[..dash] : null;

    /// <summary>
    /// The template for a language: the operator's, else that of the language that it is a variety of, else ours; <see langword="null"/> where the language has none.
    /// </summary>
    public TemplateFile? Find(string language, TemplateName name)
    {
        for (var candidate = language; candidate is not null; candidate = ParentOf(candidate))
        {
            if (_own.TryGetValue(candidate, out var files) && files.TryGetValue(name.Key, out var file))
            {
                return file;
            }

            if (!name.IsShared && BuiltInLanguages.Contains(candidate, StringComparer.OrdinalIgnoreCase))
            {
                return ReadBuiltIn(name, $"{candidate.ToLowerInvariant()}.");
            }
        }

        return !name.IsShared ? null : _ownShared.TryGetValue(name.Key, out var shared) ? shared : ReadBuiltIn(name, "");
    }

    private static TemplateFile ReadBuiltIn(TemplateName name, string folder)
    {
        var resource = $"{ResourcePrefix}{folder}{name.Key}{TemplateName.Extension}";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The template {resource} is missing.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return TemplateFile.Create(name, resource, reader.ReadToEnd());
    }

    private void ReadFolder(string folder)
    {
        foreach (var entry in List(folder))
        {
            if (entry is DirectoryInfo languageFolder)
            {
                ReadLanguage(languageFolder);
            }
            else if (NameOf(entry) is { IsShared: true } name)
            {
                ReadFile(entry.FullName, name, _ownShared);
            }
            else
            {
                _problems.Add($"{entry.FullName} is no template: here stand layout.text.hbs, layout.html.hbs and a folder for each language.");
            }
        }
    }

    private void ReadLanguage(DirectoryInfo folder)
    {
        if (!LanguageTag().IsMatch(folder.Name))
        {
            _problems.Add($"{folder.FullName} is not named after a language, such as de or pt-BR.");
            return;
        }

        if (!_own.TryAdd(folder.Name, []))
        {
            _problems.Add($"{folder.FullName} is there a second time in another spelling.");
            return;
        }

        foreach (var entry in List(folder.FullName))
        {
            if (entry is FileInfo && NameOf(entry) is { } name)
            {
                ReadFile(entry.FullName, name, _own[folder.Name]);
            }
            else
            {
                _problems.Add($"{entry.FullName} is no template: there is none of this name.");
            }
        }
    }

    private void ReadFile(string path, TemplateName name, Dictionary<string, TemplateFile> files)
    {
        try
        {
            files.Add(name.Key, TemplateFile.Create(name, path, File.ReadAllText(path, StrictUtf8)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"{path} cannot be read: {exception.Message.TrimEnd('.')}.");
        }
        catch (DecoderFallbackException)
        {
            _problems.Add($"{path} cannot be read: it is not UTF-8.");
        }
    }

    /// <summary>What is in a folder, but for hidden files: those are of the system, or of whatever put the folder there.</summary>
    private List<FileSystemInfo> List(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.Name[0] != '.').OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"{folder} cannot be read: {exception.Message.TrimEnd('.')}.");
            return [];
        }
    }

    private static TemplateName? NameOf(FileSystemInfo file) =>
        file.Name.EndsWith(TemplateName.Extension, StringComparison.Ordinal) ? TemplateName.All.GetValueOrDefault(file.Name[..^TemplateName.Extension.Length]) : null;

    [GeneratedRegex(@"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\z")]
    private static partial Regex LanguageTag();
}
