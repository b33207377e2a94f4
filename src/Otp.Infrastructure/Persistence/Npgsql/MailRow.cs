using Npgsql;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>A new mail as a row.</summary>
internal static class MailRow
{
    /// <summary>What is inserted; the values are those of <see cref="AddColumns"/>. What is not named has no value yet.</summary>
    public const string Into =
        "outbox_messages (id, user_id, kind, subject_id, state, state_changed_at, due_at, expires_at, attempts, content, created_at, recipient_digest)";

    public const int ColumnCount = 12;

    /// <summary>Inserts; parameters as <see cref="AddColumns"/> gives them.</summary>
    public static readonly string Insert = $"INSERT INTO {Into} VALUES ({Sql.Parameters(1, ColumnCount)})";

    public static void AddColumns(NpgsqlParameterCollection parameters, OutboxMessage message)
    {
        parameters.AddId(message.Id);
        parameters.AddText(message.UserId);
        parameters.AddShort((short)message.Kind);
        parameters.AddId(message.SubjectId);
        parameters.AddText(message.State.ToString());
        parameters.AddTime(message.StateChangedAt);
        parameters.AddTime(message.DueAt);
        parameters.AddTime(message.ExpiresAt);
        parameters.AddInt(message.Attempts);
        parameters.AddBytes(message.Content);
        parameters.AddTime(message.CreatedAt);
        parameters.AddBytes(message.RecipientDigest);
    }
}
