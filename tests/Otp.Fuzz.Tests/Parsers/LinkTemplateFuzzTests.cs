using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Otp.Application.Links;

namespace Otp.Fuzz.Tests.Parsers;

public sealed partial class LinkTemplateFuzzTests
{
    private static readonly LinkOptions Options = new() { AllowedHosts = { "app.example", "ok.example", "xn--mnchen-3ya.example" } };

    /// <summary>Templates of links, to allowed hosts and to others.</summary>
    internal static readonly Gen<string> Templates =
        from scheme in Gen.Frequency((12, Gen.Constant("https://")), (3, Gen.Elements("HTTPS://", "http://", "https:/", "https:", "https:\\\\", "//", "javascript:", "ftp://", "data:,", "https:///", " https://", "")))
        from user in Gen.Frequency((12, Gen.Constant("")), (2, Gen.Elements("user@", "user:pw@", "ok.example@", "@", "ok.example%40", "ok.example#@", "ok.example\\@", "{{.UserID}}@")))
        from host in Gen.Frequency(
            (12, Gen.Elements("app.example", "ok.example", "APP.example", "xn--mnchen-3ya.example")),
            (4, Gen.Elements("evil.example", "ok.example.evil.example", "evil.ok.example", "m\u00fcnchen.example", "app\u3002example", "app.example.", "\uff41pp.example", "{{.OrgID}}.example", "127.0.0.1", "[::1]", "app.example%2f.evil.example", "a..b", "")))
        from port in Gen.Frequency((12, Gen.Constant("")), (2, Gen.Elements(":443", ":8443", ":", ":x", ":99999", ":0", ":443@evil.example")))
        from rest in Gen.Elements(
            "", "/", "/verify?code={{.Code}}", "/v/{{.UserID}}/{{.OrgID}}?n={{.DisplayName}}&l={{.LoginName}}", "?x={{.ChallengeID}}", "#{{.OtpEmailID}}", "/..//evil.example", "/\\evil.example", "/{{.Unknown}}", "/{{.Code}}{{.Code}}",
            "/{{ .Code }}", "/{{.Code", "/%0d%0aSet-Cookie:x", "/<script>", "/\"'>", "/{{.PreferredLanguage}}#x?y", "/@evil.example", "/\u202e", "/?next=https://evil.example")
        select scheme + user + host + port + rest;

    private static readonly Arbitrary<(Text Template, Text Value)> Inputs = Arb.From(
        Texts.AlmostRight(Templates, 64 * 1024).Zip(Texts.AlmostRight(EmailAddressFuzzTests.Addresses, 300), (template, value) => (new Text(template), new Text(value))),
        pair => Texts.Shrink(pair.Item1.Value).Select(shorter => (new Text(shorter), pair.Item2)).Concat(Texts.Shrink(pair.Item2.Value).Select(shorter => (pair.Item1, new Text(shorter)))));

    [Fact]
    [Trait("Requirement", "SEC-20")]
    [Trait("Requirement", "SEC-19")]
    public void Template_WhenItIsAlmostRight_ShouldLeadToAnAllowedHostForEveryReaderOrBeRefused()
    {
        var taken = 0;

        Fuzz.Check(Inputs, 6_000, input =>
        {
            var (template, value) = (input.Template.Value, input.Value.Value);
            if (!LinkTemplate.IsAcceptable(template, Options))
            {
                return;
            }

            Interlocked.Increment(ref taken);
            template.Length.Should().BeLessThanOrEqualTo(LinkTemplate.MaxLength);
            var link = LinkTemplate.Fill(template, Hostile(value), Options);

            var url = new Uri(link, UriKind.Absolute);
            url.Scheme.Should().Be("https");
            url.UserInfo.Should().BeEmpty();
            Options.AllowedHosts.Should().Contain(url.IdnHost);
            HostAsBrowsersRead(link).Should().BeOneOf(Options.AllowedHosts, Text.Show(link));

            // What is filled in leaves everything else where it was, and is made of characters that mean nothing anywhere.
            var filled = new Regex($@"\A{string.Join(Value, Placeholder().Split(template).Select(Regex.Escape))}\z", RegexOptions.NonBacktracking);
            filled.IsMatch(link).Should().BeTrue(Text.Show(link));
        });

        taken.Should().BePositive();
    }

    private const string Value = "[A-Za-z0-9._~%-]*";

    private static LinkValues Hostile(string value) => new(value, value)
    {
        OrgId = value,
        LoginName = value,
        DisplayName = value,
        PreferredLanguage = value,
        ChallengeId = value,
        OtpEmailId = value,
    };

    /// <summary>The host as the URL standard of browsers reads it, far enough to know that they read it like <see cref="Uri"/>; <see langword="null"/> where they might not.</summary>
    private static string? HostAsBrowsersRead(string link)
    {
        // They drop white space around, and tabs and line ends within, take a backslash for a slash, and what stands before an @ for a user.
        if (link.Any(c => c <= ' ' || char.IsControl(c) || c == '\\') || !link.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var authority = link["https://".Length..].Split('/', '?', '#')[0];
        var parts = authority.Split(':');
        var isPlain = parts[0].Length > 0 && parts[0].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');
        var isPort = parts.Length == 1 || (parts.Length == 2 && parts[1].All(char.IsAsciiDigit));
        return isPlain && isPort ? parts[0].ToLowerInvariant() : null;
    }

    [GeneratedRegex(@"\{\{\.[A-Za-z]+\}\}")]
    private static partial Regex Placeholder();
}
