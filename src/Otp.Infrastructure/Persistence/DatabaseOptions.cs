namespace Otp.Infrastructure.Persistence;

/// <summary>The databases that the service runs on.</summary>
public enum DatabaseProvider
{
    /// <summary>One file; for one machine.</summary>
    Sqlite,

    /// <summary>For many replicas.</summary>
    PostgreSql,
}

/// <summary>The settings under <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary>Where they stand in the configuration.</summary>
    public const string Section = "Database";

    /// <summary>Which database.</summary>
    public DatabaseProvider Provider { get; set; }
}
