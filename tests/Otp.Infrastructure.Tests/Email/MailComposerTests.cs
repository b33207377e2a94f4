using System.Net;
using System.Text.RegularExpressions;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Email.Templates;

namespace Otp.Infrastructure.Tests.Email;

public sealed partial class MailComposerTests
{
    private const string Code = "804217";
    private static readonly Guid Delivery = new("01940000-0000-7000-8000-000000000001");

    public static TheoryData<string> HostileNames =>
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><a href='javascript:alert(1)'>x</a>",
        "{{7*7}}",
        "{{code}}",
        "{{{code}}}",
        "{{> body}}",
        "{{#each this}}{{this}}{{/each}}",
        "${code} #{code} %code% <%= code %>",
        "O'Neill \"the\" & <b>",
        "\u202Egnp.exe\u202C Ada \u2066x\u2069 \u200F\u200E\u061C",
        "Ada\r\nBcc: eve@example.net\r\n\r\n<h1>",
        "Ada\u2028Eve\u2029\u0085\u000B\u000C\0\u001B[31m",
        "zero\u200Bwidth\uFEFF\u00AD",
        "https://evil.example/login",
        "www.evil.example",
        "Click evil.example now",
        "eve@evil.example",
        "javascript:alert(1)//",
        "-->]]><!--",
        "&#60;script&#62;",
        "+ADw-script+AD4-",
    ];

    [Theory]
    [InlineData("en", MailKind.EmailVerification, "email-verification", "Verify your email address")]
    [InlineData("en", MailKind.FactorRegistration, "factor-registration", "Set up this address as your second factor")]
    [InlineData("en", MailKind.LoginChallenge, "login-challenge", "Your sign-in code")]
    [InlineData("en", MailKind.AddressChanged, "address-changed", "Your email address was changed")]
    [InlineData("en", MailKind.FactorAdded, "factor-added", "A second factor was added")]
    [InlineData("en", MailKind.FactorRemoved, "factor-removed", "A second factor was removed")]
    [InlineData("de", MailKind.EmailVerification, "email-verification", "Bestätigen Sie Ihre E-Mail-Adresse")]
    [InlineData("de", MailKind.FactorRegistration, "factor-registration", "Richten Sie diese Adresse als zweiten Faktor ein")]
    [InlineData("de", MailKind.LoginChallenge, "login-challenge", "Ihr Anmeldecode")]
    [InlineData("de", MailKind.AddressChanged, "address-changed", "Ihre E-Mail-Adresse wurde geändert")]
    [InlineData("de", MailKind.FactorAdded, "factor-added", "Ein zweiter Faktor wurde hinzugefügt")]
    [InlineData("de", MailKind.FactorRemoved, "factor-removed", "Ein zweiter Faktor wurde entfernt")]
    public void Compose_WhenTheKindIsKnown_ShouldWriteSubjectTextAndHtml(string language, MailKind kind, string category, string subject)
    {
        var mail = Compose("Ada", kind, language: language);

        var (greeting, sender) = language == "en" ? ("Hello Ada,", "Sent by Acme & Söhne") : ("Guten Tag Ada,", "Gesendet von Acme & Söhne");
        (mail.DeliveryId, mail.Category, mail.Recipient, mail.Subject).Should().Be((Delivery, category, "ada@example.com", subject));
        mail.Text.Should().StartWith(greeting).And.EndWith($"{sender}\n").And.NotContain("{{").And.NotContain("&amp;");
        mail.Html.Should().StartWith("<!doctype html>").And.Contain(greeting).And.Contain("Acme &amp; Söhne").And.Contain($"<title>{subject}</title>")
            .And.Contain($"<html lang=\"{language}\" dir=\"ltr\">").And.NotContain("{{");
    }

    [Fact]
    public void Compose_WhenEverySampleIsTried_ShouldFillAllThatAMailNeeds()
    {
        foreach (var preview in new MailPreviews(Mails.Library()).List())
        {
            var (isCode, isGerman) = (preview.Variant is "link" or "long-code" || preview.Kind is "email-verification" or "factor-registration" or "login-challenge", preview.Language == "de");
            preview.Subject.Should().NotBeNullOrWhiteSpace();
            foreach (var part in new[] { preview.Subject, preview.Text, preview.Html })
            {
                part.Should().NotContainAny("{{", "}}\n", "True", "False", "\r");
            }

            foreach (var part in new[] { preview.Text, preview.Html })
            {
                part.Contains(isGerman ? "gültig und kann nur einmal verwendet werden" : "and works once", StringComparison.Ordinal).Should().Be(isCode);
                part.Should().ContainAny(isGerman ? ["nicht angefordert", "nicht gerade anmelden", "Wenn nicht,"] : ["did not ask", "did not just sign in", "If it was not,"]);
                part.Contains("https://app.example/", StringComparison.Ordinal).Should().Be(preview.Variant == "link");
                part.ContainsAny("Hello ", "Guten Tag ").Should().Be(preview.Variant != "no-name");
                part.ContainsAny("several times", "mehrmals").Should().Be(preview.Variant == "summary");
            }

            preview.Text.Should().NotMatchRegex("\n\n\n", "no paragraph is empty").And.NotMatchRegex(" \n");
            preview.Html.Should().NotMatchRegex("<(p|h1|strong|td)[^>]*>\\s*</");
        }
    }

    [Fact]
    public void Compose_WhenEveryLanguageIsTried_ShouldSayNothingOfAnother()
    {
        foreach (var preview in new MailPreviews(Mails.Library()).List())
        {
            var words = preview.Text + preview.Html;
            words.Should().NotMatchRegex(preview.Language == "de" ? "\\b(Hello|your|code is|Sent by|sign in)\\b" : "\\b(Guten|Ihr|Sie|gültig|Gesendet)\\b");
        }
    }

    [Fact]
    public void Compose_WhenTheMailCarriesACode_ShouldShowItOnceInTextAndHtmlAndNotInTheSubject()
    {
        var mail = Compose("Ada");

        Regex.Count(mail.Text, Code).Should().Be(1);
        Regex.Count(mail.Html, Code).Should().Be(1);
        mail.Html.Should().Contain($">{Code}</p>", "it can be selected as a whole");
        mail.Subject.Should().NotContain(Code);
        mail.ToString().Should().NotContain(Code).And.NotContain("ada@example.com");
    }

    [Theory]
    [InlineData(60, "1 minute")]
    [InlineData(61, "1 minute")]
    [InlineData(300, "5 minutes")]
    [InlineData(900, "15 minutes")]
    [InlineData(3600, "1 hour")]
    [InlineData(5400, "90 minutes")]
    [InlineData(7200, "2 hours")]
    [InlineData(86400, "24 hours")]
    public void Compose_WhenTheLifetimeIs_ShouldSayItInWords(int seconds, string words)
    {
        var mail = Compose("Ada", lifetime: TimeSpan.FromSeconds(seconds));

        mail.Text.Should().Contain($"valid for {words} and works once");
        mail.Html.Should().Contain($">{words}</strong>");
    }

    [Theory]
    [InlineData(30, "30 Sekunden")]
    [InlineData(60, "1 Minute")]
    [InlineData(900, "15 Minuten")]
    [InlineData(3600, "1 Stunde")]
    [InlineData(5400, "90 Minuten")]
    [InlineData(86400, "24 Stunden")]
    public void Compose_WhenTheLifetimeIsSaidInGerman_ShouldUseGermanWords(int seconds, string words)
    {
        var mail = Compose("Ada", lifetime: TimeSpan.FromSeconds(seconds), language: "de");

        mail.Text.Should().Contain($"ist {words} gültig");
        mail.Html.Should().Contain($">{words}</strong>");
    }

    [Theory]
    [InlineData(false, "was changed. Mails for it no longer go to this address")]
    [InlineData(true, "was changed several times lately")]
    public void Compose_WhenNoticesAreSummedUp_ShouldSaySo(bool isSummary, string words)
    {
        var mail = Compose("Ada", MailKind.AddressChanged, isSummary: isSummary);

        mail.Text.Should().Contain(words);
        mail.Html.Should().Contain(words);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u200B\u202E")]
    public void Compose_WhenThereIsNoName_ShouldGreetNobody(string? name)
    {
        var mail = Compose(name);

        mail.Text.Should().StartWith("Your code").And.NotContain("Hello");
        mail.Html.Should().NotContain("Hello");
    }

    [Theory]
    [InlineData("Ada Lovelace")]
    [InlineData("Dr. Ada M. Lovelace")]
    [InlineData("José Ñandú Ærø")]
    [InlineData("李 小龍")]
    [InlineData("محمد")]
    [InlineData("Ada 😀")]
    [InlineData("Jean-Luc d'Arc")]
    public void Compose_WhenTheNameIsAName_ShouldKeepIt(string name)
    {
        var mail = Compose(name);

        mail.Text.Should().Contain($"Hello {name},");
        WebUtility.HtmlDecode(mail.Html).Should().Contain($"Hello {name},");
    }

    [Theory]
    [MemberData(nameof(HostileNames))]
    [Trait("Requirement", "SEC-19")]
    public void Compose_WhenTheNameIsHostile_ShouldBeInertEverywhere(string name)
    {
        foreach (var (kind, language) in Enum.GetValues<MailKind>().SelectMany(kind => new[] { (kind, "en"), (kind, "de") }))
        {
            var harmless = Compose("Ada", kind, language: language);
            var mail = Compose(name, kind, language: language);

            mail.Subject.Should().Be(harmless.Subject);
            mail.Subject.Should().NotContainAny("\r", "\n");
            (mail.Recipient, mail.Category).Should().Be((harmless.Recipient, harmless.Category));
            Tags(mail.Html).Should().Equal(Tags(Compose(name.Length > 0 && mail.Text.ContainsAny("Hello", "Guten Tag") ? "Ada" : null, kind, language: language).Html), "a name adds no markup");
            foreach (var part in new[] { mail.Text, mail.Html, WebUtility.HtmlDecode(mail.Html) })
            {
                part.Should().NotMatchRegex("[\u200B-\u200F\u202A-\u202E\u2066-\u2069\u061C\uFEFF\u00AD\u2028\u2029\u0085\\p{Cc}-[\r\n]]", "no control or format character is left");
                part.Should().NotContainAny("evil.example", "://", "www.");
                part.Should().NotContain("49", "nothing is evaluated");
                Regex.Count(part, Code).Should().Be(kind == MailKind.EmailVerification ? 1 : 0, "a name cannot call up the code");
            }

            Lines(mail.Text).Should().BeOneOf(Lines(harmless.Text), Lines(Compose(null, kind, language: language).Text));
        }
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    [InlineData(100_000, false)]
    [Trait("Requirement", "SEC-19")]
    public void Compose_WhenTheNameIsLong_ShouldLeaveItOut(int length, bool kept)
    {
        var name = new string('x', length);

        Compose(name).Text.Contains(name, StringComparison.Ordinal).Should().Be(kept);
        Compose(name).Html.Length.Should().BeLessThan(10_000);
    }

    [Fact]
    [Trait("Requirement", "SEC-19")]
    public void Compose_WhenTheProductNameHasMarkup_ShouldEncodeIt()
    {
        var mail = Compose("Ada", product: "<b>{{code}}</b>");

        mail.Html.Should().Contain("&lt;b&gt;{{code}}&lt;/b&gt;").And.NotContain("<b>");
        mail.Text.Should().Contain("Sent by <b>{{code}}</b>");
        Regex.Count(mail.Html, Code).Should().Be(1);
    }

    [Fact]
    [Trait("Requirement", "SEC-19")]
    public void Compose_WhenTheHtmlIsRead_ShouldLoadNothingFromOutside()
    {
        foreach (var html in new MailPreviews(Mails.Library()).List().Where(preview => preview.Variant != "link").Select(preview => preview.Html))
        {

            html.Should().NotMatchRegex("(?i)<(script|img|link|iframe|object|embed|form|input|audio|video|svg|base)\\b");
            html.Should().NotMatchRegex("(?i)(src|href|background|action)\\s*=").And.NotMatchRegex("(?i)url\\(|@import|@font-face|https?:|//");
            html.Should().NotMatchRegex("(?i)\\son[a-z]+\\s*=");
        }
    }

    [Fact]
    public void Compose_WhenMailsAreWrittenInParallel_ShouldNotMixThemUp()
    {
        var composer = Composer("Acme");
        Enumerable.Range(100_000, 500).AsParallel().ForAll(number =>
        {
            var code = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var mail = composer.Compose(Delivery, MailKind.EmailVerification, new MailContent("a@example.com") { Locale = number % 2 == 0 ? "en" : "de", Passcode = Passcode.FromGenerated(code), DisplayName = $"N{code}" });
            mail.Text.Should().StartWith(number % 2 == 0 ? $"Hello N{code}," : $"Guten Tag N{code},").And.Contain($"\n{code}\n");
        });
    }

    private static MailComposer Composer(string product) => new(Mails.Library(sender: product));

    private static EmailMessage Compose(
        string? name, MailKind kind = MailKind.EmailVerification, TimeSpan? lifetime = null, bool isSummary = false, string product = "Acme & Söhne",
        string? language = null) =>
        Composer(product).Compose(Delivery, kind, new MailContent("ada@example.com")
        {
            DisplayName = name,
            Passcode = kind == MailKind.EmailVerification ? Passcode.FromGenerated(Code) : null,
            PasscodeLifetime = kind == MailKind.EmailVerification ? lifetime ?? TimeSpan.FromMinutes(15) : null,
            IsSummary = isSummary,
            Locale = language,
        });

    private static List<string> Tags(string html) => [.. Tag().Matches(html).Select(match => match.Value)];

    private static int Lines(string text) => text.Split('\n').Length;

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
