using Otp.Application.Delivery;

namespace Otp.Infrastructure.Persistence.Outbox;

/// <summary>A report of a provider that was applied: the same one does nothing again.</summary>
internal sealed class DeliveryReport
{
    public required string EventId { get; init; }

    public required string UserId { get; init; }

    public Guid DeliveryId { get; init; }

    public DeliveryEventType Type { get; init; }

    public DateTimeOffset OccurredAt { get; init; }

    public DateTimeOffset RecordedAt { get; init; }
}
