using System.Runtime.CompilerServices;
using Npgsql;
using Otp.Domain.Recipients;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>A recipient's allowance as a row.</summary>
internal static class AllowanceRow
{
    public const string Table = "recipient_allowances";

    /// <summary>Reads the allowance of recipient $1, user $2 and counter $3.</summary>
    public const string Select = $"SELECT {Columns} FROM {Table} WHERE recipient = $1 AND user_id = $2 AND counter = $3";

    /// <summary>What is read.</summary>
    public const string Columns = "sent_at, summary_due_at, sequence, created_at, changed_at";

    /// <summary>What is inserted; the values are those of <see cref="AddColumns"/>.</summary>
    public const string Into = $"{Table} (recipient, user_id, counter, sent_at, summary_due_at, sequence, changed_at, created_at)";

    /// <summary>How many values an insert or an update has.</summary>
    public const int ColumnCount = 8;

    public static void AddKey(NpgsqlParameterCollection parameters, string recipient, string userId, RecipientCounter counter)
    {
        parameters.AddText(recipient);
        parameters.AddText(userId);
        parameters.AddShort((short)counter);
    }

    /// <summary>The values of the update of one that was loaded, or of the insert of a new one.</summary>
    public static void AddColumns(ref StatementValues values, LoadedAllowance loaded)
    {
        var allowance = loaded.Aggregate;
        values.AddText(allowance.Recipient);
        values.AddUser(allowance.UserId);
        values.AddKnown((int)allowance.Counter);
        values.AddLongs([.. allowance.SentAt]);
        values.AddTime(allowance.SummaryDueAt);
        values.AddLong(allowance.Sequence);
        values.AddTime(allowance.ChangedAt);
        if (loaded.StoredSequence is { } sequence)
        {
            values.AddLong(sequence);
        }
        else
        {
            values.AddTime(allowance.CreatedAt);
        }
    }

    /// <summary>Updates.</summary>
    /// <param name="places">As <see cref="AddColumns"/> gives them; without these afterwards.</param>
    public static string Update(ref ReadOnlySpan<char> places)
    {
        var key = (StatementValues.Take(ref places, 1), StatementValues.Take(ref places, 1), StatementValues.Take(ref places, 1));
        var set = StatementValues.Take(ref places, 4);
        return $"""
            UPDATE {Table} SET (sent_at, summary_due_at, sequence, changed_at) = ROW({set})
            WHERE recipient = {key.Item1} AND user_id = {key.Item2} AND counter = {key.Item3} AND sequence = {StatementValues.Take(ref places, 1)}
            """;
    }

    /// <summary>Reads <see cref="Columns"/> from the current row.</summary>
    /// <param name="row">At the first of them.</param>
    /// <param name="recipient">A part of the key, as the next two.</param>
    /// <param name="userId">See there.</param>
    /// <param name="counter">See there.</param>
    public static RecipientAllowance Read(RowReader row, string recipient, string userId, RecipientCounter counter)
    {
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
