using Npgsql;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>What an unusual command writes: each row by a statement of its own. An update meets no row where another writer was first.</summary>
internal static class RowWrite
{
    public static NpgsqlBatchCommand Of(LoadedVerification loaded)
    {
        var command = new NpgsqlBatchCommand();
        var values = new StatementValues(command.Parameters, stackalloc char[StatementValues.Capacity]);
        if (loaded.StoredSequence is { } sequence)
        {
            VerificationRow.AddVersion(ref values, loaded.Aggregate, sequence);
            VerificationRow.AddColumns(ref values, loaded.Aggregate, loaded.ChangedParts);
            var places = values.Places;
            command.CommandText = VerificationRow.Update(loaded.ChangedParts, ref places);
        }
        else
        {
            VerificationRow.AddKey(ref values, loaded.Aggregate);
            VerificationRow.AddColumns(ref values, loaded.Aggregate, VerificationParts.All);
            command.CommandText = Insert(VerificationRow.Into, values.Places);
        }

        return command;
    }

    public static NpgsqlBatchCommand Of(LoadedAllowance loaded)
    {
        var command = new NpgsqlBatchCommand();
        var values = new StatementValues(command.Parameters, stackalloc char[StatementValues.Capacity]);
        AllowanceRow.AddColumns(ref values, loaded);
        var places = values.Places;
        command.CommandText = loaded.StoredSequence is null ? Insert(AllowanceRow.Into, places) : AllowanceRow.Update(ref places);
        return command;
    }

    public static NpgsqlBatchCommand Of(OutboxMessage message)
    {
        var command = new NpgsqlBatchCommand();
        var values = new StatementValues(command.Parameters, stackalloc char[StatementValues.Capacity]);
        MailRow.AddColumns(ref values, message);
        command.CommandText = Insert(MailRow.Into, values.Places);
        return command;
    }

    public static NpgsqlBatchCommand Of(AuditEntry entry)
    {
        var command = new NpgsqlBatchCommand();
        var values = new StatementValues(command.Parameters, stackalloc char[StatementValues.Capacity]);
        AuditRow.AddColumns(ref values, entry);
        command.CommandText = Insert(AuditRow.Into, values.Places);
        return command;
    }

    private static string Insert(string into, ReadOnlySpan<char> places) => $"INSERT INTO {into} VALUES ({StatementValues.Take(ref places, places.Length)})";
}
