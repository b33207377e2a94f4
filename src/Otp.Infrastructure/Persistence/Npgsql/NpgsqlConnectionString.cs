namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>The connection string with our defaults. All connections are made with it, so that they share one pool.</summary>
internal sealed record NpgsqlConnectionString(string Value);
