using System.Diagnostics;
using Npgsql;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>A statement that waits for the database, and whoever waits for it.</summary>
/// <param name="command">The statement.</param>
/// <param name="userId">The user whose rows it writes; none for one that only reads.</param>
/// <param name="cancellationToken">Ends the wait for being sent.</param>
internal abstract class WaitingStatement(NpgsqlBatchCommand command, string? userId, CancellationToken cancellationToken)
{
    public NpgsqlBatchCommand Command { get; private set; } = command;

    public string? UserId => userId;

    /// <summary>What the trace of the statement belongs to.</summary>
    public Activity? Activity { get; } = Activity.Current;

    protected CancellationToken CancellationToken => cancellationToken;

    /// <summary>
    /// Makes it ready for another connection: Npgsql's command keeps the name that its statement has on the first, which can be that of another statement there
    /// (https://github.com/npgsql/npgsql/issues/6432).
    /// </summary>
    public void Renew()
    {
        var renewed = new NpgsqlBatchCommand(Command.CommandText);
        foreach (var parameter in Command.Parameters)
        {
            renewed.Parameters.Add(((NpgsqlParameter)parameter).Clone());
        }

        Command = renewed;
    }

    /// <summary>Ends the wait, where nobody wants the result any more.</summary>
    /// <returns>Whether it has ended.</returns>
    public abstract bool EndIfCancelled();

    /// <summary>Keeps the result, or that it could not be understood, for when the transaction is committed.</summary>
    public abstract Task ReadAsync(NpgsqlDataReader reader);

    /// <summary>Gives the result.</summary>
    public abstract void Complete();

    /// <summary>Says that there is none.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>One with a result.</summary>
/// <param name="command">As of <see cref="WaitingStatement"/>.</param>
/// <param name="userId">As of <see cref="WaitingStatement"/>.</param>
/// <param name="read">Makes the result of the first row.</param>
/// <param name="cancellationToken">As of <see cref="WaitingStatement"/>.</param>
internal sealed class WaitingStatement<T>(NpgsqlBatchCommand command, string? userId, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    : WaitingStatement(command, userId, cancellationToken)
{
    // Whoever waits goes on by itself: the others of a batch do not wait for it.
    private readonly TaskCompletionSource<T?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private T? _result;
    private Exception? _failure;

    public Task<T?> Result => _completion.Task;

    public override bool EndIfCancelled() => CancellationToken.IsCancellationRequested && _completion.TrySetCanceled(CancellationToken);

    public override async Task ReadAsync(NpgsqlDataReader reader)
    {
        (_result, _failure) = (default, null);
        if (!await reader.ReadAsync(CancellationToken.None))
        {
            return;
        }

        try
        {
            _result = read(reader);
        }
        catch (Exception exception)
        {
            // The row is this one's: the others can read theirs.
            _failure = exception;
        }
    }

    public override void Complete()
    {
        if (_failure is null)
        {
            _completion.SetResult(_result);
        }
        else
        {
            Fail(_failure);
        }
    }

    public override void Fail(Exception exception) => _completion.SetException(exception);
}
