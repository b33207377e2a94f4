using System.Globalization;
using System.Text;
using Npgsql;
using Otp.Domain.EmailVerifications;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>
/// What the usual command writes, as one statement: the update of a verification, and, only where it met the version that was loaded, its audit entries and its
/// mail. The statement is its own transaction.
/// </summary>
internal static class UsualWrite
{
    /// <summary>A guess may also lock.</summary>
    public const int MaxEntries = 2;

    public const int MaxMails = 1;

    private static readonly string[,] Texts = Write();

    /// <summary>Its result is the number of verifications that were updated: 1, or 0 where another writer was faster and nothing is stored.</summary>
    public static NpgsqlBatchCommand CreateCommand(
        Loaded<EmailVerification> loaded, IReadOnlyCollection<AuditEntry> entries, IReadOnlyCollection<OutboxMessage> messages)
    {
        var command = new NpgsqlBatchCommand(Texts[entries.Count, messages.Count]);
        VerificationRow.AddVersion(command.Parameters, loaded.Aggregate, loaded.StoredSequence!.Value);
        VerificationRow.AddColumns(command.Parameters, loaded.Aggregate);
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

    private static string[,] Write()
    {
        var texts = new string[MaxEntries + 1, MaxMails + 1];
        for (var entries = 0; entries <= MaxEntries; entries++)
        {
            for (var mails = 0; mails <= MaxMails; mails++)
            {
                texts[entries, mails] = Write(entries, mails);
            }
        }

        return texts;
    }

    private static string Write(int entries, int mails)
    {
        var sql = new StringBuilder($"WITH updated AS ({VerificationRow.Update} RETURNING 1)");
        var next = VerificationRow.UpdateParameters + 1;
        for (var entry = 0; entry < entries; entry++, next += AuditRow.ColumnCount)
        {
            sql.Append(CultureInfo.InvariantCulture, $", entry{entry} AS (INSERT INTO {AuditRow.Into} SELECT {Sql.Parameters(next, AuditRow.ColumnCount)} FROM updated)");
        }

        for (var mail = 0; mail < mails; mail++, next += MailRow.ColumnCount)
        {
            sql.Append(CultureInfo.InvariantCulture, $", mail{mail} AS (INSERT INTO {MailRow.Into} SELECT {Sql.Parameters(next, MailRow.ColumnCount)} FROM updated)");
        }

        return sql.Append(" SELECT count(*) FROM updated").ToString();
    }
}
