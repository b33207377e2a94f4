using Npgsql;
using Otp.Infrastructure.Persistence.Auditing;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>An entry of the audit trail as a row.</summary>
internal static class AuditRow
{
    /// <summary>What is inserted; the values are those of <see cref="AddColumns"/>.</summary>
    public const string Into =
        "audit_entries (id, user_id, action, purpose, outcome, subject_id, delivery_id, actor_id, client_ip, trace_id, occurred_at)";

    public const int ColumnCount = 11;

    /// <summary>Inserts; parameters as <see cref="AddColumns"/> gives them.</summary>
    public static readonly string Insert = $"INSERT INTO {Into} VALUES ({Sql.Parameters(1, ColumnCount)})";

    public static void AddColumns(NpgsqlParameterCollection parameters, AuditEntry entry)
    {
        parameters.AddId(entry.Id);
        parameters.AddText(entry.UserId);
        parameters.AddShort((short)entry.Action);
        parameters.AddShort((short?)entry.Purpose);
        parameters.AddShort((short?)entry.Outcome);
        parameters.AddId(entry.SubjectId);
        parameters.AddId(entry.DeliveryId);
        parameters.AddText(entry.ActorId);
        parameters.AddText(entry.ClientIp);
        parameters.AddText(entry.TraceId);
        parameters.AddTime(entry.OccurredAt);
    }
}
