namespace Otp.Application.Delivery;

/// <summary>How far a mail has come.</summary>
/// <param name="State">The newest state.</param>
/// <param name="ChangedAt">Since when (UTC).</param>
/// <param name="CreatedAt">When it was queued (UTC).</param>
/// <param name="ReportedAt">When, by the provider's clock, what it reported last has happened (UTC); none where it reported nothing yet.</param>
public sealed record DeliveryProgress(DeliveryState State, DateTimeOffset ChangedAt, DateTimeOffset CreatedAt, DateTimeOffset? ReportedAt)
{
    /// <summary>
    /// How far the mail has come with a report. Reports arrive in any order: an earlier one never replaces a later one, and of two of the same second
    /// (the provider's clock shows no less) the one that comes later in a mail's life counts. A report always replaces what was known here alone.
    /// </summary>
    /// <returns>The progress with it, or <see langword="null"/> where the report changes no state.</returns>
    public DeliveryProgress? With(DeliveryEvent report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (StateAfter(report.Type) is not { } state || !IsOvertakenBy(report.OccurredAt, state))
        {
            return null;
        }

        // Never before the mail was queued: the provider's clock shows whole seconds.
        return this with { State = state, ChangedAt = report.OccurredAt > CreatedAt ? report.OccurredAt : CreatedAt, ReportedAt = report.OccurredAt };
    }

    private bool IsOvertakenBy(DateTimeOffset occurredAt, DeliveryState state) =>
        ReportedAt is not { } reportedAt || occurredAt > reportedAt || (occurredAt == reportedAt && RankOf(state) > RankOf(State));

    private static DeliveryState? StateAfter(DeliveryEventType type) => type switch
    {
        DeliveryEventType.Processed => DeliveryState.Sent,
        DeliveryEventType.Deferred => DeliveryState.Deferred,
        DeliveryEventType.Delivered => DeliveryState.Delivered,
        DeliveryEventType.Blocked or DeliveryEventType.Bounced => DeliveryState.Bounced,
        DeliveryEventType.Dropped => DeliveryState.Dropped,
        _ => null,
    };

    private static int RankOf(DeliveryState state) => state switch
    {
        DeliveryState.Deferred => 1,
        DeliveryState.Delivered => 2,
        DeliveryState.Bounced => 3,
        DeliveryState.Dropped => 4,
        _ => 0,
    };
}
