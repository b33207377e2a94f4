using Npgsql;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>Something that is asked about one user, or about many by one statement. For each there is one row at most, in any order.</summary>
internal sealed class UserQuestion
{
    private readonly string _ofOne;
    private readonly string _ofMany;

    /// <param name="select">The statement up to its condition; its rows are of all users.</param>
    /// <param name="user">The column that says whose a row is.</param>
    /// <param name="userOrdinal">Where in a row it stands.</param>
    public UserQuestion(string select, string user, int userOrdinal)
    {
        _ofOne = $"{select} WHERE {user} = $1";

        // '(SELECT $1)' keeps the length of the array from the planner, which would else plan short ones anew each time.
        _ofMany = $"{select} WHERE {user} = ANY ((SELECT $1)::text[])";
        UserOrdinal = userOrdinal;
    }

    /// <summary>The column of a row that says whose it is.</summary>
    public int UserOrdinal { get; }

    /// <summary>Asks about users, each of whom may be named more than once.</summary>
    public NpgsqlBatchCommand About(params string[] userIds)
    {
        var isOne = userIds.Length == 1;
        var command = new NpgsqlBatchCommand(isOne ? _ofOne : _ofMany);
        if (isOne)
        {
            command.Parameters.AddText(userIds[0]);
        }
        else
        {
            command.Parameters.AddTexts(userIds);
        }

        return command;
    }
}
