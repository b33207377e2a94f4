using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Email;
using Otp.Infrastructure.Email.SendGrid;
using Otp.Infrastructure.Email.Smtp;
using Otp.Infrastructure.Email.Templates;

namespace Otp.Fuzz.Tests.Parsers;

public sealed partial class MailFuzzTests
{
    private const string BenignName = "Ada";
    private const string BenignLink = "https://app.example/x";

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string> Names = Gen.Elements(
        "Ada Lovelace", "O'Brien", "J\u00f6rg", "\u05d3\u05d5\u05d3", "Ada\u202e evil", "<script>alert(1)</script>", "{{7*7}}", "{{code}}", "Ada http://evil.example", "www.evil", "evil.example", "Ada\r\nBcc: eve@evil.example",
        "\" onmouseover=\"x", "&lt;b&gt;", "Dr. Ada", "A.B.", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "=?utf-8?B?AA==?=");

    private static readonly string[] Headers =
        ["Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Otp-Delivery-Id", "X-Otp-Category", "MIME-Version", "Content-Type"];

    [Fact]
    [Trait("Requirement", "SEC-19")]
    public void MakeInert_WhenTheNameIsAnything_ShouldBeShortPlainTextOrNothing()
    {
        var shown = 0;

        Fuzz.Check(Texts.AlmostRight(Names, 1024 * 1024).ToArbitrary(), 3_000, text =>
        {
            if (DisplayName.MakeInert(text.Value) is not { } name)
            {
                return;
            }

            Interlocked.Increment(ref shown);
            name.Length.Should().BeInRange(1, 60);
            name.Should().NotContainAny("://", "www.", "  ").And.Be(name.Trim());
            name.EnumerateRunes().Select(Rune.GetUnicodeCategory).Should().NotContain(
                [UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator, UnicodeCategory.PrivateUse, UnicodeCategory.Surrogate]);
            LinkLike().IsMatch(name).Should().BeFalse(Text.Show(name));
            DisplayName.MakeInert(name).Should().Be(name);
        });

        shown.Should().BePositive();
    }

    [Fact]
    [Trait("Requirement", "SEC-19")]
    public void Compose_WhenTheValuesAreHostile_ShouldChangeNoTagOfTheMail()
    {
        var composer = new MailComposer(Mails.Library);
        var inputs = Arb.From(
            from kind in Gen.Elements(Enum.GetValues<MailKind>())
            from name in Texts.AlmostRight(Names, 64 * 1024)
            from link in Texts.AlmostRight(LinkTemplateFuzzTests.Templates, 2_000)
            from locale in Texts.AlmostRight(Gen.Elements("de", "en-GB", "fr"), 200)
            select (Kind: kind, Name: new Text(name), Link: new Text(link), Locale: new Text(locale)),
            input => Texts.Shrink(input.Name.Value).Select(shorter => input with { Name = new Text(shorter) })
                .Concat(Texts.Shrink(input.Link.Value).Select(shorter => input with { Link = new Text(shorter) })));

        Fuzz.Check(inputs, 1_500, input =>
        {
            var mail = Compose(input.Name.Value, input.Link.Value);
            var benign = Compose(DisplayName.MakeInert(input.Name.Value) is null ? null : BenignName, input.Link.Value.Length == 0 ? "" : BenignLink);

            TagsOf(mail.Html).Should().Equal(TagsOf(benign.Html));
            mail.Subject.Should().NotContainAny("\r", "\n", "\0", "\u2028");

            EmailMessage Compose(string? name, string link) => composer.Compose(Guid.Empty, input.Kind, new MailContent("ada@example.com")
            {
                DisplayName = name,
                Link = link,
                Locale = input.Locale.Value,
                Passcode = TemplateName.CarriesCode(input.Kind) ? Passcode.FromGenerated("804217") : null,
                PasscodeLifetime = TimeSpan.FromMinutes(15),
            });
        });
    }

    [Fact]
    [Trait("Requirement", "SEC-18")]
    public void Write_WhenSubjectNameAndTextAreAnything_ShouldBeOneMailWithItsOwnHeaders()
    {
        var inputs = Arb.From(
            from subject in Texts.AlmostRight(Names, 64 * 1024)
            from name in Texts.AlmostRight(Names, 1_000)
            from body in Texts.AlmostRight(Gen.OneOf(Names, Gen.Elements("a=b\r\n.\r\nc", ".\n..\n", "x \t\n", "--=_boundary--", "tab\t")), 64 * 1024)
            select (Subject: new Text(subject), Name: new Text(name), Body: new Text(body)),
            input => Texts.Shrink(input.Subject.Value).Select(shorter => input with { Subject = new Text(shorter) })
                .Concat(Texts.Shrink(input.Name.Value).Select(shorter => input with { Name = new Text(shorter) }))
                .Concat(Texts.Shrink(input.Body.Value).Select(shorter => input with { Body = new Text(shorter) })));

        Fuzz.Check(inputs, 2_000, input =>
        {
            var (subject, name, body) = (input.Subject.Value, input.Name.Value, input.Body.Value);
            var message = new EmailMessage(Guid.Empty, "test", "ada@example.com", subject, body, body, null);
            var lines = MimeWriter.Write(message, "otp@example.com", HeaderText.OneLine(name), "ada@example.com", Now).Split("\r\n");

            lines.All(line => line.Length <= 998 && line.All(c => c is (>= ' ' and <= '~') or '\t')).Should().BeTrue("it is 7-bit text in lines");
            var headers = Unfold(lines.TakeWhile(line => line.Length > 0));
            headers.Select(header => header[..header.IndexOf(':', StringComparison.Ordinal)]).Should().Equal(Headers);
            headers.Should().Contain("To: <ada@example.com>");
            Decode(headers[3]["Subject: ".Length..]).Should().Be(WellFormed(HeaderText.OneLine(subject)));
            HeaderText.OneLine(subject).Should().HaveLength(subject.Length).And.NotContainAny("\r", "\n", "\0", "\u0085", "\u2028", "\u2029");

            var encoded = QuotedPrintable.Encode(body);
            encoded.Split("\r\n").All(line => line.Length <= 76).Should().BeTrue();
            DecodeQuotedPrintable(encoded).Should().Be(WellFormed(body.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')));

            var options = new EmailOptions { From = { Address = "otp@example.com", Name = name } };
            var mail = SendGridMail.Write(message, options);
            mail.Subject.Should().NotContainAny("\r", "\n", "\0");
            mail.Personalizations.Should().ContainSingle().Which.To.Should().ContainSingle();
        });
    }

    [Fact]
    public void Branding_WhenTheSettingsAreAnything_ShouldBeRefusedOrUsable()
    {
        var validator = new MailOptionsValidator();
        var taken = 0;
        var settings = Gen.Elements("Acme", "#4650d8", "#FFFFFF", "support@example.com", "m@m\u00fcnchen.example", "data:image/png;base64,iVBORw0KGgo=", "data:image/gif;base64,R0lGODlh", "data:image/svg+xml;base64,AAAA");

        Fuzz.Check(Texts.AlmostRight(settings, 128 * 1024).ToArbitrary(), 1_500, text =>
        {
            foreach (var branding in new BrandingOptions[] { new() { ProductName = text.Value }, new() { Colour = text.Value }, new() { Logo = text.Value }, new() { SupportAddress = text.Value } })
            {
                if (validator.Validate(null, new MailOptions { Branding = branding }).Succeeded)
                {
                    Interlocked.Increment(ref taken);
                    var shown = Branding.From(branding, new EmailFromOptions());
                    shown.Colour.Should().MatchRegex("^#[0-9A-Fa-f]{6}$");
                    (shown.Product + shown.Logo + shown.SupportLink).Any(char.IsControl).Should().BeFalse();
                }
            }
        });

        taken.Should().BePositive();
    }

    /// <summary>The tags of a document, with their attributes but for the values that differ by intent.</summary>
    internal static IReadOnlyList<string> TagsOf(string html) => [.. Tag().Matches(html).Select(match => Target().Replace(match.Value, "href=\"\""))];

    private static List<string> Unfold(IEnumerable<string> lines)
    {
        List<string> headers = [];
        foreach (var line in lines)
        {
            if (line[0] is ' ' or '\t')
            {
                headers[^1] += line;
            }
            else
            {
                headers.Add(line);
            }
        }

        return headers;
    }

    // The octets of all words together: what stands between two of them is not shown (RFC 2047, 6.2).
    private static string Decode(string header)
    {
        var words = EncodedWord().Matches(header);
        return words.Count == 0 ? header : Encoding.UTF8.GetString([.. words.SelectMany(word => Convert.FromBase64String(word.Groups[1].Value))]);
    }

    private static string DecodeQuotedPrintable(string encoded)
    {
        var octets = new List<byte>();
        var text = encoded.Replace("=\r\n", "", StringComparison.Ordinal).Replace("\r\n", "\n", StringComparison.Ordinal);
        for (var index = 0; index < text.Length; index++)
        {
            var isEncoded = text[index] == '=';
            octets.Add(isEncoded ? byte.Parse(text.AsSpan(index + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : (byte)text[index]);
            index += isEncoded ? 2 : 0;
        }

        return Encoding.UTF8.GetString([.. octets]);
    }

    /// <summary>The same, with U+FFFD for halves of surrogate pairs.</summary>
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex(@"<[A-Za-z!/][^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("(href|src)=\"[^\"<>]*\"")]
    private static partial Regex Target();

    [GeneratedRegex(@"=\?utf-8\?B\?([A-Za-z0-9+/=]*)\?=")]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"[\p{L}\p{N}]\.\p{L}{2,}")]
    private static partial Regex LinkLike();
}
