using Otp.Application.Delivery;

namespace Otp.Infrastructure.Persistence.Outbox;

/// <summary>The states of mails that a command or query has come across, so that it need not ask for them again.</summary>
internal sealed class KnownDeliveries
{
    private readonly Dictionary<Guid, DeliveryDto> _known = [];

    public void Note(Guid deliveryId, DeliveryState state, DateTimeOffset changedAt) => _known[deliveryId] = new DeliveryDto(state, changedAt);

    public DeliveryDto? Find(Guid deliveryId) => _known.GetValueOrDefault(deliveryId);
}
