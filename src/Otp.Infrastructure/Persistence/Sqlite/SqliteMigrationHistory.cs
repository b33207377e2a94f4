using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Sqlite.Migrations.Internal;

namespace Otp.Infrastructure.Persistence.Sqlite;

/// <summary>
/// The table of the migrations that were applied, as EF Core makes it, but in plain SQL: for this table alone EF Core builds a model by conventions, which is a
/// tenth of a start that makes the database.
/// </summary>
#pragma warning disable EF1001 // EF Core has no public way to give the table; MigrationTests compare it with EF Core's own.
internal sealed class SqliteMigrationHistory(HistoryRepositoryDependencies dependencies) : SqliteHistoryRepository(dependencies)
#pragma warning restore EF1001
{
    protected override string MigrationIdColumnName => nameof(HistoryRow.MigrationId);

    protected override string ProductVersionColumnName => nameof(HistoryRow.ProductVersion);

    public override string GetCreateScript() =>
        """
        CREATE TABLE "__EFMigrationsHistory" (
            "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
            "ProductVersion" TEXT NOT NULL
        );

        """;
}
