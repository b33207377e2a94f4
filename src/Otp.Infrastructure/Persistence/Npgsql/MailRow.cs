using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>A new mail as a row.</summary>
internal static class MailRow
{
    /// <summary>What is inserted; the values are those of <see cref="AddColumns"/>. What is not named has no value yet.</summary>
    public const string Into =
        "outbox_messages (id, user_id, kind, subject_id, state, state_changed_at, due_at, expires_at, attempts, content, created_at, recipient_digest)";

    public const int ColumnCount = 12;

    public static void AddColumns(ref StatementValues values, OutboxMessage message)
    {
        values.AddId(message.Id);
        values.AddUser(message.UserId);
        values.AddKnown((int)message.Kind);
        values.AddId(message.SubjectId);
        values.AddState(message.State);
        values.AddTime(message.StateChangedAt);
        values.AddTime(message.DueAt);
        values.AddTime(message.ExpiresAt);
        values.AddKnown(message.Attempts);
        values.AddBytes(message.Content);
        values.AddTime(message.CreatedAt);
        values.AddBytes(message.RecipientDigest);
    }
}
