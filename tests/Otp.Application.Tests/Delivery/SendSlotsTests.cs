using Otp.Application.Common.Ports;
using Otp.Application.Delivery;

namespace Otp.Application.Tests.Delivery;

public sealed class SendSlotsTests
{
    [Fact]
    public void Free_WhenMailsAreInFlight_ShouldBeWhatIsLeft()
    {
        var slots = new SendSlots(3);

        var first = slots.Take(MailSelection.NewestUntried);
        slots.Take(MailSelection.NewestUntried);
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

        var taken = Enumerable.Range(0, retries).Select(_ => slots.Take(MailSelection.Retries)).ToList();
        (slots.FreeForRetries, slots.Free).Should().Be((0, concurrency - retries));
        slots.Release(taken[0]);

        (slots.FreeForRetries, slots.Free).Should().Be((1, concurrency - retries + 1));
    }

    [Fact]
    public void FreeForRetries_WhenOthersHoldAllSlots_ShouldBeNone()
    {
        var slots = new SendSlots(2);
        slots.Take(MailSelection.NewestUntried);
        slots.Take(MailSelection.NewestUntried);

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
            slow.Add(slots.Take(MailSelection.NewestUntried));
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
        var slow = slots.Take(MailSelection.Retries);
        slots.Take(MailSelection.NewestUntried);
        slots.MakeWay(slow);
        slots.MakeWay(slow);
        slots.Free.Should().Be(1);

        slots.Release(slow);
        slots.MakeWay(slow);

        (slots.Free, slots.FreeForRetries).Should().Be((1, 1));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(16, 4)]
    public void FreeForFresh_WhenOthersHoldAllSlots_ShouldBeAQuarterAndAtLeastOne(int concurrency, int more)
    {
        var slots = new SendSlots(concurrency);
        slots.FreeForFresh.Should().Be(concurrency + more);
        var slow = Enumerable.Range(0, concurrency).Select(_ => slots.Take(MailSelection.OldestUntried)).ToList();
        (slots.Free, slots.FreeForFresh).Should().Be((0, more));

        var fresh = Enumerable.Range(0, more).Select(_ => slots.Take(MailSelection.Fresh)).ToList();
        (slots.Free, slots.FreeForFresh).Should().Be((0, 0));
        slots.Release(slow[0]);
        (slots.Free, slots.FreeForFresh).Should().Be((1, 1), "fresh mails take nothing from others but what they hold beyond their own");
        slots.MakeWay(fresh[0]);

        (slots.Free, slots.FreeForFresh).Should().Be((1, 2));
    }

    [Fact]
    public void Free_WhenFreshMailsHoldTheSlots_ShouldBeWhatIsLeftOfAll()
    {
        var slots = new SendSlots(4);
        var fresh = Enumerable.Range(0, 5).Select(_ => slots.Take(MailSelection.Fresh)).ToList();
        (slots.Free, slots.FreeForRetries, slots.FreeForFresh).Should().Be((0, 0, 0));

        slots.Release(fresh[0]);
        slots.Release(fresh[1]);

        (slots.Free, slots.FreeForRetries, slots.FreeForFresh).Should().Be((2, 2, 2));
    }

    [Fact]
    public void MakeWay_WhenOthersAreSlow_ShouldLeaveRoomForFreshMailsBeyondTheBound()
    {
        var slots = new SendSlots(4);
        for (var slow = 0; slow < 64; slow++)
        {
            slots.MakeWay(slots.Take(MailSelection.NewestUntried));
        }

        (slots.Free, slots.FreeForFresh).Should().Be((0, 5));
        var fresh = Enumerable.Range(0, 16).Select(_ =>
        {
            var flight = slots.Take(MailSelection.Fresh);
            slots.MakeWay(flight);
            return flight;
        }).ToList();
        (slots.Free, slots.FreeForFresh).Should().Be((0, 0));

        slots.Release(fresh[0]);

        (slots.Free, slots.FreeForFresh).Should().Be((0, 1));
    }

    [Fact]
    public async Task WaitUntilEmpty_WhenMailsAreInFlight_ShouldWaitAlsoForThoseThatMadeWay()
    {
        var slots = new SendSlots(2);
        var slow = slots.Take(MailSelection.NewestUntried);
        slots.MakeWay(slow);
        var wait = slots.WaitUntilEmptyAsync();
        wait.IsCompleted.Should().BeFalse();

        slots.Release(slow);

        await wait.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
