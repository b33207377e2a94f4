using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Common.Ports;
using Otp.Infrastructure.Persistence;

namespace Otp.Bench;

/// <summary>Lets many commands of one scope be stored at once.</summary>
internal sealed class DeferredUnitOfWork(IServiceProvider services) : IUnitOfWork
{
    private readonly UnitOfWork _actual = ActivatorUtilities.CreateInstance<UnitOfWork>(services);

    public Task<bool> TryCommitAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<IAsyncDisposable> TakeTurnAsync(CancellationToken cancellationToken) => throw new NotSupportedException("Nothing else writes to this database.");

    /// <summary>Stores what all of them have changed.</summary>
    public async Task StoreAsync(CancellationToken cancellationToken)
    {
        if (!await _actual.TryCommitAsync(cancellationToken))
        {
            throw new InvalidOperationException("Somebody else writes to this database.");
        }
    }
}
