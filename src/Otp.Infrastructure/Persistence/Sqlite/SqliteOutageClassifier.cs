using Microsoft.Data.Sqlite;
using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Persistence.Sqlite;

/// <summary>Knows how SQLite says that it cannot work now: locked by another process, disk full or failing, file not to be opened.</summary>
internal sealed class SqliteOutageClassifier : IOutageClassifier
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    public bool IsOutage(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is SqliteException sqlite)
            {
                return sqlite.SqliteErrorCode is Busy or Locked or ReadOnly or IoError or Full or CannotOpen;
            }
        }

        return false;
    }
}
