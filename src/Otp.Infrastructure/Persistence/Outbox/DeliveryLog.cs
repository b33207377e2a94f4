using Microsoft.EntityFrameworkCore;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;

namespace Otp.Infrastructure.Persistence.Outbox;

internal sealed class DeliveryLog(OtpDbContext context) : IDeliveryLog
{
    public async Task<DeliveryDto?> FindAsync(string userId, Guid deliveryId, CancellationToken cancellationToken)
    {
        var queued = context.OutboxMessages.Local.FirstOrDefault(message => message.Id == deliveryId);
        return queued is not null
            ? new DeliveryDto(queued.State, queued.StateChangedAt)
            : await context.OutboxMessages
                .Where(message => message.Id == deliveryId && message.UserId == userId)
                .Select(message => new DeliveryDto(message.State, message.StateChangedAt))
                .FirstOrDefaultAsync(cancellationToken);
    }
}
