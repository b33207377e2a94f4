using System.Security.Cryptography;
using System.Text;
using Otp.Domain.Emails;
using Otp.Infrastructure.Security;

namespace Otp.Infrastructure.Tests.Security;

public sealed class RecipientDigesterTests
{
    private static readonly EmailAddress Ada = EmailAddress.Parse("Ada@Example.com");

    [Fact]
    public void Digest_WhenTheAddressIsSpeltOtherwise_ShouldBeTheSameAndNoPlainHash()
    {
        var digester = new RecipientDigester(Keys.Ring("a"));

        var digest = digester.Digest(Ada);

        digest.Should().Equal(digester.Digest(EmailAddress.Parse("ADA@EXAMPLE.COM"))).And.HaveCount(RecipientDigester.Length);
        digest.Should().NotEqual(digester.Digest(EmailAddress.Parse("eda@example.com")));
        digest.Should().NotEqual(SHA256.HashData(Encoding.UTF8.GetBytes(Ada.Canonical)), "that can be guessed from a list of addresses");
        digest.Should().NotEqual(HMACSHA256.HashData(Keys.Secret("a"), Encoding.UTF8.GetBytes(Ada.Canonical)), "each use has a key of its own");
    }

    [Fact]
    [Trait("Requirement", "SEC-09")]
    public void AllDigests_WhenKeysAreRotated_ShouldFindWhatEachConfiguredKeyHasStored()
    {
        var before = new RecipientDigester(Keys.Ring("old"));
        var during = new RecipientDigester(Keys.Ring("new", "old"));

        during.AllDigests(Ada).Should().HaveCount(2).And.ContainEquivalentOf(before.Digest(Ada));
        during.Digest(Ada).Should().Equal(new RecipientDigester(Keys.Ring("new")).Digest(Ada), "the first key is the current one");
    }
}
