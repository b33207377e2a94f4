using System.Text.Json;
using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.Passcodes;

public sealed class PasscodeTests
{
    private static readonly PasscodePolicy Digits = PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification);
    private static readonly PasscodePolicy Letters = Digits with { Alphabet = PasscodeAlphabet.Alphanumeric };

    /// <summary>What a person may type for 123456.</summary>
    public static TheoryData<string> Forgiven => new()
    {
        "123456",
        " 123456",
        "123456 ",
        "\t123456\r\n",
        "\v\f123456\n\n",
        "\u00A0123456\u00A0",
        "\u3000123456\u2003",
        "\u2028123456\u2029",
        "\u0085123456",
        "\u1680123456\u202F",
        "123 456",
        "1 2 3 4 5 6",
        "123-456",
        "12-34-56",
        "123 - 456",
        "123\u00A0456",
        "123\u2009456",
        "123\u3000456",
        "123\u2010456",
        "123\u2011456",
        " 123-456 ",
    };

    /// <summary>Why it is badly shaped, and the text.</summary>
    public static TheoryData<string, string> BadlyShaped => new()
    {
        { "empty", "" },
        { "space", " " },
        { "hyphens", "------" },
        { "one short", "12345" },
        { "one long", "1234567" },
        { "Arabic-Indic digits", "١٢٣٤٥٦" },
        { "extended Arabic-Indic digits", "۱۲۳۴۵۶" },
        { "full-width digits", "１２３４５６" },
        { "Devanagari digits", "१२३४५६" },
        { "superscript digits", "¹²³⁴⁵⁶" },
        { "mathematical digits", "𝟏𝟐𝟑𝟒𝟓𝟔" },
        { "one full-width digit", "12345６" },
        { "plus sign", "+12345" },
        { "minus sign U+2212", "\u221212345" },
        { "plus sign and six digits", "+123456" },
        { "exponent", "1234e5" },
        { "short exponent", "1e5" },
        { "decimal point", "1234.5" },
        { "thousands", "123,456" },
        { "hexadecimal", "0x1234" },
        { "underscore", "123_456" },
        { "letters", "abcdef" },
        { "null as a word", "null" },
        { "array", "[\"123456\"]" },
        { "quoted", "\"123456\"" },
        { "tab inside", "123\t456" },
        { "line feed inside", "123\n456" },
        { "NUL inside", "123\0456" },
        { "NUL at the end", "123456\0" },
        { "zero-width space inside", "123\u200B456" },
        { "zero-width space at the end", "123456\u200B" },
        { "byte order mark before", "\uFEFF123456" },
        { "right-to-left mark", "\u200F123456" },
        { "en dash", "123\u2013456" },
        { "two codes", "123456 123456" },
    };

    [Theory]
    [MemberData(nameof(Forgiven))]
    [Trait("Rule", "3")]
    public void FromInput_WhenSpacedOrHyphened_ShouldBeTheCode(string input)
    {
        var passcode = Passcode.FromInput(input);

        passcode.Reveal().Should().Be("123456");
        Digits.HasShape(passcode).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(BadlyShaped))]
    [Trait("Rule", "3")]
    [Trait("Requirement", "SEC-23")]
    public void FromInput_WhenNotSixAsciiDigits_ShouldBeBadlyShaped(string why, string input) =>
        Digits.HasShape(Passcode.FromInput(input)).Should().BeFalse(why);

    [Fact]
    [Trait("Rule", "3")]
    [Trait("Requirement", "SEC-23")]
    public void FromInput_WhenSurrogateStandsAlone_ShouldBeBadlyShapedAndNotCrash() =>
        Digits.HasShape(Passcode.FromInput("12345\uD835")).Should().BeFalse();

    [Theory]
    [InlineData("acdefg", "ACDEFG", true)]
    [InlineData("AcD-eFg", "ACDEFG", true)]
    [InlineData("346 79w", "34679W", true)]
    [InlineData("acdefo", "ACDEFO", false)]
    [InlineData("acdef0", "ACDEF0", false)]
    [InlineData("ａcdefg", "ａCDEFG", false)]
    [InlineData("acdefı", "ACDEFı", false)]
    [InlineData("acdefé", "ACDEFé", false)]
    [Trait("Rule", "3")]
    public void FromInput_WhenAlphanumeric_ShouldIgnoreTheCaseOfAsciiLettersAlone(string input, string code, bool hasShape)
    {
        var passcode = Passcode.FromInput(input);

        passcode.Reveal().Should().Be(code);
        Letters.HasShape(passcode).Should().Be(hasShape);
    }

    [Fact]
    public void FromGenerated_WhenRevealed_ShouldBeTheCodeAsItIs() => Passcode.FromGenerated("000001").Reveal().Should().Be("000001");

    [Fact]
    public void FromGenerated_WhenEmpty_ShouldThrow() =>
        FluentActions.Invoking(() => Passcode.FromGenerated("")).Should().Throw<ArgumentException>();

    [Fact]
    [Trait("Requirement", "SEC-11")]
    public void ToString_WhenPrintedAnyWay_ShouldBeThreeStars()
    {
        var passcode = Passcode.FromGenerated("918273");

        string[] printed = [passcode.ToString(), $"{passcode}", string.Concat(passcode, ""), $"{new { passcode }}", $"{new Holder(passcode)}"];

        printed.Should().OnlyContain(text => text.Contains("***") && !text.Contains("918273"));
        printed[0].Should().Be("***");
    }

    [Fact]
    [Trait("Requirement", "SEC-11")]
    public void Serialize_WhenAPasscodeIsInside_ShouldNotShowIt()
    {
        var passcode = Passcode.FromGenerated("918273");
        var withFields = new JsonSerializerOptions { IncludeFields = true };

        JsonSerializer.Serialize(passcode).Should().NotContain("918273");
        JsonSerializer.Serialize(passcode, withFields).Should().NotContain("918273");
        JsonSerializer.Serialize(new Holder(passcode), withFields).Should().NotContain("918273");
    }

    private sealed record Holder(Passcode Passcode);
}
