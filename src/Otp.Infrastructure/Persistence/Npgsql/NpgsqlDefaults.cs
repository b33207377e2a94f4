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
    /// (PgBouncer before 1.21 in transaction mode) sets <c>Max Auto Prepare=0</c>.
    /// </summary>
    public static string? AddTo(string? connectionString)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString ?? "" };
        if (connectionString is null || given.ContainsKey("Max Auto Prepare") || given.ContainsKey(nameof(NpgsqlConnectionStringBuilder.MaxAutoPrepare)))
        {
            return connectionString;
        }

        return new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = MaxAutoPrepare, AutoPrepareMinUsages = 2 }.ConnectionString;
    }
}
