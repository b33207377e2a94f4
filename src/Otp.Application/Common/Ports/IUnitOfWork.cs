namespace Otp.Application.Common.Ports;

/// <summary>All changes of one command, stored at once or not at all.</summary>
public interface IUnitOfWork
{
    /// <summary>Stores all changes durably.</summary>
    /// <returns><see langword="false"/> where another writer was faster, so that nothing was stored.</returns>
    Task<bool> TryCommitAsync(CancellationToken cancellationToken);

    /// <summary>
    /// After a lost race: forgets everything that was loaded and changed, and makes the commands that lost the same race take turns,
    /// so that the next run is not lost again.
    /// </summary>
    /// <returns>The turn; the next one begins when it is disposed of.</returns>
    Task<IAsyncDisposable> TakeTurnAsync(CancellationToken cancellationToken);
}
