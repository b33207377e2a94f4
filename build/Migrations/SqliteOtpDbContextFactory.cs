using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Otp.Infrastructure.Persistence.Sqlite;

namespace Otp.Migrations;

/// <summary>Makes the SQLite context for 'dotnet ef'. No command of build/migrations connects.</summary>
internal sealed class SqliteOtpDbContextFactory : IDesignTimeDbContextFactory<SqliteOtpDbContext>
{
    public SqliteOtpDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteOtpDbContext>().UseSqlite("Data Source=:memory:").Options);
}
