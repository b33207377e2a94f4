using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Email;
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
    [InlineData(MailKind.EmailVerification, "email-verification", "Verify your email address")]
    [InlineData(MailKind.AddressChanged, "address-changed", "Your email address was changed")]
    public void Compose_WhenTheKindIsKnown_ShouldWriteSubjectTextAndHtml(MailKind kind, string category, string subject)
    {
        var mail = Compose("Ada", kind);

        (mail.DeliveryId, mail.Category, mail.Recipient, mail.Subject).Should().Be((Delivery, category, "ada@example.com", subject));
        mail.Text.Should().Contain("Hello Ada,").And.Contain("Sent by Acme & Söhne").And.NotContain("{{").And.NotContain("&amp;");
        mail.Html.Should().StartWith("<!doctype html>").And.Contain("Hello Ada,").And.Contain("Acme &amp; Söhne").And.Contain($"<title>{subject}</title>")
            .And.Contain("lang=\"en\"").And.NotContain("{{");
    }

    [Fact]
    public void Compose_WhenEveryKindIsTried_ShouldHaveTemplatesForAll()
    {
        foreach (var kind in Enum.GetValues<MailKind>())
        {
            Compose("Ada", kind).Subject.Should().NotBeNullOrWhiteSpace();
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
        foreach (var kind in Enum.GetValues<MailKind>())
        {
            var harmless = Compose("Ada", kind);
            var mail = Compose(name, kind);

            mail.Subject.Should().Be(harmless.Subject);
            mail.Subject.Should().NotContainAny("\r", "\n");
            (mail.Recipient, mail.Category).Should().Be((harmless.Recipient, harmless.Category));
            Tags(mail.Html).Should().Equal(Tags(Compose(name.Length > 0 && mail.Text.Contains("Hello", StringComparison.Ordinal) ? "Ada" : null, kind).Html), "a name adds no markup");
            foreach (var part in new[] { mail.Text, mail.Html, WebUtility.HtmlDecode(mail.Html) })
            {
                part.Should().NotMatchRegex("[\u200B-\u200F\u202A-\u202E\u2066-\u2069\u061C\uFEFF\u00AD\u2028\u2029\u0085\\p{Cc}-[\r\n]]", "no control or format character is left");
                part.Should().NotContainAny("evil.example", "://", "www.");
                part.Should().NotContain("49", "nothing is evaluated");
                Regex.Count(part, Code).Should().Be(kind == MailKind.EmailVerification ? 1 : 0, "a name cannot call up the code");
            }

            Lines(mail.Text).Should().BeOneOf(Lines(harmless.Text), Lines(Compose(null, kind).Text));
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
        foreach (var kind in Enum.GetValues<MailKind>())
        {
            var html = Compose("Ada", kind).Html;

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
            var mail = composer.Compose(Delivery, MailKind.EmailVerification, new MailContent("a@example.com") { Passcode = Passcode.FromGenerated(code), DisplayName = $"N{code}" });
            mail.Text.Should().Contain($"Hello N{code},").And.Contain($"\n{code}\n");
        });
    }

    private static MailComposer Composer(string product) => new(Options.Create(new EmailOptions { From = new EmailFromOptions { Name = product } }));

    private static EmailMessage Compose(
        string? name, MailKind kind = MailKind.EmailVerification, TimeSpan? lifetime = null, bool isSummary = false, string product = "Acme & Söhne") =>
        Composer(product).Compose(Delivery, kind, new MailContent("ada@example.com")
        {
            DisplayName = name,
            Passcode = kind == MailKind.EmailVerification ? Passcode.FromGenerated(Code) : null,
            PasscodeLifetime = kind == MailKind.EmailVerification ? lifetime ?? TimeSpan.FromMinutes(15) : null,
            IsSummary = isSummary,
        });

    private static List<string> Tags(string html) => [.. Tag().Matches(html).Select(match => match.Value)];

    private static int Lines(string text) => text.Split('\n').Length;

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
