using Otp.Domain.Common;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.Common;

public sealed class TimeProviderExtensionsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(9_999, 0)]
    [InlineData(10_000, 10_000)]
    [InlineData(19_999, 10_000)]
    public void Now_WhenClockIsFiner_ShouldBeCutToMilliseconds(long ticks, long kept)
    {
        var now = new FixedTimeProvider(Some.Start.AddTicks(ticks)).Now();

        now.Should().Be(Some.Start.AddTicks(kept));
        now.Offset.Should().Be(TimeSpan.Zero);
    }
}
