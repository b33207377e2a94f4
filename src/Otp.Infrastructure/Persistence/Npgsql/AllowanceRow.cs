using System.Runtime.CompilerServices;
using Npgsql;
using Otp.Domain.Recipients;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>A recipient's allowance as a row.</summary>
internal static class AllowanceRow
{
    public const string Table = "recipient_allowances";

    /// <summary>Reads the allowance of recipient $1, user $2 and counter $3.</summary>
    public const string Select =
        $"SELECT sent_at, summary_due_at, sequence, created_at, changed_at FROM {Table} WHERE recipient = $1 AND user_id = $2 AND counter = $3";

    /// <summary>What is inserted; the values are those of <see cref="AddParameters"/>.</summary>
    public const string Into = $"{Table} (recipient, user_id, counter, sent_at, summary_due_at, sequence, changed_at, created_at)";

    /// <summary>How many parameters an insert or an update has.</summary>
    public const int ParameterCount = 8;

    /// <summary>Inserts; parameters as <see cref="AddParameters"/> gives them.</summary>
    public static readonly string Insert = $"INSERT INTO {Into} VALUES ({Sql.Parameters(1, ParameterCount)})";

    /// <summary>Updates; parameters as <see cref="AddParameters"/> gives them.</summary>
    public static readonly string Update = UpdateFrom(1);

    /// <summary>The same, whose first parameter has this number.</summary>
    public static string UpdateFrom(int first) => $"""
        UPDATE {Table} SET sent_at = ${first + 3}, summary_due_at = ${first + 4}, sequence = ${first + 5}, changed_at = ${first + 6}
        WHERE recipient = ${first} AND user_id = ${first + 1} AND counter = ${first + 2} AND sequence = ${first + 7}
        """;

    public static void AddKey(NpgsqlParameterCollection parameters, string recipient, string userId, RecipientCounter counter)
    {
        parameters.AddText(recipient);
        parameters.AddText(userId);
        parameters.AddShort((short)counter);
    }

    /// <summary>The parameters of the update of one that was loaded, or of the insert of a new one.</summary>
    public static void AddParameters(NpgsqlParameterCollection parameters, LoadedAllowance loaded)
    {
        var allowance = loaded.Aggregate;
        AddKey(parameters, allowance.Recipient, allowance.UserId, allowance.Counter);
        parameters.AddLongs([.. allowance.SentAt]);
        parameters.AddTime(allowance.SummaryDueAt);
        parameters.AddLong(allowance.Sequence);
        parameters.AddTime(allowance.ChangedAt);
        if (loaded.StoredSequence is { } sequence)
        {
            parameters.AddLong(sequence);
        }
        else
        {
            parameters.AddTime(allowance.CreatedAt);
        }
    }

    /// <summary>Reads the current row of <see cref="Select"/>.</summary>
    public static RecipientAllowance Read(NpgsqlDataReader reader, string recipient, string userId, RecipientCounter counter)
    {
        var row = new RowReader(reader);
        var allowance = New();
        SetRecipient(allowance, recipient);
        SetUserId(allowance, userId);
        SetCounter(allowance, counter);
        SetSentAt(allowance, row.Longs());
        SetSummaryDueAt(allowance, row.TimeOrNull());
        VerificationRow.SetSequence(allowance, row.Long());
        VerificationRow.SetCreatedAt(allowance, row.Time());
        VerificationRow.SetChangedAt(allowance, row.Time());
        return allowance;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern RecipientAllowance New();

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Recipient")]
    private static extern void SetRecipient(RecipientAllowance allowance, string value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_UserId")]
    private static extern void SetUserId(RecipientAllowance allowance, string value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Counter")]
    private static extern void SetCounter(RecipientAllowance allowance, RecipientCounter value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_SentAt")]
    private static extern void SetSentAt(RecipientAllowance allowance, IReadOnlyList<long> value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_SummaryDueAt")]
    private static extern void SetSummaryDueAt(RecipientAllowance allowance, DateTimeOffset? value);
}
