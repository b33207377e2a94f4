using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Otp.Infrastructure.Persistence;

/// <summary>Brings the database to the model of this version. Replicas that start together wait for one another; where nothing is pending, nothing is written.</summary>
public static class DatabaseMigrator
{
    /// <summary>Applies what is pending.</summary>
    public static async Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<OtpDbContext>();
        if (!await IsMigrationPendingAsync(context, cancellationToken))
        {
            return;
        }

        await using var turn = await context.BeginMigrationAsync(cancellationToken);

        // What builds an index of a large table, or waits for those who use it, takes as long as it takes: an end in its midst would have to begin anew each time.
        var usual = context.Database.GetCommandTimeout();
        context.Database.SetCommandTimeout(TimeSpan.Zero);
        try
        {
            await context.Database.MigrateAsync(cancellationToken);
        }
        finally
        {
            context.Database.SetCommandTimeout(usual);
        }
    }

    /// <summary>Whether the database is older than this version.</summary>
    public static async Task<bool> IsMigrationPendingAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        return await IsMigrationPendingAsync(scope.ServiceProvider.GetRequiredService<OtpDbContext>(), cancellationToken);
    }

    // Not asked of EF Core, which builds a model of the one table for it, and on a new database logs an error.
    private static async Task<bool> IsMigrationPendingAsync(OtpDbContext context, CancellationToken cancellationToken) =>
        !await context.GetService<IRelationalDatabaseCreator>().ExistsAsync(cancellationToken)
        || context.Database.GetMigrations().Except(await ReadAppliedAsync(context, cancellationToken)).Any();

    private static async Task<HashSet<string>> ReadAppliedAsync(OtpDbContext context, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = context.FindTableSql(HistoryRepository.DefaultTableName);
            if (await command.ExecuteScalarAsync(cancellationToken) is not string)
            {
                return [];
            }

            command.CommandText = $"SELECT \"MigrationId\" FROM \"{HistoryRepository.DefaultTableName}\"";
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            HashSet<string> applied = [];
            while (await reader.ReadAsync(cancellationToken))
            {
                applied.Add(reader.GetString(0));
            }

            return applied;
        }
        finally
        {
            await context.Database.CloseConnectionAsync();
        }
    }
}
