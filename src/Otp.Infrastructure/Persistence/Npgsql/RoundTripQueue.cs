using System.Diagnostics;
using Npgsql;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>The statements that wait, and the connections that take them along.</summary>
/// <param name="open">Opens a connection.</param>
internal sealed class RoundTripQueue(Func<Task<NpgsqlConnection>> open)
{
    /// <summary>How many wait before another connection is used beside those that are on their way: few large batches cost less than many small ones.</summary>
    public const int WaitingForAnother = 16;

    /// <summary>What one batch takes at most.</summary>
    public const int MaxBatch = 32;

    /// <summary>What is used at most at the same time.</summary>
    public const int MaxConnections = 16;

    /// <summary>
    /// How long a batch waits for a row that another transaction holds. It is then taken back and its statements are run alone, so that one waits and not all.
    /// A transaction of the service holds a row for some milliseconds, unless its process has died.
    /// </summary>
    private const string BoundLockWait = "SELECT set_config('lock_timeout', '100ms', true)";

    private readonly Lock _lock = new();
    private readonly Queue<RoundTrip> _waiting = new();

    /// <summary>Those that are used or about to be opened.</summary>
    private int _connections;

    /// <summary>Those that are open and have a batch.</summary>
    private int _underWay;

    /// <summary>Has a statement sent: at once where no connection is used, else with the next.</summary>
    public void Add(RoundTrip trip)
    {
        lock (_lock)
        {
            _waiting.Enqueue(trip);
            if (_connections > 0 && (_waiting.Count < WaitingForAnother || _connections == MaxConnections))
            {
                return;
            }

            _connections++;
        }

        // The work for others must not keep what belongs to this request.
        using (ExecutionContext.SuppressFlow())
        {
            _ = WorkAsync();
        }
    }

    private async Task WorkAsync()
    {
        bool canGo;
        do
        {
            canGo = await RunNextAsync();
        }
        while (IsNeeded(canGo));
    }

    /// <summary>Whether the connection is to go once more; if not, another that is under way takes what waits.</summary>
    private bool IsNeeded(bool canGo)
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 && (_underWay == 0 || (canGo && _waiting.Count >= WaitingForAnother)))
            {
                return true;
            }

            _connections--;
            return false;
        }
    }

    /// <summary>Whether there was a connection.</summary>
    private async Task<bool> RunNextAsync()
    {
        List<RoundTrip> batch = [];
        try
        {
            await using var connection = await open();
            // Only now: what has come while the connection was opened goes with it.
            Begin(batch);
            try
            {
                await RunAsync(connection, batch);
            }
            finally
            {
                End();
            }
        }
        catch (PostgresException exception) when (batch.Count > 1 && IsTakenBack(exception))
        {
            batch.ForEach(trip => _ = RunAloneAsync(trip));
            return true;
        }
        catch (Exception exception)
        {
            var hasConnection = batch.Count > 0;
            if (!hasConnection)
            {
                TakeUnlessUnderWay(batch);
            }

            batch.ForEach(trip => trip.Fail(exception));
            return hasConnection;
        }

        batch.ForEach(trip => trip.Complete());
        return true;
    }

    private async Task RunAloneAsync(RoundTrip trip)
    {
        trip.Renew();
        try
        {
            await using var connection = await open();
            await RunAsync(connection, [trip]);
        }
        catch (Exception exception)
        {
            trip.Fail(exception);
            return;
        }

        trip.Complete();
    }

    private void Begin(List<RoundTrip> batch)
    {
        lock (_lock)
        {
            _underWay++;
            Take(batch, MaxBatch);
        }

        // Two batches that write for the same users wait for each other in one order.
        batch.Sort((one, other) => string.CompareOrdinal(one.UserId, other.UserId));
    }

    private void End()
    {
        lock (_lock)
        {
            _underWay--;
        }
    }

    /// <summary>Takes all that waits for a connection, where there is none to wait for.</summary>
    private void TakeUnlessUnderWay(List<RoundTrip> batch)
    {
        lock (_lock)
        {
            if (_underWay == 0)
            {
                Take(batch, int.MaxValue);
            }
        }
    }

    private void Take(List<RoundTrip> batch, int count)
    {
        while (batch.Count < count && _waiting.TryDequeue(out var trip))
        {
            if (!trip.EndIfCancelled())
            {
                batch.Add(trip);
            }
        }
    }

    /// <summary>Runs a batch. When it returns, the transaction is committed.</summary>
    private static async Task RunAsync(NpgsqlConnection connection, List<RoundTrip> trips)
    {
        if (trips.Count == 0)
        {
            return;
        }

        try
        {
            await SendAsync(connection, trips);
        }
        catch (PostgresException exception) when (IsTakenBack(exception))
        {
            // Npgsql takes a statement for prepared that failed while it was (https://github.com/npgsql/npgsql/issues/6391): let both sides forget all of them.
            connection.UnprepareAll();
            throw;
        }
    }

    private static async Task SendAsync(NpgsqlConnection connection, List<RoundTrip> trips)
    {
        Activity.Current = trips[0].Activity;
        await using var batch = new NpgsqlBatch(connection);
        var isBound = trips.Count > 1 && trips[0].UserId is not null;
        if (isBound)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(BoundLockWait));
        }

        trips.ForEach(trip => batch.BatchCommands.Add(trip.Command));
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        if (isBound)
        {
            await reader.NextResultAsync(CancellationToken.None);
        }

        foreach (var trip in trips)
        {
            await trip.ReadAsync(reader);
            await reader.NextResultAsync(CancellationToken.None);
        }
    }

    /// <summary>Whether nothing of the transaction is stored: of what ends the session that is not known.</summary>
    private static bool IsTakenBack(PostgresException exception) => exception.InvariantSeverity == "ERROR";
}
