using Otp.Application.Delivery;

namespace Otp.Infrastructure.Persistence.Outbox;

/// <summary>The states of mails that a command or query has come across, so that it need not ask for them again.</summary>
internal sealed class KnownDeliveries
{
    // Mostly one.
    private readonly List<(Guid Id, DeliveryDto? Delivery)> _known = [];

    public void Note(Guid deliveryId, DeliveryState state, DateTimeOffset changedAt)
    {
        _known.RemoveAll(known => known.Id == deliveryId);
        _known.Add((deliveryId, new DeliveryDto(state, changedAt)));
    }

    /// <summary>Notes that a mail is not there any more.</summary>
    public void NoteMissing(Guid deliveryId)
    {
        if (!TryFind(deliveryId, out _))
        {
            _known.Add((deliveryId, null));
        }
    }

    /// <summary>Whether the fate of a mail is known, which may be that it is not there.</summary>
    public bool TryFind(Guid deliveryId, out DeliveryDto? delivery)
    {
        var index = _known.FindIndex(known => known.Id == deliveryId);
        delivery = index < 0 ? null : _known[index].Delivery;
        return index >= 0;
    }
}
