using Otp.Application.Delivery;

namespace Otp.Application.Common.Ports;

/// <summary>What became of the mails.</summary>
public interface IDeliveryLog
{
    /// <summary>The state of a mail, or <see langword="null"/> where it is not known (any more). Sees what the running command has queued.</summary>
    Task<DeliveryDto?> FindAsync(string userId, Guid deliveryId, CancellationToken cancellationToken);
}
