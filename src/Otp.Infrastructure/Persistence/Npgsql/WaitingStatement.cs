using System.Diagnostics;
using Npgsql;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>A statement that waits for the database, and whoever waits for it.</summary>
internal abstract class WaitingStatement
{
    /// <summary>A statement of its own.</summary>
    /// <param name="command">The statement.</param>
    /// <param name="userId">The user whose rows it writes; none for one that only reads.</param>
    /// <param name="cancellationToken">Ends the wait for being sent.</param>
    protected WaitingStatement(NpgsqlBatchCommand command, string? userId, CancellationToken cancellationToken)
    {
        Command = command;
        UserId = userId;
        CancellationToken = cancellationToken;
    }

    /// <summary>A question about a user, which goes in one statement with those of others.</summary>
    /// <param name="question">The question.</param>
    /// <param name="userId">The user.</param>
    /// <param name="cancellationToken">Ends the wait for being sent.</param>
    protected WaitingStatement(UserQuestion question, string userId, CancellationToken cancellationToken)
    {
        Question = question;
        UserId = userId;
        CancellationToken = cancellationToken;
    }

    /// <summary>The statement, where it has one of its own.</summary>
    public NpgsqlBatchCommand? Command { get; private set; }

    /// <summary>The question, where it is one.</summary>
    public UserQuestion? Question { get; }

    /// <summary>The user whose rows it writes, or about whom it asks; none for a statement of its own that only reads.</summary>
    public string? UserId { get; }

    public bool Writes => Question is null && UserId is not null;

    /// <summary>What the trace of the statement belongs to.</summary>
    public Activity? Activity { get; } = Activity.Current;

    protected CancellationToken CancellationToken { get; }

    /// <summary>
    /// Makes it ready for another connection: Npgsql's command keeps the name that its statement has on the first, which can be that of another statement there
    /// (https://github.com/npgsql/npgsql/issues/6432). The command of a question is made anew each time.
    /// </summary>
    public void Renew()
    {
        if (Command is null)
        {
            return;
        }

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

    /// <summary>Forgets what an earlier try has given.</summary>
    public abstract void Begin();

    /// <summary>Keeps the result of a row, or that it could not be understood, for when the transaction is committed.</summary>
    public abstract void Read(NpgsqlDataReader reader);

    /// <summary>Gives the result.</summary>
    public abstract void Complete();

    /// <summary>Says that there is none.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>One with a result.</summary>
internal sealed class WaitingStatement<T> : WaitingStatement
{
    private readonly Func<NpgsqlDataReader, T> _read;

    // Whoever waits goes on by itself: the others of a batch do not wait for it.
    private readonly TaskCompletionSource<T?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private T? _result;
    private Exception? _failure;

    /// <summary>A statement of its own, whose first row makes the result.</summary>
    public WaitingStatement(NpgsqlBatchCommand command, string? userId, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        : base(command, userId, cancellationToken) => _read = read;

    /// <summary>A question, whose row for the user makes the result.</summary>
    public WaitingStatement(UserQuestion question, string userId, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        : base(question, userId, cancellationToken) => _read = read;

    public Task<T?> Result => _completion.Task;

    public override bool EndIfCancelled() => CancellationToken.IsCancellationRequested && _completion.TrySetCanceled(CancellationToken);

    public override void Begin() => (_result, _failure) = (default, null);

    public override void Read(NpgsqlDataReader reader)
    {
        try
        {
            _result = _read(reader);
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
