using Otp.Infrastructure.Persistence.Auditing;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>An entry of the audit trail as a row.</summary>
internal static class AuditRow
{
    /// <summary>What is inserted; the values are those of <see cref="AddColumns"/>.</summary>
    public const string Into =
        "audit_entries (id, user_id, action, purpose, outcome, subject_id, delivery_id, actor_id, client_ip, trace_id, occurred_at)";

    public const int ColumnCount = 11;

    public static void AddColumns(ref StatementValues values, AuditEntry entry)
    {
        values.AddId(entry.Id);
        values.AddUser(entry.UserId);
        values.AddKnown((int)entry.Action);
        values.AddKnown((int?)entry.Purpose);
        values.AddKnown((int?)entry.Outcome);
        values.AddId(entry.SubjectId);
        values.AddId(entry.DeliveryId);
        values.AddUser(entry.ActorId);
        values.AddText(entry.ClientIp);
        values.AddText(entry.TraceId);
        values.AddTime(entry.OccurredAt);
    }
}
