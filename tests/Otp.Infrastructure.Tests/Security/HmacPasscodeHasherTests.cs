using Otp.Application.Common.Ports;
using Otp.Domain.Emails;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Security;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Security;

public sealed class HmacPasscodeHasherTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Passcode Code = Passcode.FromGenerated("012345");
    private static readonly PasscodeBinding Binding = new(PasscodePurpose.EmailVerification, "ada", EmailAddress.Parse("ada@example.com"), Guid.Empty);

    private readonly ManualTimeProvider _time = new(Now);

    public static TheoryData<string, PasscodeBinding, string> Others => new()
    {
        { "purpose", Binding with { Purpose = PasscodePurpose.FactorRegistration }, "012345" },
        { "user", Binding with { UserId = "bob" }, "012345" },
        { "case of the user", Binding with { UserId = "Ada" }, "012345" },
        { "address", Binding with { Address = EmailAddress.Parse("ada@example.org") }, "012345" },
        { "tag of the address", Binding with { Address = EmailAddress.Parse("ada+x@example.com") }, "012345" },
        { "subject", Binding with { SubjectId = new Guid("00000000-0000-0000-0000-000000000001") }, "012345" },
        { "code", Binding, "012346" },
        { "length of the code", Binding, "0123450" },
        { "leading zero", Binding, "12345" },
        { "empty code", Binding, " " },
    };

    [Theory]
    [MemberData(nameof(Others))]
    [Trait("Requirement", "SEC-07")]
    public void Hash_WhenOnePartDiffers_ShouldDiffer(string part, PasscodeBinding binding, string code)
    {
        var hasher = HasherOf(Keys.Ring("one"));
        var issued = Issue(hasher.Hash(Code, Binding));

        issued.Hash.Matches(hasher.HashGuess(Passcode.FromInput(code), binding, issued)).Should().BeFalse($"the {part} is another");
        issued.Hash.Matches(hasher.HashGuess(Code, Binding, issued)).Should().BeTrue();
    }

    [Fact]
    [Trait("Requirement", "SEC-07")]
    public void Hash_WhenTextMovesFromOnePartToTheNext_ShouldDiffer()
    {
        var hasher = HasherOf(Keys.Ring("one"));
        var split = hasher.Hash(Code, Binding with { UserId = "ab", Address = EmailAddress.Parse("c@example.com") });
        var other = hasher.Hash(Code, Binding with { UserId = "a", Address = EmailAddress.Parse("bc@example.com") });

        split.Value.Should().NotEqual(other.Value);
    }

    [Fact]
    public void Hash_WhenTheAddressIsWrittenOtherwise_ShouldBeTheSame()
    {
        var hasher = HasherOf(Keys.Ring("one"));

        hasher.Hash(Code, Binding).Value.Should().Equal(hasher.Hash(Code, Binding with { Address = EmailAddress.Parse("ADA@Example.COM") }).Value);
    }

    [Fact]
    [Trait("Requirement", "SEC-09")]
    public void Hash_WhenMade_ShouldHaveFixedLengthNameTheKeyAndNotHoldTheCode()
    {
        var hash = HasherOf(Keys.Ring("one", "two")).Hash(Code, Binding);

        hash.KeyId.Should().Be("one");
        hash.Value.Should().HaveCount(PasscodeHash.ValueLength);
        System.Text.Encoding.Latin1.GetString(hash.Value).Should().NotContain("012345");
    }

    [Fact]
    public void Hash_WhenComputedByHand_ShouldBeHmacSha256UnderTheDerivedKey()
    {
        var key = System.Security.Cryptography.HKDF.DeriveKey(
            System.Security.Cryptography.HashAlgorithmName.SHA256, Keys.Secret("one"), 32, info: "otp/passcodes/hmac-sha256/1"u8.ToArray());
        List<byte> input = [];
        foreach (var part in new[] { "EmailVerification", "ada", "ada@example.com", new string('0', 32), "012345" })
        {
            input.AddRange([0, 0, 0, (byte)part.Length]);
            input.AddRange(System.Text.Encoding.ASCII.GetBytes(part));
        }

        HasherOf(Keys.Ring("one")).Hash(Code, Binding).Value.Should()
            .Equal(System.Security.Cryptography.HMACSHA256.HashData(key, input.ToArray()), "stored hashes outlive a version: a change of the input needs a new label");
    }

    [Fact]
    [Trait("Requirement", "SEC-09")]
    public void HashGuess_WhenTheKeyWasRotated_ShouldStillVerifyCodesOfTheOldOne()
    {
        var issued = Issue(HasherOf(Keys.Ring("old")).Hash(Code, Binding));
        var rotated = HasherOf(Keys.Ring("new", "old"));

        issued.Hash.Matches(rotated.HashGuess(Code, Binding, issued)).Should().BeTrue();
        issued.Hash.Matches(rotated.HashGuess(Passcode.FromInput("999999"), Binding, issued)).Should().BeFalse();
        rotated.Hash(Code, Binding).KeyId.Should().Be("new", "what is made now is made under the first");
    }

    [Fact]
    [Trait("Requirement", "SEC-09")]
    public void HashGuess_WhenTheKeyOfALiveCodeIsNotThere_ShouldJudgeNothing()
    {
        var issued = Issue(HasherOf(Keys.Ring("old")).Hash(Code, Binding));
        _time.Advance(issued.ExpiresAt - Now - TimeSpan.FromTicks(1));

        var guess = () => HasherOf(Keys.Ring("new")).HashGuess(Code, Binding, issued);

        guess.Should().Throw<MissingKeyException>().WithMessage("*'old'*");
    }

    [Fact]
    public void HashGuess_WhenTheKeyOfAnExpiredCodeIsNotThere_ShouldNotMatch()
    {
        var issued = Issue(HasherOf(Keys.Ring("old")).Hash(Code, Binding));
        _time.Advance(issued.ExpiresAt - Now);

        issued.Hash.Matches(HasherOf(Keys.Ring("new")).HashGuess(Code, Binding, issued)).Should().BeFalse();
    }

    [Fact]
    public void HashGuess_WhenTheKeyWasReplacedUnderTheSameId_ShouldNotMatch()
    {
        var issued = Issue(HasherOf(Keys.Ring("one")).Hash(Code, Binding));
        var replaced = HasherOf(Keys.Ring([("one", Keys.Secret("another"))]));

        issued.Hash.Matches(replaced.HashGuess(Code, Binding, issued)).Should().BeFalse();
    }

    [Fact]
    public void HashGuess_WhenThereIsNothingToCompareWith_ShouldHashAllTheSame()
    {
        var hasher = HasherOf(Keys.Ring("one"));

        hasher.HashGuess(Code, Binding, null).Value.Should().Equal(hasher.Hash(Code, Binding).Value, "it takes as long");
    }

    [Fact]
    public void Hash_WhenThousandsAreHashedInParallel_ShouldGiveEachItsOwn()
    {
        var hasher = HasherOf(Keys.Ring("one"));
        var codes = Enumerable.Range(0, 2000).Select(number => Passcode.FromGenerated(number.ToString("D6", System.Globalization.CultureInfo.InvariantCulture))).ToArray();
        var alone = codes.Select(code => Convert.ToHexString(hasher.Hash(code, Binding).Value)).ToArray();

        var together = codes.AsParallel().AsOrdered().Select(code => Convert.ToHexString(hasher.Hash(code, Binding).Value)).ToArray();

        together.Should().Equal(alone).And.OnlyHaveUniqueItems();
    }

    private HmacPasscodeHasher HasherOf(ProtectionKeyRing ring) => new(ring, _time);

    private static IssuedPasscode Issue(PasscodeHash hash) =>
        IssuedPasscode.Issue(hash, PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification), AttemptBudget.Untouched, Now);
}
