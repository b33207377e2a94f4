using System.Diagnostics;
using Npgsql;

namespace Otp.TestKit;

/// <summary>The one PostgreSQL of this test process. <c>build/postgres</c> owns it, and ends it when this process ends, however that comes.</summary>
internal static class PostgresServer
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);
    private static readonly Lazy<Task<string>> Connection = new(StartAsync);
    private static Process? _supervisor;

    /// <summary>The connection string to its database <c>postgres</c>.</summary>
    public static Task<string> GetConnectionStringAsync() => Connection.Value;

    /// <summary>Runs a statement outside a transaction.</summary>
    public static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await GetConnectionStringAsync());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> StartAsync()
    {
        _supervisor = Process.Start(new ProcessStartInfo(Repository.PathOf("build", "postgres"), ["serve"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        using var timeout = new CancellationTokenSource(StartTimeout);
        return await _supervisor.StandardOutput.ReadLineAsync(timeout.Token)
            ?? throw new InvalidOperationException("build/postgres did not start a server; it says why on standard error.");
    }
}
