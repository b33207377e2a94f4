using Npgsql;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>A statement of a batch, and those who wait for it: one with a statement of its own, or all who ask the same about users.</summary>
internal sealed class BatchPart
{
    private readonly UserQuestion? _question;
    private readonly List<WaitingStatement> _waiting;

    private BatchPart(WaitingStatement first)
    {
        _question = first.Question;
        _waiting = [first];
    }

    /// <summary>The parts of a batch, in the order of the first of each.</summary>
    public static List<BatchPart> Of(List<WaitingStatement> batch)
    {
        List<BatchPart> parts = [];
        foreach (var statement in batch)
        {
            var part = statement.Question is { } question ? parts.Find(part => part._question == question) : null;
            if (part is null)
            {
                parts.Add(new BatchPart(statement));
            }
            else
            {
                part._waiting.Add(statement);
            }
        }

        return parts;
    }

    /// <summary>What is sent.</summary>
    public NpgsqlBatchCommand CreateCommand() => _question?.About([.. _waiting.Select(statement => statement.UserId!)]) ?? _waiting[0].Command!;

    /// <summary>Gives each of those who wait their row, if there is one.</summary>
    /// <param name="reader">At the rows of this part.</param>
    public async Task ReadAsync(NpgsqlDataReader reader)
    {
        _waiting.ForEach(statement => statement.Begin());
        if (_waiting is [var only])
        {
            if (await reader.ReadAsync(CancellationToken.None))
            {
                only.Read(reader);
            }

            return;
        }

        while (await reader.ReadAsync(CancellationToken.None))
        {
            var userId = reader.GetString(_question!.UserOrdinal);
            foreach (var statement in _waiting)
            {
                if (statement.UserId == userId)
                {
                    statement.Read(reader);
                }
            }
        }
    }
}
