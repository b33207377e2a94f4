using System.Data.Common;
using Npgsql;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>What a connection string gets that does not say otherwise.</summary>
internal static class NpgsqlDefaults
{
    /// <summary>Statements that a connection keeps prepared; the service has fewer that are often used.</summary>
    private const int MaxAutoPrepare = 64;

    /// <summary>
    /// Has statements prepared by the server once they were used twice: it then parses and plans them no more. An operator whose pooler cannot do that
    /// (PgBouncer in transaction mode before 1.22, or without <c>max_prepared_statements</c>) sets <c>Max Auto Prepare=0</c>. And has a connection that comes out
    /// of the pool not reset, which costs the server more than most statements: the service leaves nothing behind in a session.
    /// </summary>
    public static string? AddTo(string? connectionString)
    {
        if (connectionString is null)
        {
            return null;
        }

        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (!Sets(given, "Max Auto Prepare", nameof(builder.MaxAutoPrepare)))
        {
            builder.MaxAutoPrepare = MaxAutoPrepare;
            builder.AutoPrepareMinUsages = 2;
        }

        if (!Sets(given, "No Reset On Close", nameof(builder.NoResetOnClose)))
        {
            builder.NoResetOnClose = true;
        }

        return builder.ConnectionString;
    }

    private static bool Sets(DbConnectionStringBuilder given, params string[] names) => Array.Exists(names, given.ContainsKey);
}
