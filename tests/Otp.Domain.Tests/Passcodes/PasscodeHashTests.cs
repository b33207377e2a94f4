using System.Reflection;
using System.Security.Cryptography;
using Otp.Domain.Emails;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.Passcodes;

[Trait("Rule", "2")]
public sealed class PasscodeHashTests
{
    private static readonly PasscodeHash Hash = TestHasher.HashForVerification(Some.Ana, "123456");

    [Fact]
    public void ValueLength_WhenRead_ShouldBeThatOfSha256() => PasscodeHash.ValueLength.Should().Be(SHA256.HashSizeInBytes);

    [Fact]
    public void Matches_WhenSameKeyAndValue_ShouldBeTrue() => Hash.Matches(new PasscodeHash(Hash.KeyId, [.. Hash.Value])).Should().BeTrue();

    [Theory]
    [InlineData("key-2")]
    [InlineData("KEY-1")]
    [InlineData("")]
    public void Matches_WhenAnotherKeyId_ShouldBeFalse(string keyId) => Hash.Matches(Hash with { KeyId = keyId }).Should().BeFalse();

    [Fact]
    public void Matches_WhenAnyOneBitDiffers_ShouldBeFalse()
    {
        for (var bit = 0; bit < PasscodeHash.ValueLength * 8; bit++)
        {
            byte[] value = [.. Hash.Value];
            value[bit / 8] ^= (byte)(1 << (bit % 8));

            Hash.Matches(new PasscodeHash(Hash.KeyId, value)).Should().BeFalse("bit {0} differs", bit);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    public void Matches_WhenOnlyAPrefix_ShouldBeFalse(int length) =>
        Hash.Matches(new PasscodeHash(Hash.KeyId, Hash.Value[..length])).Should().BeFalse();

    [Fact]
    public void Matches_WhenLonger_ShouldBeFalse() => Hash.Matches(new PasscodeHash(Hash.KeyId, [.. Hash.Value, 0])).Should().BeFalse();

    // How long a comparison takes cannot be tested soundly on a shared machine; that the fixed-time one is called, can.
    [Fact]
    [Trait("Requirement", "SEC-10")]
    public void Matches_WhenCompiled_ShouldCallTheFixedTimeComparison()
    {
        var method = typeof(PasscodeHash).GetMethod(nameof(PasscodeHash.Matches))!;

        CallsOf(method).Should().Contain(called =>
            called.DeclaringType == typeof(CryptographicOperations) && called.Name == nameof(CryptographicOperations.FixedTimeEquals));
    }

    [Fact]
    [Trait("Requirement", "SEC-07")]
    public void Matches_WhenBoundToSomethingElse_ShouldBeFalse()
    {
        var binding = new PasscodeBinding(PasscodePurpose.EmailVerification, Some.UserId, Some.Ana, Guid.Empty);
        PasscodeBinding[] others =
        [
            binding with { Purpose = PasscodePurpose.FactorRegistration },
            binding with { UserId = "user-2" },
            binding with { Address = Some.Bela },
            binding with { SubjectId = Some.DeliveryId(1) },
        ];

        others.Should().OnlyContain(other => !Hash.Matches(TestHasher.Hash(other, "123456", TestHasher.KeyId)));
        Hash.Matches(TestHasher.Hash(binding with { Address = EmailAddress.Parse("ANA@example.com") }, "123456", TestHasher.KeyId)).Should().BeTrue();
    }

    private static IEnumerable<MethodBase> CallsOf(MethodInfo method)
    {
        const byte Call = 0x28;
        var code = method.GetMethodBody()!.GetILAsByteArray()!;
        for (var i = 0; i + sizeof(int) < code.Length; i++)
        {
            if (code[i] == Call && TryResolve(method.Module, BitConverter.ToInt32(code, i + 1)) is { } called)
            {
                yield return called;
            }
        }
    }

    private static MethodBase? TryResolve(Module module, int token)
    {
        try
        {
            return module.ResolveMethod(token);
        }
        catch (ArgumentException)
        {
            // The byte was not an instruction.
            return null;
        }
    }
}
