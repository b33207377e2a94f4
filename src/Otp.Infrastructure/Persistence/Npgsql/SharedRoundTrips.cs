using Npgsql;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>
/// Sends statements that wait at the same time to the database together, as one batch on one connection: they share the wake-ups of a round trip, and where they
/// write, the flush of the log. A statement that comes alone goes alone.
/// </summary>
/// <remarks>
/// A batch is one transaction. Whoever waits goes on when it is committed. A statement that fails takes its batch back; each of the batch is then run by itself.
/// So a statement must be whole by itself: it is stored, or missed, whatever becomes of the others.
/// </remarks>
internal sealed class SharedRoundTrips : IDisposable
{
    /// <summary>How many reads wait, for each connection that is used, before another is.</summary>
    public const int ReadsForAnother = 8;

    /// <summary>The same of writes: their connection is away for longer, as it waits for the disk.</summary>
    public const int WritesForAnother = 4;

    private readonly RoundTripQueue _reads;
    private readonly RoundTripQueue _writes;

    public SharedRoundTrips(NpgsqlConnectionString connectionString, TimeProvider time)
    {
        _reads = new RoundTripQueue(OpenAsync, ReadsForAnother, time);
        _writes = new RoundTripQueue(OpenAsync, WritesForAnother, time);

        async Task<NpgsqlConnection> OpenAsync()
        {
            var connection = new NpgsqlConnection(connectionString.Value);
            await connection.OpenAsync(CancellationToken.None);
            return connection;
        }
    }

    public void Dispose()
    {
        _reads.Dispose();
        _writes.Dispose();
    }

    /// <summary>Runs a statement that only reads.</summary>
    /// <param name="command">The statement.</param>
    /// <param name="read">Makes the result of its first row, which is there: it must not wait for anything.</param>
    /// <param name="cancellationToken">Ends the wait for being sent; what was sent is waited for.</param>
    /// <returns>The result; the default where there is no row.</returns>
    /// <exception cref="NpgsqlException">It failed, or the database could not be reached.</exception>
    public Task<T?> ReadAsync<T>(NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var statement = new WaitingStatement<T>(command, null, read, cancellationToken);
        _reads.Add(statement);
        return statement.Result;
    }

    /// <summary>Asks about a user, in one statement with all who ask the same at the time.</summary>
    /// <param name="question">The question.</param>
    /// <param name="userId">The user.</param>
    /// <param name="read">Makes the result of the user's row: it must not wait for anything.</param>
    /// <param name="cancellationToken">As of <see cref="ReadAsync"/>.</param>
    /// <returns>As of the same.</returns>
    /// <exception cref="NpgsqlException">As of the same.</exception>
    public Task<T?> AskAsync<T>(UserQuestion question, string userId, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var statement = new WaitingStatement<T>(question, userId, read, cancellationToken);
        _reads.Add(statement);
        return statement.Result;
    }

    /// <summary>Runs a statement that writes rows of a user, and answers with a row.</summary>
    /// <param name="command">The statement.</param>
    /// <param name="userId">The user.</param>
    /// <param name="read">As of <see cref="ReadAsync"/>.</param>
    /// <param name="cancellationToken">As of <see cref="ReadAsync"/>.</param>
    /// <returns>As of <see cref="ReadAsync"/>.</returns>
    /// <exception cref="NpgsqlException">As of <see cref="ReadAsync"/>.</exception>
    public Task<T?> WriteAsync<T>(NpgsqlBatchCommand command, string userId, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var statement = new WaitingStatement<T>(command, userId, read, cancellationToken);
        _writes.Add(statement);
        return statement.Result;
    }
}
