using System.Globalization;
using System.Net.Mail;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Otp.Domain.Emails;

namespace Otp.Fuzz.Tests.Parsers;

public sealed class EmailAddressFuzzTests
{
    /// <summary>Right addresses, plain and internationalised.</summary>
    internal static readonly Gen<string> Addresses =
        from local in Gen.Elements("ada", "ada.lovelace", "a+tag", "a+b+c", "+tag", "O'Brien", "x_y-z", "!#$%&'*+/=?^_`{|}~-", "1", "A", new string('l', 63), new string('l', 64), new string('l', 65))
        from labels in Gen.Elements(
            "example.com", "EXAMPLE.Com", "mail.example.co", "m\u00fcnchen.example", "xn--mnchen-3ya.example", "\u05d0\u05d1.example", "\u4f8b\u3048.jp", "\uff45xample.com",
            "fa\u00df.example", "1.de", "a-b.example", "ex\u0131le.example", "localhost", "127.0.0.1", "[127.0.0.1]", "a.b.c.d.e.f.g.example", $"{new string('d', 63)}.example", $"{new string('d', 64)}.example")
        from extra in Gen.Frequency((12, Gen.Constant("")), (2, Gen.Elements(",", ";", ":", " ", "\"", "(c)", "<", ">", "\\", "@", "\r", "\0", "a,eve@evil.example,")))
        select $"{local}{extra}@{labels}";

    [Fact]
    [Trait("Requirement", "SEC-18")]
    public void TryParse_WhenTheAddressIsAlmostRight_ShouldTakeExactlyOneMailboxOrNothing()
    {
        var taken = 0;

        Fuzz.Check(Texts.AlmostRight(Addresses, 1024 * 1024).ToArbitrary(), 6_000, text =>
        {
            if (EmailAddress.TryParse(text.Value, out var address))
            {
                ShouldBeOneMailbox(address, text.Value);
                Interlocked.Increment(ref taken);
            }
        });

        // A generator that reaches little proves little.
        taken.Should().BePositive();
    }

    private static void ShouldBeOneMailbox(EmailAddress address, string text)
    {
        address.Value.Should().Be(text);
        address.Value.Length.Should().BeLessThanOrEqualTo(EmailAddress.MaxLength);
        address.Mailbox.Length.Should().BeLessThanOrEqualTo(EmailAddress.MaxLength);
        foreach (var form in new[] { address.Value, address.Mailbox, address.Canonical, address.LimitKey, address.Value.Normalize(NormalizationForm.FormKC) })
        {
            form.Count(c => c == '@').Should().Be(1, Text.Show(form));
            form.Should().NotContainAny(",", ";", ":", "<", ">", "(", ")", "[", "]", "\\", "\"", " ", "..");
            form.EnumerateRunes().Any(IsInvisible).Should().BeFalse(Text.Show(form));
        }

        Ascii.IsValid(address.Mailbox).Should().BeTrue();
        address.Mailbox.IndexOf('@', StringComparison.Ordinal).Should().BeInRange(1, EmailAddress.MaxLocalPartLength);
        Uri.CheckHostName(address.Mailbox[(address.Mailbox.IndexOf('@', StringComparison.Ordinal) + 1)..]).Should().Be(UriHostNameType.Dns);

        // A second reader, which takes lists and names, finds one address and nothing beside it.
        var list = new MailAddressCollection { address.Mailbox };
        list.Should().ContainSingle().Which.Address.Should().BeEquivalentTo(address.Mailbox);
        list[0].DisplayName.Should().BeEmpty();

        foreach (var form in new[] { address.Value, address.Mailbox, address.Canonical })
        {
            var again = EmailAddress.Parse(form);
            again.Should().Be(address, "{0} is a spelling of it", Text.Show(form));
            again.Canonical.Should().Be(address.Canonical);
            again.LimitKey.Should().Be(address.LimitKey);
        }

        // A key need not be an address: a.+tag@b.example has a.@b.example. Where it is one, its key is itself.
        address.LimitKey[1..].Split('@')[0].Should().NotContain("+");
        address.Canonical.Should().StartWith(address.LimitKey.Split('@')[0]).And.EndWith(address.LimitKey[address.LimitKey.IndexOf('@', StringComparison.Ordinal)..]);
        (EmailAddress.TryParse(address.LimitKey, out var key) ? key.LimitKey : address.LimitKey).Should().Be(address.LimitKey);
        address.ToString().Should().Be($"***{address.Canonical[address.Canonical.IndexOf('@', StringComparison.Ordinal)..]}");
    }

    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
