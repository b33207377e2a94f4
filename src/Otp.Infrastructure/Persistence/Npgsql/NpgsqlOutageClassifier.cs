using Npgsql;
using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>Knows how PostgreSQL says that it is away: no connection, shutting down, too many clients, out of disk or memory, a time-out.</summary>
internal sealed class NpgsqlOutageClassifier : IOutageClassifier
{
    public bool IsOutage(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is PostgresException postgres)
            {
                return postgres.SqlState.StartsWith("08", StringComparison.Ordinal) // connection exception
                    || postgres.SqlState.StartsWith("53", StringComparison.Ordinal) // insufficient resources
                    || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal) // operator intervention: shutting down, starting up
                    || postgres.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.LockNotAvailable
                        or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InvalidPassword;
            }

            if (current is NpgsqlException or TimeoutException)
            {
                return true;
            }
        }

        return false;
    }
}
