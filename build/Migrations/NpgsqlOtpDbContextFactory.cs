using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Otp.Infrastructure.Persistence.Npgsql;

namespace Otp.Migrations;

/// <summary>Makes the PostgreSQL context for 'dotnet ef'. No command of build/migrations connects.</summary>
internal sealed class NpgsqlOtpDbContextFactory : IDesignTimeDbContextFactory<NpgsqlOtpDbContext>
{
    public NpgsqlOtpDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<NpgsqlOtpDbContext>().UseNpgsql("Host=localhost").Options);
}
