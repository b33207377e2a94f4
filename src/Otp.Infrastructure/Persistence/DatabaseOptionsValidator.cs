using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Otp.Infrastructure.Persistence;

/// <summary>Refuses a database that could not be opened.</summary>
internal sealed class DatabaseOptionsValidator(IConfiguration configuration) : IValidateOptions<DatabaseOptions>
{
    /// <summary>The configured provider, for the registration; a value that cannot be read is reported by the validation of the options.</summary>
    public static DatabaseProvider ProviderIn(IConfiguration configuration) =>
        Enum.TryParse<DatabaseProvider>(configuration[$"{DatabaseOptions.Section}:{nameof(DatabaseOptions.Provider)}"], ignoreCase: true, out var provider)
            ? provider
            : DatabaseProvider.Sqlite;

    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        if (!Enum.IsDefined(options.Provider))
        {
            return ValidateOptionsResult.Fail($"Database:Provider must be Sqlite or PostgreSql, not {options.Provider}.");
        }

        var connectionString = configuration.GetConnectionString("Otp");
        if (options.Provider == DatabaseProvider.PostgreSql && string.IsNullOrWhiteSpace(connectionString))
        {
            return ValidateOptionsResult.Fail("ConnectionStrings:Otp must be set with PostgreSQL, such as Host=db;Username=otp;Password=...;Database=otp.");
        }

        // The string may hold a password: neither it nor the parser's message is shown.
        return connectionString is null || IsReadable(options.Provider, connectionString)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"ConnectionStrings:Otp cannot be read as a connection string for {options.Provider}.");
    }

    private static bool IsReadable(DatabaseProvider provider, string connectionString)
    {
        try
        {
            return provider == DatabaseProvider.PostgreSql
                ? !string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(connectionString).Host)
                : !string.IsNullOrWhiteSpace(new SqliteConnectionStringBuilder(connectionString).DataSource);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
