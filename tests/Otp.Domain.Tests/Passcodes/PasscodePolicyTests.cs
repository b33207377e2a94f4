using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.Passcodes;

public sealed class PasscodePolicyTests
{
    private static readonly PasscodePolicy Policy = PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification);

    [Theory]
    [InlineData(PasscodePurpose.EmailVerification, 6, 15)]
    [InlineData(PasscodePurpose.FactorRegistration, 8, 15)]
    [InlineData(PasscodePurpose.LoginChallenge, 8, 5)]
    public void DefaultFor_WhenPurposeIsKnown_ShouldBeTheTableOfTheRules(PasscodePurpose purpose, int length, int lifetimeInMinutes) =>
        PasscodePolicy.DefaultFor(purpose).Should().Be(
            new PasscodePolicy(length, PasscodeAlphabet.Digits, TimeSpan.FromMinutes(lifetimeInMinutes), MaxAttempts: 5, TimeSpan.FromSeconds(60)));

    [Fact]
    public void DefaultFor_WhenPurposeIsUnknown_ShouldThrow() =>
        FluentActions.Invoking(() => PasscodePolicy.DefaultFor(0)).Should().Throw<ArgumentOutOfRangeException>();

    [Theory]
    [InlineData(PasscodePurpose.EmailVerification, 24 * 60)]
    [InlineData(PasscodePurpose.FactorRegistration, 24 * 60)]
    [InlineData(PasscodePurpose.LoginChallenge, 10)]
    public void MaxLifetimeOf_WhenPurposeIsKnown_ShouldBeTheOneOfTheRules(PasscodePurpose purpose, int minutes) =>
        PasscodePolicy.MaxLifetimeOf(purpose).Should().Be(TimeSpan.FromMinutes(minutes));

    [Fact]
    public void Characters_WhenDigits_ShouldBeAllTenOnce() => Policy.Characters.Should().Be("0123456789");

    [Fact]
    public void Characters_WhenAlphanumeric_ShouldBeUpperCaseOnceEachWithoutLookAlikes()
    {
        var characters = (Policy with { Alphabet = PasscodeAlphabet.Alphanumeric }).Characters.ToCharArray();

        characters.Should().OnlyHaveUniqueItems();
        characters.Should().OnlyContain(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));
        characters.Should().NotContain("0O1IL5S8B2ZUV".ToCharArray());
        characters.Should().HaveCount(36 - 13);
    }

    [Theory]
    [InlineData("000000", true)]
    [InlineData("999999", true)]
    [InlineData("012345", true)]
    [InlineData("12345", false)]
    [InlineData("1234567", false)]
    [InlineData("12345A", false)]
    [Trait("Rule", "1")]
    [Trait("Requirement", "SEC-01")]
    public void HasShape_WhenDigits_ShouldAcceptTheWholeRangeAndNothingElse(string code, bool expected) =>
        Policy.HasShape(Passcode.FromGenerated(code)).Should().Be(expected);

    [Theory]
    [InlineData(PasscodeAlphabet.Digits)]
    [InlineData(PasscodeAlphabet.Alphanumeric)]
    [Trait("Rule", "3")]
    public void HasShape_WhenAnyAllowedLength_ShouldBeThatLengthExactly(PasscodeAlphabet alphabet)
    {
        for (var length = 6; length <= 12; length++)
        {
            var policy = Policy with { Alphabet = alphabet, Length = length };
            var accepted = Enumerable.Range(1, 16).Where(n => policy.HasShape(Passcode.FromGenerated(new string('7', n))));

            accepted.Should().Equal(length);
        }
    }

    [Theory]
    [InlineData("", "Passcode.Empty")]
    [InlineData("12345", "Passcode.BadShape")]
    [InlineData("1234567", "Passcode.BadShape")]
    [InlineData("12345A", "Passcode.BadShape")]
    [InlineData("123456", null)]
    [Trait("Rule", "3")]
    public void RefusesShape_WhenJudged_ShouldTellEmptyFromBadlyShaped(string code, string? expected) =>
        (Policy.RefusesShape(Passcode.FromInput(code))?.Code).Should().Be(expected);

    [Theory]
    [InlineData("   ", "Passcode.Empty")]
    [InlineData(" - ", "Passcode.Empty")]
    [InlineData(" 123-456 ", null)]
    [InlineData("١٢٣٤٥٦", "Passcode.BadShape")]
    [InlineData("１２３４５６", "Passcode.BadShape")]
    [Trait("Rule", "3")]
    [Trait("Requirement", "SEC-23")]
    public void RefusesShape_WhenWrittenOtherwise_ShouldJudgeWhatIsLeft(string code, string? expected) =>
        (Policy.RefusesShape(Passcode.FromInput(code))?.Code).Should().Be(expected);
}
