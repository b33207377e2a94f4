using Microsoft.EntityFrameworkCore;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Hot;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence;

/// <summary>Stores the changes of a command optimistically; after a lost race the losers queue up behind the row that they fight for.</summary>
internal sealed class UnitOfWork(OtpDbContext context, HotRows rows, AuditTrail audit, OutboxSignal signal) : IUnitOfWork
{
    private string? _contendedKey;

    public async Task<bool> TryCommitAsync(CancellationToken cancellationToken)
    {
        audit.Append();
        var queuesMail = rows.QueuesMail || context.ChangeTracker.Entries<OutboxMessage>().Any(IsQueued);
        _contendedKey = await rows.StoreAsync(cancellationToken);
        if (_contendedKey is null && queuesMail)
        {
            signal.Set();
        }

        return _contendedKey is null;
    }

    public Task<IAsyncDisposable> TakeTurnAsync(CancellationToken cancellationToken)
    {
        rows.Forget();
        return context.BeginInTurnAsync(_contendedKey ?? "", cancellationToken);
    }

    private static bool IsQueued(Microsoft.EntityFrameworkCore.ChangeTracking.EntityEntry<OutboxMessage> entry) =>
        entry.State == EntityState.Added || (entry.State == EntityState.Modified && entry.Entity.State == DeliveryState.Queued);
}
