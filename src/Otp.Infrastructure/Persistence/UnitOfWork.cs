using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Hot;

namespace Otp.Infrastructure.Persistence;

/// <summary>Stores the changes of a command optimistically; after a lost race the losers queue up behind the row that they fight for.</summary>
internal sealed class UnitOfWork(HotRows rows, AuditTrail audit, OutboxSignal signal) : IUnitOfWork
{
    private string? _contendedKey;

    public async Task<bool> TryCommitAsync(CancellationToken cancellationToken)
    {
        audit.Append();
        var queuesMail = rows.QueuesMail;
        _contendedKey = await rows.StoreAsync(cancellationToken);
        if (_contendedKey is null && queuesMail)
        {
            signal.Set();
        }

        return _contendedKey is null;
    }

    public Task<IAsyncDisposable> TakeTurnAsync(CancellationToken cancellationToken) => rows.TakeTurnAsync(_contendedKey ?? "", cancellationToken);
}
