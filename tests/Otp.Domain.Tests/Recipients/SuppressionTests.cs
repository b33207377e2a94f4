using Otp.Domain.Emails;
using Otp.Domain.Recipients;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.Recipients;

public sealed class SuppressionTests
{
    [Theory]
    [InlineData(SuppressionReason.HardBounce)]
    [InlineData(SuppressionReason.SpamReport)]
    public void Start_WhenNew_ShouldHoldTheCanonicalAddressAndWhy(SuppressionReason reason)
    {
        var suppression = Suppression.Start(EmailAddress.Parse("Ana+News@MÜLLER.de"), reason, Some.Start);

        suppression.Address.Should().Be("ana+news@xn--mller-kva.de", "a mailbox is refused, however it is written, and not its owner's others");
        suppression.Reason.Should().Be(reason);
        suppression.Sequence.Should().Be(1);
        suppression.CreatedAt.Should().Be(Some.Start);
        suppression.ChangedAt.Should().Be(Some.Start);
        suppression.TakeAuditEvents().Should().BeEmpty();
    }
}
