using Npgsql;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>What an unusual command writes: each row by a statement of its own. An update meets no row where another writer was first.</summary>
internal static class RowWrite
{
    private delegate void AddValues(ref StatementValues values);

    private delegate string WriteText(ReadOnlySpan<char> places);

    public static NpgsqlBatchCommand Of(LoadedVerification loaded) => loaded.StoredSequence is { } sequence
        ? Create(
            (ref StatementValues values) =>
            {
                VerificationRow.AddVersion(ref values, loaded.Aggregate, sequence);
                VerificationRow.AddColumns(ref values, loaded.Aggregate, loaded.ChangedParts);
            },
            places => VerificationRow.Update(loaded.ChangedParts, ref places))
        : Create(
            (ref StatementValues values) =>
            {
                VerificationRow.AddKey(ref values, loaded.Aggregate);
                VerificationRow.AddColumns(ref values, loaded.Aggregate, VerificationParts.All);
            },
            places => Insert(VerificationRow.Into, places));

    public static NpgsqlBatchCommand Of(LoadedAllowance loaded) => Create(
        (ref StatementValues values) => AllowanceRow.AddColumns(ref values, loaded),
        places => loaded.StoredSequence is null ? Insert(AllowanceRow.Into, places) : AllowanceRow.Update(ref places));

    public static NpgsqlBatchCommand Of(OutboxMessage message) =>
        Create((ref StatementValues values) => MailRow.AddColumns(ref values, message), places => Insert(MailRow.Into, places));

    public static NpgsqlBatchCommand Of(AuditEntry entry) =>
        Create((ref StatementValues values) => AuditRow.AddColumns(ref values, entry), places => Insert(AuditRow.Into, places));

    private static NpgsqlBatchCommand Create(AddValues add, WriteText write)
    {
        var command = new NpgsqlBatchCommand();
        var values = new StatementValues(command.Parameters, stackalloc char[StatementValues.Capacity]);
        add(ref values);
        command.CommandText = write(values.Places);
        return command;
    }

    private static string Insert(string into, ReadOnlySpan<char> places) => $"INSERT INTO {into} VALUES ({StatementValues.Take(ref places, places.Length)})";
}
