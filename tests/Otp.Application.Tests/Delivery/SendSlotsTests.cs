using Otp.Application.Delivery;

namespace Otp.Application.Tests.Delivery;

public sealed class SendSlotsTests
{
    [Fact]
    public void Free_WhenMailsAreInFlight_ShouldBeWhatIsLeft()
    {
        var slots = new SendSlots(3);

        var first = slots.Take(isRetry: false);
        slots.Take(isRetry: false);
        slots.Free.Should().Be(1);
        slots.Release(first);

        slots.Free.Should().Be(2);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(16, 8)]
    public void FreeForRetries_WhenNothingIsInFlight_ShouldBeHalfAndAtLeastOne(int concurrency, int retries)
    {
        var slots = new SendSlots(concurrency);
        slots.FreeForRetries.Should().Be(retries);

        var taken = Enumerable.Range(0, retries).Select(_ => slots.Take(isRetry: true)).ToList();
        (slots.FreeForRetries, slots.Free).Should().Be((0, concurrency - retries));
        slots.Release(taken[0]);

        (slots.FreeForRetries, slots.Free).Should().Be((1, concurrency - retries + 1));
    }

    [Fact]
    public void FreeForRetries_WhenOthersHoldAllSlots_ShouldBeNone()
    {
        var slots = new SendSlots(2);
        slots.Take(isRetry: false);
        slots.Take(isRetry: false);

        slots.FreeForRetries.Should().Be(0);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(16, 256)]
    [InlineData(32, 512)]
    [InlineData(256, 512)]
    public void MakeWay_WhenSendsAreSlow_ShouldFreeTheirSlotsUpToTheBound(int concurrency, int bound)
    {
        var slots = new SendSlots(concurrency);
        List<SendSlots.Flight> slow = [];
        while (slots.Free > 0)
        {
            slow.Add(slots.Take(isRetry: false));
            slots.MakeWay(slow[^1]);
        }

        slow.Should().HaveCount(bound);
        slots.Release(slow[0]);
        slots.Free.Should().Be(1);
    }

    [Fact]
    public void Release_WhenTheSendHadMadeWayBefore_ShouldNotFreeASecondSlot()
    {
        var slots = new SendSlots(2);
        var slow = slots.Take(isRetry: true);
        slots.Take(isRetry: false);
        slots.MakeWay(slow);
        slots.MakeWay(slow);
        slots.Free.Should().Be(1);

        slots.Release(slow);
        slots.MakeWay(slow);

        (slots.Free, slots.FreeForRetries).Should().Be((1, 1));
    }

    [Fact]
    public async Task WaitUntilEmpty_WhenMailsAreInFlight_ShouldWaitAlsoForThoseThatMadeWay()
    {
        var slots = new SendSlots(2);
        var slow = slots.Take(isRetry: false);
        slots.MakeWay(slow);
        var wait = slots.WaitUntilEmptyAsync();
        wait.IsCompleted.Should().BeFalse();

        slots.Release(slow);

        await wait.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
