using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Otp.Api.Hosting;
using Otp.Infrastructure.Persistence;

namespace Otp.TestKit;

/// <summary>A new database of one test, with the current schema. It is removed when it is disposed of.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> PostgresTemplate = new(CreatePostgresTemplateAsync);
    private static int _count;

    private readonly string _name;

    private TestDatabase(DatabaseProvider provider, string name, string dataDirectory, string connectionString)
    {
        Provider = provider;
        _name = name;
        DataDirectory = dataDirectory;
        ConnectionString = connectionString;
    }

    public DatabaseProvider Provider { get; }

    /// <summary>A folder of its own, for what the service keeps beside the database.</summary>
    public string DataDirectory { get; }

    public string ConnectionString { get; }

    /// <summary>The settings with which the service uses it.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Database:Provider"] = Provider.ToString(),
        ["ConnectionStrings:Otp"] = ConnectionString,
        ["DataDirectory"] = DataDirectory,
        ["Protection:Keys:0:Id"] = "test",
        ["Protection:Keys:0:Key"] = Convert.ToBase64String(new byte[32]),
    };

    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider)
    {
        var name = $"otp_{Environment.ProcessId}_{Interlocked.Increment(ref _count)}";
        var folder = Directory.CreateTempSubdirectory("otp-test-").FullName;
        if (provider == DatabaseProvider.Sqlite)
        {
            return new TestDatabase(provider, name, folder, $"Data Source={Path.Combine(folder, "otp.db")}");
        }

        await PostgresServer.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {await PostgresTemplate.Value}");
        return new TestDatabase(provider, name, folder, await ConnectionStringOfAsync(name));
    }

    /// <summary>The one number that a query finds.</summary>
    public async Task<long> ReadNumberAsync(string sql) => Convert.ToInt64(await ReadValueAsync(sql), CultureInfo.InvariantCulture);

    /// <summary>Waits until PostgreSQL has a session in this database of which a condition on <c>pg_stat_activity</c> holds.</summary>
    /// <exception cref="OperationCanceledException">There was none for 30 s.</exception>
    public async Task WaitForSessionAsync(string condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await ReadNumberAsync($"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {condition}") == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>How many rows stand in all tables of the service.</summary>
    public async Task<long> CountRowsAsync()
    {
        long rows = 0;
        foreach (var table in (await ReadTableNamesAsync()).Where(name => !name.StartsWith("__EFMigrations", StringComparison.Ordinal)))
        {
            rows += await ReadNumberAsync($"SELECT COUNT(*) FROM \"{table}\"");
        }

        return rows;
    }

    /// <summary>All rows of all tables of PostgreSQL as text; bytes as it writes them and as the text that they may be.</summary>
    public async Task<string> DumpAsync()
    {
        var dump = "";
        foreach (var table in await ReadTableNamesAsync())
        {
            dump += await ReadValueAsync($"SELECT COALESCE(string_agg(t::text, ' '), '') FROM \"{table}\" t");
        }

        // A hexadecimal rendering would hide text.
        foreach (var bytes in System.Text.RegularExpressions.Regex.Matches(dump, @"\\x([0-9a-f]+)").Select(match => Convert.FromHexString(match.Groups[1].Value)))
        {
            dump += System.Text.Encoding.Latin1.GetString(bytes);
        }

        return dump;
    }

    /// <summary>Takes the database away from under the service, as an outage does.</summary>
    public async Task BreakAsync()
    {
        if (Provider == DatabaseProvider.PostgreSql)
        {
            await PostgresServer.ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)");
            return;
        }

        SqliteConnection.ClearPool(new SqliteConnection(ConnectionString));
        var file = new SqliteConnectionStringBuilder(ConnectionString).DataSource;
        foreach (var part in new[] { file, $"{file}-wal", $"{file}-shm" })
        {
            File.Delete(part);
        }

        Directory.CreateDirectory(file);
    }

    public async ValueTask DisposeAsync()
    {
        if (Provider == DatabaseProvider.PostgreSql)
        {
            NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
            await PostgresServer.ExecuteAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        }
        else
        {
            SqliteConnection.ClearPool(new SqliteConnection(ConnectionString));
        }

        Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>All tables of the database, those of EF Core's own among them.</summary>
    private async Task<string[]> ReadTableNamesAsync()
    {
        var names = await ReadValueAsync(Provider == DatabaseProvider.PostgreSql
            ? "SELECT string_agg(table_name, ',') FROM information_schema.tables WHERE table_schema = 'public'"
            : "SELECT group_concat(name) FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'");
        return ((string)names!).Split(',');
    }

    private async Task<object?> ReadValueAsync(string sql)
    {
        await using DbConnection connection = Provider == DatabaseProvider.PostgreSql ? new NpgsqlConnection(ConnectionString) : new SqliteConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    private static async Task<string> CreatePostgresTemplateAsync()
    {
        var name = $"otp_{Environment.ProcessId}_template";
        await PostgresServer.ExecuteAsync($"CREATE DATABASE {name}");
        var folder = Directory.CreateTempSubdirectory("otp-test-").FullName;
        var database = new TestDatabase(DatabaseProvider.PostgreSql, name, folder, await ConnectionStringOfAsync(name));
        await using (var app = OtpHost.Create(OtpServer.ToArguments(database.Settings)))
        {
            await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);
        }

        // A template must have no connection.
        NpgsqlConnection.ClearPool(new NpgsqlConnection(database.ConnectionString));
        Directory.Delete(folder, recursive: true);
        return name;
    }

    // With what the service would add to it: test and service then share one pool, which is cleared here.
    private static async Task<string> ConnectionStringOfAsync(string name) =>
        new NpgsqlConnectionStringBuilder(await PostgresServer.GetConnectionStringAsync())
        {
            Database = name,
            MaxPoolSize = 30,
            MaxAutoPrepare = 64,
            NoResetOnClose = true,
            AutoPrepareMinUsages = 2,
        }.ConnectionString;
}
