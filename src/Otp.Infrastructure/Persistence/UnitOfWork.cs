using Microsoft.EntityFrameworkCore;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence;

/// <summary>Stores the changes of a command optimistically; after a lost race the losers queue up behind the row that they fight for.</summary>
internal sealed class UnitOfWork(OtpDbContext context, AuditTrail audit, OutboxSignal signal) : IUnitOfWork
{
    private string? _contendedKey;

    public async Task<bool> TryCommitAsync(CancellationToken cancellationToken)
    {
        audit.Append();
        var queuesMail = context.ChangeTracker.Entries<OutboxMessage>().Any(entry => entry.State == EntityState.Added || (entry.State == EntityState.Modified && entry.Entity.State == DeliveryState.Queued));
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            if (context.Database.CurrentTransaction is { } transaction)
            {
                await transaction.CommitAsync(cancellationToken);
            }
        }
        catch (DbUpdateException exception) when (exception is DbUpdateConcurrencyException || context.IsUniqueViolation(exception))
        {
            _contendedKey = KeyOf(exception);
            return false;
        }

        if (queuesMail)
        {
            signal.Set();
        }

        return true;
    }

    public Task<IAsyncDisposable> TakeTurnAsync(CancellationToken cancellationToken)
    {
        context.ChangeTracker.Clear();
        return context.BeginInTurnAsync(_contendedKey ?? "", cancellationToken);
    }

    private static string KeyOf(DbUpdateException exception)
    {
        var entry = exception.Entries.Count > 0 ? exception.Entries[0] : null;
        var key = entry?.Metadata.FindPrimaryKey()?.Properties.Select(property => entry.Property(property).CurrentValue);
        return $"{entry?.Metadata.ShortName()} {string.Join(' ', key ?? [])}";
    }
}
