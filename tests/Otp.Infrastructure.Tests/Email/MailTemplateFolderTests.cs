using System.Net;
using Otp.Application.Delivery;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Email.Templates;

namespace Otp.Infrastructure.Tests.Email;

public sealed class MailTemplateFolderTests : IDisposable
{
    private const string Code = "804217";

    private readonly string _folder = Directory.CreateTempSubdirectory("otp-test-").FullName;

    [Fact]
    public void Load_WhenAPartIsOverridden_ShouldUseItInItsLanguageAlone()
    {
        Write("de/login-challenge.subject.hbs", "{{product}}: Anmeldung\r\n");
        Write("de/login-challenge.text.hbs", "Servus {{name}}!\r\nCode: {{code}} ({{lifetime}})\r\n");

        var library = Load();

        var german = Compose(library, "de-AT", MailKind.LoginChallenge);
        german.Subject.Should().Be("Acme & Söhne: Anmeldung");
        german.Text.Should().Be($"Servus Ada!\nCode: {Code} (15 Minuten)\n\nGesendet von Acme & Söhne\n");
        german.Html.Should().Contain("<title>Acme &amp; Söhne: Anmeldung</title>").And.Contain("Bestätigen Sie Ihre Anmeldung");
        Compose(library, "en", MailKind.LoginChallenge).Should().BeEquivalentTo(Compose(Mails.Library(), "en", MailKind.LoginChallenge));
        Compose(library, "de", MailKind.FactorAdded).Should().BeEquivalentTo(Compose(Mails.Library(), "de", MailKind.FactorAdded));
    }

    [Theory]
    [InlineData("layout.html.hbs", true, true)]
    [InlineData("de/layout.html.hbs", true, false)]
    public void Load_WhenALayoutIsOverridden_ShouldUseItForAllLanguagesOrForOne(string file, bool inGerman, bool inEnglish)
    {
        Write(file, "<!doctype html><html lang=\"{{language}}\"><head><title>{{subject}}</title></head><body data-own=\"{{product}}\">{{> body}}{{> footer}}</body></html>");

        var library = Load();

        Compose(library, "de", MailKind.AddressChanged).Html.Contains("data-own=\"Acme &amp; Söhne\"", StringComparison.Ordinal).Should().Be(inGerman);
        Compose(library, "en", MailKind.AddressChanged).Html.Contains("data-own", StringComparison.Ordinal).Should().Be(inEnglish);
        Compose(library, "de", MailKind.AddressChanged).Html.Should().Contain("Gesendet von").And.Contain("wurde geändert");
    }

    [Fact]
    public void Load_WhenAVarietyOfALanguageHasOneFile_ShouldTakeTheRestFromTheLanguage()
    {
        Write("de-CH/footer.text.hbs", "Freundliche Grüsse, {{product}}");
        Write("de/footer.text.hbs", "Freundliche Grüße, {{product}}");
        Write("de/login-challenge.subject.hbs", "Ihr Code");

        var library = Load();

        var swiss = Compose(library, "de-CH", MailKind.LoginChallenge);
        swiss.Text.Should().Contain("Grüsse").And.StartWith("Guten Tag");
        swiss.Subject.Should().Be("Ihr Code");
        swiss.Html.Should().Contain("lang=\"de-CH\"");
        Compose(library, "de-AT", MailKind.LoginChallenge).Text.Should().Contain("Grüße");
        library.Choose(["de-CH-1996"]).Should().Be("de-CH");
    }

    [Theory]
    [InlineData("fr", "ltr")]
    [InlineData("ar", "rtl")]
    public void Load_WhenALanguageIsComplete_ShouldOfferItAndWriteItInItsDirection(string language, string direction)
    {
        WriteLanguage(language);

        var library = Load();

        library.Languages.Select(found => found.Tag).Should().BeEquivalentTo("en", "de", language);
        library.Choose(["it", $"{language}-XX", "de"]).Should().Be(language);
        Compose(library, language, MailKind.LoginChallenge).Html.Should().Contain($"<html lang=\"{language}\" dir=\"{direction}\">");
        Mails.Load(options => (options.Templates.Folder, options.Templates.DefaultLanguage) = (_folder, language)).Choose([]).Should().Be(language);
    }

    [Fact]
    public void Load_WhenANewLanguageIsNotComplete_ShouldRefuseAndNameWhatIsMissing()
    {
        WriteLanguage("fr");
        File.Delete(Path.Combine(_folder, "fr", "lifetime.text.hbs"));
        File.Delete(Path.Combine(_folder, "fr", "factor-added.html.hbs"));

        Refuse().Should().Equal("Email:Templates:Folder: the language fr misses factor-added.html.hbs, lifetime.text.hbs.");
    }

    [Theory]
    [InlineData("{{nmae}}", 1, "there is no value 'nmae' here; there are ")]
    [InlineData("{{code}}\n\n{{#if name}}\n{{cod}}\n{{/if}}", 4, "there is no value 'cod' here")]
    [InlineData("{{code}}\n{{#if linked}}x{{/if}}", 2, "there is no value 'linked' here")]
    [InlineData("{{code}}\n{{#if false}}{{/if}}\n{{#unless isSummary}}x{{/unless}}", 2, "there is no value 'false' here")]
    [InlineData("{{code}}\n{{isSummary}}", 2, "there is no value 'isSummary' here")]
    [InlineData("{{code}}\n{{subject}}", 2, "there is no value 'subject' here")]
    [InlineData("{{code}}\n{{> cod}}", 2, "{{> cod}} is not there to be called in")]
    [InlineData("{{code}}\n{{> body}}", 2, "{{> body}} is not there to be called in")]
    [InlineData("{{code}}\n{{> ../../secret}}", 2, "{{> ../../secret}} is nothing that a template can do here")]
    [InlineData("{{code}}\n{{#if name}}\nx", 2, "{{#if}} does not end with {{/if}}")]
    [InlineData("{{code}}\n{{#unless name}}\nx{{/if}}", 3, "{{/if}} ends nothing that is open")]
    [InlineData("{{code}}\nx{{/if}}", 2, "{{/if}} ends nothing that is open")]
    [InlineData("{{code}}\n\n{{else}}", 3, "{{else}} stands outside of an {{#if}}")]
    [InlineData("{{code}}{{#if name}}a{{else}}b\n{{else}}c{{/if}}", 2, "{{else}} stands outside of an {{#if}}")]
    [InlineData("{{code}}\n{{ name", 2, "an expression that begins with {{ does not end")]
    [InlineData("{{code}}\n{{!-- a }} b", 2, "an expression that begins with {{ does not end")]
    [InlineData("{{code}}\n{{{name}}}", 2, "{{{name}}} would not be encoded")]
    [InlineData("{{code}}\n{{&name}}", 2, "{{&name}} would not be encoded")]
    [InlineData("{{code}}\n{{#each this}}{{this}}{{/each}}", 2, "{{#each this}} is nothing that a template can do here")]
    [InlineData("{{code}}\n{{lookup this 'code'}}", 2, "{{lookup this 'code'}} is nothing that a template can do here")]
    [InlineData("{{code}}\n{{name.length}}", 2, "{{name.length}} is nothing that a template can do here")]
    [InlineData("{{code}}\n{{@root}}", 2, "{{@root}} is nothing that a template can do here")]
    [InlineData("{{code}}\n\\{{name}}", 2, "a backslash stands before {{")]
    [InlineData("no code", 0, "does not show the code.")]
    public void Load_WhenATemplateIsBroken_ShouldRefuseWithItsFileAndLine(string source, int line, string problem)
    {
        var path = Write("en/login-challenge.text.hbs", source);

        var refusal = Refuse()[0];

        refusal.Should().StartWith(line == 0 ? $"Email:Templates:Folder: {path} {problem}" : $"Email:Templates:Folder: {path}, line {line}: {problem}");
        refusal.Should().EndWith(".").And.NotContainAny("\r", "\n");
    }

    [Theory]
    [InlineData("{{code}}<p title=\"x\">\n<a href=\"{{name}}\">x</a>", 2, "{{name}} cannot stand in this attribute")]
    [InlineData("{{code}}\n<p title='{{name}}'>x</p>", 2, "{{name}} cannot stand in this attribute")]
    [InlineData("{{code}}\n<p title={{name}}>x</p>", 2, "{{name}} stands in a tag")]
    [InlineData("{{code}}\n<p {{product}}>x</p>", 2, "{{product}} stands in a tag")]
    [InlineData("{{code}}\n<a href={{link}}>x</a>", 2, "{{link}} stands in a tag")]
    [InlineData("{{code}}\n<a href = \"{{product}}\">x</a>", 2, "{{product}} is no URL")]
    [InlineData("{{code}}\n<a class=\"y\" HREF=\"https://x.example/?c={{code}}\">x</a>", 2, "{{code}} is no URL")]
    [InlineData("{{code}}\n<p onclick=\"{{product}}\">x</p>", 2, "{{product}} cannot stand in this attribute")]
    [InlineData("{{code}}\n<p style=\"color:{{product}}\">x</p>", 2, "{{product}} is no colour")]
    [InlineData("{{code}}\n<style>\np { color: {{name}} }</style>", 3, "{{name}} is no colour")]
    [InlineData("{{code}}\n<!-- {{name}} -->", 2, "{{name}} cannot stand in a comment or script")]
    [InlineData("{{code}}\n<script>var x = '{{name}}'</script>", 2, "{{name}} cannot stand in a comment or script")]
    [InlineData("{{code}}\n<p {{> code}}>", 2, "{{> code}} must stand between tags")]
    [Trait("Requirement", "SEC-19")]
    public void Load_WhenAValueStandsWhereItIsNotEncodedFor_ShouldRefuseWithFileAndLine(string source, int line, string problem)
    {
        var path = Write("de/email-verification.html.hbs", source);

        Refuse().Should().ContainSingle().Which.Should().StartWith($"Email:Templates:Folder: {path}, line {line}: {problem}");
    }

    [Theory]
    [InlineData("<p title=\"{{product}}\" style='color:{{colour}}'>it's {{name}}: {{code}}</p><a href=\"{{link}}\">{{link}}</a>")]
    [InlineData("<style>p { color: {{colour}} }</style><p>{{name}} {{code}} 1 < 2 & 3 > 2 {{~#if link~}} x {{~/if~}}</p>")]
    [InlineData("{{! a remark about {{name }}<!-- a > b --><p>{{name}}</p>{{> code}}{{!-- {{nothing}} --}}")]
    [InlineData("<a class=\"x\" href=\"https://x.example/it's\" title=\"a > b\">{{code}} {{name}}</a>")]
    public void Load_WhenValuesStandWhereTheyAreEncodedFor_ShouldAccept(string source)
    {
        Write("de/email-verification.html.hbs", source);

        Compose(Load(), "de", MailKind.EmailVerification).Html.Should().Contain(Code);
    }

    [Theory]
    [InlineData("Hello\n{{name}}", 2)]
    [InlineData("\n\nHello", 2)]
    public void Load_WhenASubjectHasSeveralLines_ShouldRefuseWithFileAndLine(string source, int line)
    {
        var path = Write("en/factor-added.subject.hbs", source);

        Refuse()[0].Should().Be($"Email:Templates:Folder: {path}, line {line}: a subject is one line.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{{#if isSummary}}x{{/if}}")]
    [InlineData("a\rb")]
    [InlineData("a\u0007b")]
    [Trait("Requirement", "SEC-18")]
    public void Load_WhenASubjectDoesNotRenderToOneLine_ShouldRefuseWithItsFile(string source)
    {
        var path = Write("en/factor-added.subject.hbs", source);

        Refuse().Should().ContainSingle().Which.Should().Be($"Email:Templates:Folder: {path} does not render to one line of 1 to 200 characters.");
    }

    [Theory]
    [InlineData("<p>no body</p>")]
    [InlineData("{{> body}}{{> body}}")]
    public void Load_WhenALayoutDoesNotCallInTheBodyOnce_ShouldRefuse(string source)
    {
        var path = Write("layout.html.hbs", source);

        Refuse()[0].Should().Be($"Email:Templates:Folder: {path}, line 1: a layout calls in {{{{> body}}}} once.");
    }

    [Fact]
    public void Load_WhenATemplateRendersToMoreThanMailProgramsShow_ShouldRefuse()
    {
        var path = Write("en/factor-added.html.hbs", new string('x', 100_000));

        Refuse().Should().Equal($"Email:Templates:Folder: {path} renders to more than 96 KiB.");
    }

    [Theory]
    [InlineData("en/login-chalenge.text.hbs", "is no template: there is none of this name.")]
    [InlineData("en/login-challenge.txt", "is no template: there is none of this name.")]
    [InlineData("en/login-challenge.text.hbs.bak", "is no template: there is none of this name.")]
    [InlineData("en/more/login-challenge.text.hbs", "is no template: there is none of this name.")]
    [InlineData("login-challenge.text.hbs", "is no template: here stand layout.text.hbs, layout.html.hbs and a folder for each language.")]
    [InlineData("README.md", "is no template: here stand layout.text.hbs, layout.html.hbs and a folder for each language.")]
    [InlineData("german/login-challenge.text.hbs", "is not named after a language, such as de or pt-BR.")]
    public void Load_WhenAFileIsNotKnown_ShouldRefuseAndNameIt(string file, string problem)
    {
        Write(file, "x");

        var refusal = Refuse().Should().ContainSingle().Which;
        refusal.Should().StartWith($"Email:Templates:Folder: {_folder}{Path.DirectorySeparatorChar}").And.EndWith(problem);
    }

    [Fact]
    public void Load_WhenFilesAreHidden_ShouldLeaveThemAlone()
    {
        Write(".DS_Store", "x");
        Write("..data/x", "x");
        Write("de/.login-challenge.text.hbs.swp", "x");

        Load().Languages.Should().HaveCount(2);
    }

    [Fact]
    public void Load_WhenTheFolderIsNotThere_ShouldRefuse()
    {
        var folder = Path.Combine(_folder, "none");
        Mails.Refuse(options => options.Templates.Folder = folder).Should().ContainSingle().Which.Should().StartWith($"Email:Templates:Folder: {folder} cannot be read");
    }

    [Fact]
    public void Load_WhenAFileIsNotUtf8_ShouldRefuse()
    {
        var path = Write("de/footer.text.hbs", "");
        File.WriteAllBytes(path, [0x47, 0x72, 0xFC, 0xDF, 0x65]);

        Refuse().Should().Equal($"Email:Templates:Folder: {path} cannot be read: it is not UTF-8.");
    }

    [Fact]
    public void Load_WhenAFileCannotBeRead_ShouldRefuse()
    {
        var path = Path.Combine(_folder, "de", "footer.text.hbs");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, Path.Combine(_folder, "gone"));

        Refuse().Should().ContainSingle().Which.Should().StartWith($"Email:Templates:Folder: {path} cannot be read: ").And.NotContain("\n");
    }

    [Fact]
    public void Load_WhenSeveralTemplatesAreBroken_ShouldNameAllAtOnce()
    {
        Write("en/footer.text.hbs", "{{a}}\n{{b}}");
        Write("de/footer.text.hbs", "{{c}}");
        Write("fr/footer.text.hbs", "x");

        Refuse().Should().HaveCount(4);
    }

    [Fact]
    public void Load_WhenTheOptionIsOff_ShouldNotGiveTheCodeToASubject()
    {
        Write("en/login-challenge.subject.hbs", "Code {{code}}.");

        Compose(Load(), "en", MailKind.LoginChallenge).Subject.Should().Be("Code .");
    }

    [Theory]
    [MemberData(nameof(MailComposerTests.HostileNames), MemberType = typeof(MailComposerTests))]
    [Trait("Requirement", "SEC-19")]
    public void Compose_WhenTheNameIsHostileInAnOverriddenTemplate_ShouldBeInert(string name)
    {
        Write("en/email-verification.subject.hbs", "For {{name}}");
        Write("en/email-verification.text.hbs", "For {{name}}: {{code}}");
        Write("en/email-verification.html.hbs", "<p>For {{name}}: {{code}}</p>");
        var library = Load();

        var mail = Compose(library, "en", MailKind.EmailVerification, name);

        var tags = Compose(library, "en", MailKind.EmailVerification).Html.Count(c => c == '<');
        mail.Html.Count(c => c == '<').Should().Be(tags);
        foreach (var part in new[] { mail.Subject, mail.Text, mail.Html, WebUtility.HtmlDecode(mail.Html) })
        {
            part.Should().NotMatchRegex("[\u200B-\u200F\u202A-\u202E\u2066-\u2069\u061C\uFEFF\u00AD\u2028\u2029\u0085\\p{Cc}-[\n]]").And.NotContainAny("evil.example", "49");
        }

        mail.Subject.Should().NotContain(Code).And.NotContain("\n");
        System.Text.RegularExpressions.Regex.Count(mail.Text, Code).Should().Be(1);
        System.Text.RegularExpressions.Regex.Count(mail.Html, Code).Should().Be(1);
    }

    [Theory]
    [InlineData("https://app.example/?a=\"><script>alert(1)</script>&c=804217")]
    [InlineData("https://app.example/?a='x'&b=<b>&c={{code}}")]
    [Trait("Requirement", "SEC-19")]
    public void Compose_WhenALinkHasQuotes_ShouldStayInItsAttribute(string link)
    {
        Write("de/email-verification.html.hbs", "<p>{{code}} <a href='{{link}}'>{{link}}</a></p>");
        var library = Load();
        foreach (var language in new[] { "en", "de" })
        {
            var mail = Compose(library, language, MailKind.EmailVerification, link: link);

            mail.Text.Contains(link, StringComparison.Ordinal).Should().BeTrue();
            mail.Html.Should().NotContainAny("<script", "<b>", link);
            WebUtility.HtmlDecode(mail.Html).Should().MatchRegex($"href=[\"']{System.Text.RegularExpressions.Regex.Escape(link)}[\"']");
            mail.Html.Count(c => c == '<').Should().Be(Compose(library, language, MailKind.EmailVerification, link: "https://app.example/").Html.Count(c => c == '<'));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Application.Common.Ports.EmailMessage Compose(MailLibrary library, string language, MailKind kind, string name = "Ada", string? link = null) =>
        new MailComposer(library).Compose(Guid.Empty, kind, new MailContent("ada@example.com")
        {
            Locale = language,
            DisplayName = name,
            Passcode = TemplateName.CarriesCode(kind) ? Passcode.FromGenerated(Code) : null,
            PasscodeLifetime = TemplateName.CarriesCode(kind) ? TimeSpan.FromMinutes(15) : null,
            Link = link,
        });

    private MailLibrary Load() => Mails.Load(options => options.Templates.Folder = _folder);

    private IReadOnlyList<string> Refuse() => Mails.Refuse(options => options.Templates.Folder = _folder);

    private string Write(string file, string source)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, source);
        return path;
    }

    /// <summary>A new language, with the words of ours.</summary>
    private void WriteLanguage(string language)
    {
        var ours = TemplateSources.Read(null);
        foreach (var name in TemplateName.All.Values.Where(name => !name.IsShared))
        {
            Write($"{language}/{name.Key}.hbs", ours.Find("en", name)!.Source);
        }
    }
}
