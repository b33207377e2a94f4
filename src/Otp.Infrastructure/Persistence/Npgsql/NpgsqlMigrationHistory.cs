using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Migrations.Internal;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>As <see cref="Sqlite.SqliteMigrationHistory"/>, for PostgreSQL.</summary>
#pragma warning disable EF1001 // EF Core has no public way to give the table; MigrationTests compare it with EF Core's own.
internal sealed class NpgsqlMigrationHistory(HistoryRepositoryDependencies dependencies) : NpgsqlHistoryRepository(dependencies)
#pragma warning restore EF1001
{
    protected override string MigrationIdColumnName => nameof(HistoryRow.MigrationId);

    protected override string ProductVersionColumnName => nameof(HistoryRow.ProductVersion);

    public override string GetCreateScript() =>
        """
        CREATE TABLE "__EFMigrationsHistory" (
            "MigrationId" character varying(150) NOT NULL,
            "ProductVersion" character varying(32) NOT NULL,
            CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY ("MigrationId")
        );

        """;
}
