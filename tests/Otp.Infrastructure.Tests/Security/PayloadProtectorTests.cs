using System.Security.Cryptography;
using System.Text;
using Otp.Infrastructure.Security;

namespace Otp.Infrastructure.Tests.Security;

[Trait("Requirement", "SEC-09")]
public sealed class PayloadProtectorTests
{
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes("""{"Passcode":"123456","Recipient":"ada@example.com"}""");
    private readonly PayloadProtector _protector = new(Keys.Ring("one"));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(100_000)]
    public void Unprotect_WhenNothingChanged_ShouldGiveBackThePlaintext(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);

        _protector.Unprotect(_protector.Protect(plain, "row 1"), "row 1").Should().Equal(plain);
    }

    [Fact]
    public void Unprotect_WhenAnyBitIsFlipped_ShouldThrow()
    {
        var good = _protector.Protect(Plain, "row 1");
        for (var position = 0; position < good.Length; position++)
        {
            foreach (var bit in new[] { 0x01, 0x80 })
            {
                var bad = (byte[])good.Clone();
                bad[position] ^= (byte)bit;
                Opening(bad).Should().Throw<CryptographicException>($"byte {position} is another");
            }
        }
    }

    [Fact]
    public void Unprotect_WhenItIsCutOrPadded_ShouldThrow()
    {
        var good = _protector.Protect(Plain, "row 1");
        for (var length = 0; length < good.Length; length++)
        {
            Opening(good[..length]).Should().Throw<CryptographicException>();
        }

        Opening([.. good, 0]).Should().Throw<CryptographicException>();
    }

    [Theory]
    [InlineData("row 2")]
    [InlineData("row 1 ")]
    [InlineData("")]
    public void Unprotect_WhenItStandsInAnotherRow_ShouldThrow(string row) =>
        FluentActions.Invoking(() => _protector.Unprotect(_protector.Protect(Plain, "row 1"), row)).Should().Throw<CryptographicException>();

    [Fact]
    public void Unprotect_WhenTheKeyIsAnother_ShouldThrow()
    {
        var good = _protector.Protect(Plain, "row 1");

        FluentActions.Invoking(() => new PayloadProtector(Keys.Ring("two")).Unprotect(good, "row 1")).Should().Throw<CryptographicException>().WithMessage("*'one'*");
        FluentActions.Invoking(() => new PayloadProtector(Keys.Ring([("one", Keys.Secret("two"))])).Unprotect(good, "row 1")).Should().Throw<CryptographicException>();
    }

    [Fact]
    public void Unprotect_WhenTheKeyWasRotated_ShouldOpenOldAndNew()
    {
        var rotated = new PayloadProtector(Keys.Ring("two", "one"));

        rotated.Unprotect(_protector.Protect(Plain, "row 1"), "row 1").Should().Equal(Plain);
        var renewed = rotated.Protect(Plain, "row 1");
        rotated.Unprotect(renewed, "row 1").Should().Equal(Plain);
        Opening(renewed).Should().Throw<CryptographicException>("a process that has not heard of the new key cannot open it");
    }

    [Fact]
    public void Protect_WhenRepeated_ShouldNeverGiveTheSameBytesNorShowThePlaintext()
    {
        var outputs = Enumerable.Range(0, 1000).Select(_ => _protector.Protect(Plain, "row 1")).ToList();

        outputs.Select(Convert.ToHexString).Should().OnlyHaveUniqueItems();
        outputs.Select(output => Convert.ToHexString(output.AsSpan(5, 12))).Should().OnlyHaveUniqueItems("a nonce is used once");
        outputs.Should().OnlyContain(output => !Encoding.Latin1.GetString(output).Contains("123456", StringComparison.Ordinal));
    }

    [Fact]
    public void Protect_WhenThePasscodeKeyIsKnown_ShouldNotBeOpenedByIt()
    {
        var ring = Keys.Ring("one");
        var passcodeKey = ring.GetPasscodeKey("one").ToArray();

        passcodeKey.Should().NotEqual(ring.GetMailKey("one").ToArray(), "each use has a key of its own");
        passcodeKey.Should().NotEqual(Keys.Secret("one"));
    }

    private Action Opening(byte[] input) => () => _protector.Unprotect(input, "row 1");
}
