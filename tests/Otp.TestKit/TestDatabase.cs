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

    private static async Task<string> ConnectionStringOfAsync(string name) =>
        new NpgsqlConnectionStringBuilder(await PostgresServer.GetConnectionStringAsync()) { Database = name, MaxPoolSize = 30 }.ConnectionString;
}
