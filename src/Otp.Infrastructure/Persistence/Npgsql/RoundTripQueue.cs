using System.Diagnostics;
using Npgsql;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>The statements that wait, and the connections that take them along.</summary>
internal sealed class RoundTripQueue : IDisposable
{
    /// <summary>What one batch takes at most.</summary>
    public const int MaxBatch = 32;

    /// <summary>What is used at most at the same time.</summary>
    public const int MaxConnections = 16;

    /// <summary>
    /// How long others wait for a connection that is under way. One that is late, as its statement waits for a lock or the network is gone, is not waited for.
    /// </summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a batch waits for a row that another transaction holds. It is then taken back and its statements are run alone, so that one waits and not all.
    /// A transaction of the service holds a row for some milliseconds, unless its process has died.
    /// </summary>
    private const string BoundLockWait = "SELECT set_config('lock_timeout', '100ms', true)";

    private readonly Lock _lock = new();
    private readonly Queue<WaitingStatement> _waiting = new();
    private readonly List<Trip> _underWay = [];
    private readonly Func<Task<NpgsqlConnection>> _open;
    private readonly int _waitingForAnother;
    private readonly TimeProvider _time;
    private readonly ITimer _watch;

    /// <summary>Those that are opened or under way, without those that are late.</summary>
    private int _connections;

    private bool _isWatched;

    /// <summary>How many statements have come, and how many of them wait no more.</summary>
    private long _added;
    private long _taken;

    /// <param name="open">Opens a connection.</param>
    /// <param name="waitingForAnother">
    /// How many wait, for each connection that is used, before another is used beside them: few large batches cost less than many small ones, and are later. Two are
    /// used early, so that processors do not idle; many only where a lot waits.
    /// </param>
    /// <param name="time">Says when a connection is late.</param>
    public RoundTripQueue(Func<Task<NpgsqlConnection>> open, int waitingForAnother, TimeProvider time)
    {
        _open = open;
        _waitingForAnother = waitingForAnother;
        _time = time;
        _watch = time.CreateTimer(_ => LetGoOfLateOnes(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>One way of a connection to the database and back.</summary>
    private sealed class Trip
    {
        public List<WaitingStatement> Batch { get; } = [];

        /// <summary>How many statements had come before the connection was opened for it.</summary>
        public long AddedBefore { get; init; }

        /// <summary>When it began (a timestamp of the time provider).</summary>
        public long Start { get; set; }

        public bool IsLate { get; set; }
    }

    /// <summary>Has a statement sent: behind the requests that are ready where no connection is used, else with the next.</summary>
    public void Add(WaitingStatement statement)
    {
        lock (_lock)
        {
            _waiting.Enqueue(statement);
            _added++;
            if (!TryCountAnother())
            {
                return;
            }
        }

        Start();
    }

    public void Dispose() => _watch.Dispose();

    private bool TryCountAnother()
    {
        if (!IsWorthAnother(_connections) || _connections == MaxConnections)
        {
            return false;
        }

        _connections++;
        return true;
    }

    /// <summary>Whether so many wait that one more connection is to go beside others; the first always is.</summary>
    private bool IsWorthAnother(int others) => _waiting.Count >= _waitingForAnother * others;

    private void Start()
    {
        // The work for others must not keep what belongs to this request.
        using (ExecutionContext.SuppressFlow())
        {
            _ = WorkAsync();
        }
    }

    private async Task WorkAsync()
    {
        Trip trip;
        bool hasConnection;
        do
        {
            // Behind the requests that are ready to go on, those that the last trip has answered among them: what they ask goes along.
            await Task.Yield();
            trip = new Trip { AddedBefore = Interlocked.Read(ref _added) };
            hasConnection = await RunAsync(trip);
        }
        while (IsNeeded(trip, hasConnection));
    }

    /// <summary>Whether the connection is to go once more; if not, another that is under way takes what waits.</summary>
    private bool IsNeeded(Trip last, bool hasConnection)
    {
        lock (_lock)
        {
            if (last.IsLate)
            {
                return false;
            }

            if (_waiting.Count > 0 && (_underWay.Count == 0 || (hasConnection && IsWorthAnother(_connections - 1))))
            {
                return true;
            }

            _connections--;
            return false;
        }
    }

    /// <summary>Takes what waits along.</summary>
    /// <returns>Whether there was a connection.</returns>
    private async Task<bool> RunAsync(Trip trip)
    {
        try
        {
            await using var connection = await _open();
            // Only now: what has come while the connection was opened goes with it.
            Begin(trip);
            try
            {
                await RunAsync(connection, trip.Batch);
            }
            finally
            {
                End(trip);
            }
        }
        catch (PostgresException exception) when (trip.Batch.Count > 1 && IsTakenBack(exception))
        {
            trip.Batch.ForEach(statement => _ = RunAloneAsync(statement));
            return true;
        }
        catch (Exception exception)
        {
            var hasConnection = trip.Batch.Count > 0;
            if (!hasConnection)
            {
                TakeUnlessUnderWay(trip);
            }

            trip.Batch.ForEach(statement => statement.Fail(exception));
            return hasConnection;
        }

        trip.Batch.ForEach(statement => statement.Complete());
        return true;
    }

    private async Task RunAloneAsync(WaitingStatement statement)
    {
        try
        {
            statement.Renew();
            await using var connection = await _open();
            await RunAsync(connection, [statement]);
        }
        catch (Exception exception)
        {
            statement.Fail(exception);
            return;
        }

        statement.Complete();
    }

    private void Begin(Trip trip)
    {
        lock (_lock)
        {
            Take(trip.Batch, MaxBatch);
            trip.Start = _time.GetTimestamp();
            _underWay.Add(trip);
            Watch();
        }

        // Two batches that write for the same users wait for each other in one order.
        if (trip.Batch is [{ Writes: true }, ..])
        {
            trip.Batch.Sort((one, other) => string.CompareOrdinal(one.UserId, other.UserId));
        }
    }

    private void End(Trip trip)
    {
        lock (_lock)
        {
            _underWay.Remove(trip);
        }
    }

    private void Watch()
    {
        if (!_isWatched)
        {
            _isWatched = _watch.Change(LateAfter, Timeout.InfiniteTimeSpan);
        }
    }

    private void LetGoOfLateOnes()
    {
        lock (_lock)
        {
            _isWatched = false;
            foreach (var trip in _underWay.FindAll(trip => _time.GetElapsedTime(trip.Start) >= LateAfter))
            {
                trip.IsLate = true;
                _underWay.Remove(trip);
                _connections--;
            }

            if (_underWay.Count > 0)
            {
                Watch();
            }

            if (_waiting.Count == 0 || !TryCountAnother())
            {
                return;
            }
        }

        Start();
    }

    /// <summary>Takes what has waited for a connection that could not be had, where there is none to wait for.</summary>
    private void TakeUnlessUnderWay(Trip trip)
    {
        lock (_lock)
        {
            if (_underWay.Count == 0)
            {
                Take(trip.Batch, trip.AddedBefore - _taken);
            }
        }
    }

    private void Take(List<WaitingStatement> batch, long count)
    {
        for (; count > 0 && _waiting.TryDequeue(out var statement); count--)
        {
            _taken++;
            if (!statement.EndIfCancelled())
            {
                batch.Add(statement);
            }
        }
    }

    /// <summary>Runs a batch. When it returns, the transaction is committed.</summary>
    private static async Task RunAsync(NpgsqlConnection connection, List<WaitingStatement> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            await SendAsync(connection, batch);
        }
        catch (PostgresException exception) when (IsTakenBack(exception))
        {
            Unprepare(connection);
            throw;
        }
    }

    private static async Task SendAsync(NpgsqlConnection connection, List<WaitingStatement> statements)
    {
        Activity.Current = statements[0].Activity;
        await using var batch = new NpgsqlBatch(connection);
        var isBound = statements.Count > 1 && statements[0].Writes;
        if (isBound)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(BoundLockWait));
        }

        var parts = BatchPart.Of(statements);
        parts.ForEach(part => batch.BatchCommands.Add(part.CreateCommand()));
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        if (isBound)
        {
            await reader.NextResultAsync(CancellationToken.None);
        }

        foreach (var part in parts)
        {
            await part.ReadAsync(reader);
            await reader.NextResultAsync(CancellationToken.None);
        }
    }

    /// <summary>Whether nothing of the transaction is stored: of what ends the session that is not known.</summary>
    private static bool IsTakenBack(PostgresException exception) => exception.InvariantSeverity == "ERROR";

    /// <summary>
    /// Npgsql takes a statement for prepared that failed while it was (https://github.com/npgsql/npgsql/issues/6391): both sides forget all of them.
    /// </summary>
    private static void Unprepare(NpgsqlConnection connection)
    {
        try
        {
            connection.UnprepareAll();
        }
        catch (NpgsqlException)
        {
            // The connection is gone, and with it what was prepared.
        }
    }
}
