using Otp.Application.Delivery;

namespace Otp.Application.Tests.Delivery;

public sealed class DeliveryProgressTests
{
    private static readonly DateTimeOffset Queued = new(2026, 1, 1, 0, 0, 0, 700, TimeSpan.Zero);
    private static readonly DeliveryProgress Sent = new(DeliveryState.Sent, Queued.AddMilliseconds(40), Queued, null);

    [Theory]
    [InlineData(DeliveryEventType.Processed, DeliveryState.Sent)]
    [InlineData(DeliveryEventType.Deferred, DeliveryState.Deferred)]
    [InlineData(DeliveryEventType.Delivered, DeliveryState.Delivered)]
    [InlineData(DeliveryEventType.Bounced, DeliveryState.Bounced)]
    [InlineData(DeliveryEventType.Blocked, DeliveryState.Bounced)]
    [InlineData(DeliveryEventType.Dropped, DeliveryState.Dropped)]
    public void With_WhenTheProviderReportsForTheFirstTime_ShouldShowWhatItSays(DeliveryEventType type, DeliveryState state) =>
        Sent.With(At(5, type)).Should().Be(new DeliveryProgress(state, At(5, type).OccurredAt, Queued, At(5, type).OccurredAt));

    [Fact]
    public void With_WhenAMailIsReportedAsSpam_ShouldKeepItsState() => Sent.With(At(9, DeliveryEventType.SpamReported)).Should().BeNull();

    [Fact]
    public void With_WhenTheProvidersClockShowsWholeSeconds_ShouldNotGoBackBeforeTheMailWasQueued()
    {
        var report = new DeliveryEvent("e", Guid.Empty, DeliveryEventType.Processed, Queued.AddMilliseconds(-700));

        Sent.With(report)!.ChangedAt.Should().Be(Queued);
    }

    [Fact]
    public void With_WhenAMailWasQueuedAgainOrFailedHere_ShouldBelieveTheProvider()
    {
        foreach (var state in new[] { DeliveryState.Queued, DeliveryState.Failed, DeliveryState.Superseded, DeliveryState.Expired })
        {
            (Sent with { State = state, ChangedAt = Queued.AddHours(1) }).With(At(5, DeliveryEventType.Delivered))!.State.Should().Be(DeliveryState.Delivered);
        }
    }

    /// <summary>Reports, by their time in seconds, and the state in which a mail must end in whatever order they come.</summary>
    public static TheoryData<(int, DeliveryEventType)[], DeliveryState, int> Histories => new()
    {
        { [(1, DeliveryEventType.Processed), (2, DeliveryEventType.Deferred), (9, DeliveryEventType.Deferred), (20, DeliveryEventType.Delivered)], DeliveryState.Delivered, 20 },
        { [(1, DeliveryEventType.Processed), (1, DeliveryEventType.Delivered)], DeliveryState.Delivered, 1 },
        { [(1, DeliveryEventType.Processed), (1, DeliveryEventType.Deferred)], DeliveryState.Deferred, 1 },
        { [(1, DeliveryEventType.Processed), (3, DeliveryEventType.Delivered), (3, DeliveryEventType.Bounced), (4, DeliveryEventType.SpamReported)], DeliveryState.Bounced, 3 },
        { [(1, DeliveryEventType.Processed), (2, DeliveryEventType.Delivered), (600, DeliveryEventType.Bounced)], DeliveryState.Bounced, 600 },
        { [(1, DeliveryEventType.Processed), (1, DeliveryEventType.Dropped), (1, DeliveryEventType.Blocked)], DeliveryState.Dropped, 1 },
    };

    [Theory]
    [MemberData(nameof(Histories))]
    public void With_WhenReportsComeInAnyOrder_ShouldEndInTheSameState((int, DeliveryEventType)[] history, DeliveryState state, int second)
    {
        ArgumentNullException.ThrowIfNull(history);
        foreach (var order in Permutations(history.Length))
        {
            var progress = order.Aggregate(Sent, (now, index) => now.With(At(history[index].Item1, history[index].Item2)) ?? now);

            (progress.State, progress.ChangedAt).Should().Be((state, Queued.AddSeconds(second)), "the order is {0}", string.Join(" ", order));
        }
    }

    private static DeliveryEvent At(int seconds, DeliveryEventType type) => new($"{seconds} {type}", Guid.Empty, type, Queued.AddSeconds(seconds));

    private static IEnumerable<int[]> Permutations(int count) => count == 0
        ? [[]]
        : Permutations(count - 1).SelectMany(rest => Enumerable.Range(0, count).Select(at => (int[])[.. rest[..at], count - 1, .. rest[at..]]));
}
