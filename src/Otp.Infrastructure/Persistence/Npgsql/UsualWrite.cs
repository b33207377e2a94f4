using System.Collections.Concurrent;
using System.Globalization;
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

    // Of those that there can be, few are ever met; should it be more, they are made each time.
    private const int MaxTexts = 500;

    private static readonly ConcurrentDictionary<string, string> Texts = new();
    private static readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> TextsByPlaces = Texts.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What of the verification is written, and what there is beside it.</summary>
    private readonly record struct Shape(VerificationParts Parts, int Entries, int Mails, AllowanceWrite Allowance)
    {
        /// <summary>Another one for each shape.</summary>
        public char Place => (char)((int)Parts | (Entries << 4) | (Mails << 8) | ((int)Allowance << 12));
    }

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
        var command = new NpgsqlBatchCommand();
        var values = new StatementValues(command.Parameters, stackalloc char[StatementValues.Capacity]);
        values.Place(shape.Place);
        VerificationRow.AddVersion(ref values, loaded.Aggregate, loaded.StoredSequence!.Value);
        VerificationRow.AddColumns(ref values, loaded.Aggregate, shape.Parts);
        if (allowance is not null)
        {
            AllowanceRow.AddColumns(ref values, allowance);
        }

        foreach (var entry in entries)
        {
            AuditRow.AddColumns(ref values, entry);
        }

        foreach (var message in messages)
        {
            MailRow.AddColumns(ref values, message);
        }

        command.CommandText = TextOf(shape, values.Places);
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

    private static string TextOf(Shape shape, ReadOnlySpan<char> places)
    {
        if (TextsByPlaces.TryGetValue(places, out var known))
        {
            return known;
        }

        var text = Write(shape, places[1..]);
        if (Texts.Count < MaxTexts)
        {
            Texts.TryAdd(places.ToString(), text);
        }

        return text;
    }

    private static string Write(Shape shape, ReadOnlySpan<char> places) =>
        shape.Allowance == AllowanceWrite.None ? WriteVerification(shape, places) : WriteBoth(shape, places);

    /// <summary>
    /// The last of what is written answers with a row, if the update met the version: to count what was updated would be a part of its own, which costs PostgreSQL
    /// a tenth more.
    /// </summary>
    private static string WriteVerification(Shape shape, ReadOnlySpan<char> places)
    {
        var stored = string.Create(CultureInfo.InvariantCulture, $" RETURNING {(int)UsualOutcome.Stored}::bigint");
        var update = VerificationRow.Update(shape.Parts, ref places);
        var inserts = Inserts(shape, places);
        return inserts.Count == 0
            ? $"{update}{stored}"
            : $"WITH updated AS ({update} RETURNING 1){AsParts(inserts[..^1])} {inserts[^1]}{stored}";
    }

    /// <summary>Either is written only with the other. The verification is locked first, as everywhere.</summary>
    private static string WriteBoth(Shape shape, ReadOnlySpan<char> places)
    {
        var update = VerificationRow.Update(shape.Parts, ref places);
        var counted = shape.Allowance == AllowanceWrite.Update
            ? $"{AllowanceRow.Update(ref places)} AND EXISTS (SELECT FROM found)"
            : $"INSERT INTO {AllowanceRow.Into} SELECT {StatementValues.Take(ref places, AllowanceRow.ColumnCount)} FROM found ON CONFLICT DO NOTHING";
        return $"""
            WITH found AS ({VerificationRow.Lock}), counted AS ({counted} RETURNING 1),
                updated AS ({update} AND EXISTS (SELECT FROM counted) RETURNING 1){AsParts(Inserts(shape, places))}
            SELECT (SELECT count(*) FROM found) + (SELECT count(*) FROM updated)
            """;
    }

    /// <summary>The entries and the mails, each only where the verification was updated.</summary>
    private static List<string> Inserts(Shape shape, ReadOnlySpan<char> places)
    {
        List<string> inserts = [];
        for (var entry = 0; entry < shape.Entries; entry++)
        {
            inserts.Add($"INSERT INTO {AuditRow.Into} SELECT {StatementValues.Take(ref places, AuditRow.ColumnCount)} FROM updated");
        }

        for (var mail = 0; mail < shape.Mails; mail++)
        {
            inserts.Add($"INSERT INTO {MailRow.Into} SELECT {StatementValues.Take(ref places, MailRow.ColumnCount)} FROM updated");
        }

        return inserts;
    }

    private static string AsParts(List<string> inserts) =>
        string.Concat(inserts.Select((insert, number) => string.Create(CultureInfo.InvariantCulture, $", inserted{number} AS ({insert})")));
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
