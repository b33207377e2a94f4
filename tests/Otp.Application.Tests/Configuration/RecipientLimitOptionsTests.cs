using Otp.Application.Passcodes;

namespace Otp.Application.Tests.Configuration;

public sealed class RecipientLimitOptionsTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void CountsPasscodes_ShouldSayWhetherThereIsALimit(bool hasBurst, bool hasDaily)
    {
        var options = new RecipientLimitOptions();
        options.RecipientBurst.Enabled = hasBurst;
        options.RecipientDaily.Enabled = hasDaily;

        options.CountsPasscodes.Should().Be(hasBurst || hasDaily);
        options.ForPasscodes.Should().HaveCount((hasBurst ? 1 : 0) + (hasDaily ? 1 : 0));
    }
}
