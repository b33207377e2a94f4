using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Otp.Infrastructure.Persistence.Sqlite;

/// <summary>
/// Settings that SQLite keeps per connection: other processes are waited for, and a commit is on the disk before it is answered
/// (WAL alone would lose the last ones when the power fails).
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = CreateCommand(connection);
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = CreateCommand(connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand CreateCommand(DbConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL;";
        return command;
    }
}
