using System.Diagnostics;
using Npgsql;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>The statements that wait, and the connections that take them along.</summary>
internal sealed class RoundTripQueue(NpgsqlConnectionString connectionString)
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
    private int _connections;

    /// <summary>Has a statement sent: at once where no connection is on its way, else with the next.</summary>
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
        while (HasWork())
        {
            await RunNextAsync();
        }
    }

    /// <summary>Whether the connection is to go once more; if not, it is given back.</summary>
    private bool HasWork()
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 && (_connections == 1 || _waiting.Count >= WaitingForAnother))
            {
                return true;
            }

            _connections--;
            return false;
        }
    }

    private async Task RunNextAsync()
    {
        List<RoundTrip> batch = [];
        try
        {
            await using var connection = new NpgsqlConnection(connectionString.Value);
            await connection.OpenAsync(CancellationToken.None);
            // Only now: what has come while the connection was opened goes with it.
            Take(batch, MaxBatch);
            await RunAsync(connection, batch);
        }
        catch (PostgresException exception) when (batch.Count > 1 && IsTakenBack(exception))
        {
            batch.ForEach(trip => _ = RunAloneAsync(trip));
            return;
        }
        catch (Exception exception)
        {
            if (batch.Count == 0)
            {
                Take(batch, int.MaxValue);
            }

            batch.ForEach(trip => trip.Fail(exception));
            return;
        }

        batch.ForEach(trip => trip.Complete());
    }

    private async Task RunAloneAsync(RoundTrip trip)
    {
        trip.Renew();
        try
        {
            await using var connection = new NpgsqlConnection(connectionString.Value);
            await connection.OpenAsync(CancellationToken.None);
            await RunAsync(connection, [trip]);
        }
        catch (Exception exception)
        {
            trip.Fail(exception);
            return;
        }

        trip.Complete();
    }

    private void Take(List<RoundTrip> batch, int count)
    {
        lock (_lock)
        {
            while (batch.Count < count && _waiting.TryDequeue(out var trip))
            {
                if (!trip.EndIfCancelled())
                {
                    batch.Add(trip);
                }
            }
        }

        // Two batches that write for the same users wait for each other in one order.
        batch.Sort((one, other) => string.CompareOrdinal(one.UserId, other.UserId));
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
