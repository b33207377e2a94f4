using Otp.Application.Delivery;

namespace Otp.Infrastructure.Persistence.Outbox;

/// <summary>The states of mails that a command or query has come across, so that it need not ask for them again.</summary>
internal sealed class KnownDeliveries
{
    private readonly Dictionary<Guid, DeliveryDto?> _known = [];

    public void Note(Guid deliveryId, DeliveryState state, DateTimeOffset changedAt) => _known[deliveryId] = new DeliveryDto(state, changedAt);

    /// <summary>Notes that a mail is not there any more.</summary>
    public void NoteMissing(Guid deliveryId) => _known.TryAdd(deliveryId, null);

    /// <summary>Whether the fate of a mail is known, which may be that it is not there.</summary>
    public bool TryFind(Guid deliveryId, out DeliveryDto? delivery) => _known.TryGetValue(deliveryId, out delivery);
}
