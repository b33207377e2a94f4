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

    /// <summary>Inserts; parameters as <see cref="AddKey"/>, <see cref="AddColumns"/> and the time of creation.</summary>
    public const string Insert =
        $"INSERT INTO {Table} (recipient, user_id, counter, sent_at, summary_due_at, sequence, changed_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    /// <summary>Updates; parameters as <see cref="AddKey"/>, <see cref="AddColumns"/> and the sequence that was loaded.</summary>
    public const string Update =
        $"UPDATE {Table} SET sent_at = $4, summary_due_at = $5, sequence = $6, changed_at = $7 WHERE recipient = $1 AND user_id = $2 AND counter = $3 AND sequence = $8";

    public static void AddKey(NpgsqlParameterCollection parameters, string recipient, string userId, RecipientCounter counter)
    {
        parameters.AddText(recipient);
        parameters.AddText(userId);
        parameters.AddShort((short)counter);
    }

    public static void AddColumns(NpgsqlParameterCollection parameters, RecipientAllowance allowance)
    {
        AddKey(parameters, allowance.Recipient, allowance.UserId, allowance.Counter);
        parameters.AddLongs([.. allowance.SentAt]);
        parameters.AddTime(allowance.SummaryDueAt);
        parameters.AddLong(allowance.Sequence);
        parameters.AddTime(allowance.ChangedAt);
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
