using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Npgsql;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>
/// What the usual command writes, as one statement: the update of a verification, the allowance of the recipient, and, only where both met the versions that were
/// loaded, the audit entries and the mail. The statement is whole by itself.
/// </summary>
internal static class UsualWrite
{
    /// <summary>A guess may also lock.</summary>
    public const int MaxEntries = 2;

    public const int MaxMails = 1;

    public const int MaxAllowances = 1;

    // Of those that there can be, few are ever met.
    private static readonly ConcurrentDictionary<Shape, string> Texts = new();

    /// <summary>What of the verification is written, and what there is beside it.</summary>
    private readonly record struct Shape(VerificationParts Parts, int Entries, int Mails, AllowanceWrite Allowance);

    private enum AllowanceWrite
    {
        None,
        Update,
        Insert,
    }

    /// <summary>The statement; its row is for <see cref="ReadOutcome"/>.</summary>
    public static NpgsqlBatchCommand CreateCommand(
        LoadedVerification loaded, LoadedAllowance? allowance, IReadOnlyCollection<AuditEntry> entries, IReadOnlyCollection<OutboxMessage> messages)
    {
        var shape = new Shape(loaded.ChangedParts, entries.Count, messages.Count, WriteOf(allowance));
        var command = new NpgsqlBatchCommand(Texts.GetOrAdd(shape, Write));
        VerificationRow.AddVersion(command.Parameters, loaded.Aggregate, loaded.StoredSequence!.Value);
        VerificationRow.AddColumns(command.Parameters, loaded.Aggregate, shape.Parts);
        if (allowance is not null)
        {
            AllowanceRow.AddParameters(command.Parameters, allowance);
        }

        foreach (var entry in entries)
        {
            AuditRow.AddColumns(command.Parameters, entry);
        }

        foreach (var message in messages)
        {
            MailRow.AddColumns(command.Parameters, message);
        }

        return command;
    }

    /// <summary>What became of it.</summary>
    public static UsualOutcome ReadOutcome(NpgsqlDataReader reader) => (UsualOutcome)reader.GetInt64(0);

    private static AllowanceWrite WriteOf(LoadedAllowance? allowance) => allowance switch
    {
        null => AllowanceWrite.None,
        { StoredSequence: null } => AllowanceWrite.Insert,
        _ => AllowanceWrite.Update,
    };

    private static string Write(Shape shape)
    {
        var (update, updateParameters) = VerificationRow.Update(shape.Parts);
        var next = updateParameters + 1;
        var sql = new StringBuilder();
        if (shape.Allowance == AllowanceWrite.None)
        {
            sql.Append(CultureInfo.InvariantCulture, $"WITH updated AS ({update} RETURNING 1)");
        }
        else
        {
            var counted = shape.Allowance == AllowanceWrite.Update
                ? $"{AllowanceRow.UpdateFrom(next)} AND EXISTS (SELECT FROM found)"
                : $"INSERT INTO {AllowanceRow.Into} SELECT {Sql.Parameters(next, AllowanceRow.ParameterCount)} FROM found ON CONFLICT DO NOTHING";

            // Either is written only with the other. The verification is locked first, as everywhere.
            sql.Append(CultureInfo.InvariantCulture, $"""
                WITH found AS ({VerificationRow.Lock}), counted AS ({counted} RETURNING 1),
                    updated AS ({update} AND EXISTS (SELECT FROM counted) RETURNING 1)
                """);
            next += AllowanceRow.ParameterCount;
        }

        for (var entry = 0; entry < shape.Entries; entry++, next += AuditRow.ColumnCount)
        {
            sql.Append(CultureInfo.InvariantCulture, $", entry{entry} AS (INSERT INTO {AuditRow.Into} SELECT {Sql.Parameters(next, AuditRow.ColumnCount)} FROM updated)");
        }

        for (var mail = 0; mail < shape.Mails; mail++, next += MailRow.ColumnCount)
        {
            sql.Append(CultureInfo.InvariantCulture, $", mail{mail} AS (INSERT INTO {MailRow.Into} SELECT {Sql.Parameters(next, MailRow.ColumnCount)} FROM updated)");
        }

        return sql.Append(shape.Allowance == AllowanceWrite.None ? " SELECT 2 * count(*) FROM updated" : " SELECT (SELECT count(*) FROM found) + (SELECT count(*) FROM updated)").ToString();
    }
}

/// <summary>What became of a usual write: how many of its two conditions were met.</summary>
internal enum UsualOutcome
{
    /// <summary>Nothing is stored: another writer has changed the verification.</summary>
    VerificationMissed = 0,

    /// <summary>Nothing is stored: another writer has changed the allowance.</summary>
    AllowanceMissed = 1,

    /// <summary>All is stored.</summary>
    Stored = 2,
}
