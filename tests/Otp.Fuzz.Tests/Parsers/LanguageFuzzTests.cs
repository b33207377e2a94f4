using System.Security.Claims;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Otp.Api.Security;
using Otp.Domain.EmailVerifications;

namespace Otp.Fuzz.Tests.Parsers;

public sealed class LanguageFuzzTests
{
    private static readonly Gen<string> Tags = Gen.Elements("de", "en", "de-AT", "de_DE", "zh-Hant-TW", "pt-BR", "x", "en-", "*", "abcdefghi", "de-DE-1996", "i-klingon", "root");

    private static readonly Gen<string> Headers =
        from count in Gen.Choose(1, 15)
        from items in Tags.Zip(Gen.Elements("", ";q=0.5", ";q=0", ";q=1.0", ";q=2", ";q=-1", ";q=x", "; q = 0.3", ";q=0.1234567", ";level=1"), string.Concat).ArrayOf(count)
        from separator in Gen.Elements(",", ", ", ";", " ", ",,")
        select string.Join(separator, items);

    private static readonly Arbitrary<(Text Header, Text Claim)> Inputs = Arb.From(
        Texts.AlmostRight(Headers, 64 * 1024).Zip(Texts.AlmostRight(Gen.OneOf(Tags, EmailAddressFuzzTests.Addresses), 64 * 1024), (header, claim) => (new Text(header), new Text(claim))),
        pair => Texts.Shrink(pair.Item1.Value).Select(shorter => (new Text(shorter), pair.Item2)).Concat(Texts.Shrink(pair.Item2.Value).Select(shorter => (pair.Item1, new Text(shorter)))));

    [Fact]
    [Trait("Requirement", "SEC-19")]
    public void Subject_WhenHeaderAndClaimsAreAnything_ShouldHoldOnlyWhatCanBeStoredAndShown()
    {
        var factory = new SubjectFactory(Options.Create(new IdentityOptions()));
        var languages = 0;

        Fuzz.Check(Inputs, 3_000, input =>
        {
            var (header, claim) = (input.Header.Value, input.Claim.Value);
            var context = new DefaultHttpContext();
            context.Request.Headers.AcceptLanguage = header;
            context.User = new ClaimsPrincipal(new ClaimsIdentity(
                [new("sub", "ada"), new("email", claim), new("name", claim), new("locale", claim), new("org_id", claim), new("iat", claim), new("email_verified", claim)]));

            var subject = factory.Create(context);

            subject.PreferredLanguages.Count.Should().BeLessThanOrEqualTo(10);
            subject.PreferredLanguages.All(IsTag).Should().BeTrue();
            Interlocked.Add(ref languages, subject.PreferredLanguages.Count);
            var identity = subject.Identity!;
            (identity.Locale is null || IsTag(identity.Locale)).Should().BeTrue();
            foreach (var (text, maxLength) in new[] { (identity.DisplayName ?? "", UserIdentity.MaxDisplayNameLength), (identity.ResourceOwner, UserIdentity.MaxResourceOwnerLength) })
            {
                text.Length.Should().BeLessThanOrEqualTo(maxLength);
                text.Any(char.IsControl).Should().BeFalse(Text.Show(text));
            }

            SubjectFactory.HasSubject(new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", claim)])))
                .Should().Be(claim.Length is > 0 and <= UserIdentity.MaxUserIdLength && !string.IsNullOrWhiteSpace(claim) && !claim.Any(char.IsControl));
        });

        languages.Should().BePositive();
    }

    [Fact]
    public void Choose_WhenTheTagsAreAnything_ShouldBeALanguageThatMailsAreWrittenIn() =>
        Fuzz.Check(Texts.AlmostRight(Tags, 1_000).ToArbitrary(), 3_000, text =>
        {
            Mails.Library.Choose([text.Value]).Should().BeOneOf("de", "en");
            Mails.Library.Find(text.Value).Tag.Should().BeOneOf("de", "en");
        });

    private static bool IsTag(string tag) => tag.Length is >= 2 and <= UserIdentity.MaxLocaleLength && tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && char.IsAsciiLetter(tag[0]);
}
