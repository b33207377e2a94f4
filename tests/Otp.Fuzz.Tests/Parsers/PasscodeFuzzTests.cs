using FsCheck;
using FsCheck.Fluent;
using Otp.Api.Requests;
using Otp.Domain.Passcodes;

namespace Otp.Fuzz.Tests.Parsers;

public sealed class PasscodeFuzzTests
{
    private static readonly PasscodePolicy[] Policies =
    [
        PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification),
        PasscodePolicy.DefaultFor(PasscodePurpose.LoginChallenge),
        new(6, PasscodeAlphabet.Alphanumeric, TimeSpan.FromMinutes(1), 1, TimeSpan.Zero),
        new(12, PasscodeAlphabet.Alphanumeric, TimeSpan.FromMinutes(1), 1, TimeSpan.Zero),
    ];

    /// <summary>Codes as people type and paste them.</summary>
    internal static readonly Gen<string> Codes = Gen.Elements(
        "123456", "12345678", " 123456 ", "123 456", "123-456", "1234\u20115678", "\u00a0123456\u3000", "000000", "ACDEFG", "acdefg", "3467 9ACD EFGH", "12345", "1234567", "+23456", "-23456", "1e3456",
        "12345.", "\u0661\u0662\u0663\u0664\u0665\u0666", "\uff11\uff12\uff13\uff14\uff15\uff16", "12345\u0301", "12345\ud800", "\U0001d7d8\U0001d7d8\U0001d7d8", "acdef\u212a", "acdef\u017f");

    [Fact]
    [Trait("Requirement", "SEC-23")]
    public void FromInput_WhenTheCodeIsAlmostRight_ShouldHaveTheShapeOnlyByItsOwnAsciiCharacters()
    {
        var shaped = 0;

        Fuzz.Check(Texts.AlmostRight(Codes, 1024 * 1024).ToArbitrary(), 4_000, text =>
        {
            var code = Passcode.FromInput(text.Value);

            code.Reveal().Length.Should().BeLessThanOrEqualTo(text.Value.Length);
            code.ToString().Should().Be("***");
            GuessAttribute.IsGuess(text.Value).Should().Be(text.Value.Length is >= 1 and <= GuessAttribute.MaxLength);
            foreach (var policy in Policies)
            {
                (policy.RefusesShape(code) is null).Should().Be(policy.HasShape(code));
                if (policy.HasShape(code))
                {
                    Interlocked.Increment(ref shaped);
                    code.Reveal().Should().Be(new string([.. text.Value.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]), "no other character stands for one of a code");
                    code.Reveal().Length.Should().Be(policy.Length);
                    Passcode.FromInput(code.Reveal()).Reveal().Should().Be(code.Reveal(), "what is normalised stays so");
                }
            }
        });

        shaped.Should().BePositive();
    }
}
