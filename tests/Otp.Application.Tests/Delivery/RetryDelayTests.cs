using Otp.Application.Delivery;

namespace Otp.Application.Tests.Delivery;

public sealed class RetryDelayTests
{
    private const double AlmostOne = 0.999_999_999;

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(8, 256)]
    [InlineData(9, 300)]
    [InlineData(100, 300)]
    public void After_WhenTheDrawVaries_ShouldSpanAllFromNothingToTheCeiling(int attempts, int ceiling)
    {
        RetryDelay.After(attempts, null, 0).Should().Be(TimeSpan.FromMilliseconds(1));
        RetryDelay.After(attempts, null, 0.25).Should().BeCloseTo(TimeSpan.FromSeconds(ceiling / 4.0), TimeSpan.FromMilliseconds(1));
        RetryDelay.After(attempts, null, AlmostOne).Should().Be(TimeSpan.FromSeconds(ceiling));
    }

    [Theory]
    [InlineData(60, 0.5, 60)]
    [InlineData(0.5, 0.5, 1.001)]
    [InlineData(0, 0.5, 1.001)]
    [InlineData(-60, 0.5, 1.001)]
    [InlineData(3600, 0.5, 3600)]
    [InlineData(3601, 0.5, 3600)]
    [InlineData(1e9, 0.5, 3600)]
    public void After_WhenTheProviderNamesAWait_ShouldBeAtLeastThatAndAtMostAnHour(double wish, double draw, double expected) =>
        RetryDelay.After(1, TimeSpan.FromSeconds(wish), draw).TotalSeconds.Should().BeApproximately(expected, 1e-9);

    [Fact]
    public void After_WhenTheWishHasNoEnd_ShouldBeAnHour() => RetryDelay.After(1, TimeSpan.MaxValue, 0).Should().Be(TimeSpan.FromHours(1));
}
