using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
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
        await context.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>Whether the database is older than this version.</summary>
    public static async Task<bool> IsMigrationPendingAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        return await IsMigrationPendingAsync(scope.ServiceProvider.GetRequiredService<OtpDbContext>(), cancellationToken);
    }

    // Asked first whether there is any migration at all: on a new database the other question is logged as an error.
    private static async Task<bool> IsMigrationPendingAsync(OtpDbContext context, CancellationToken cancellationToken) =>
        !await context.GetService<IHistoryRepository>().ExistsAsync(cancellationToken)
        || (await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any();
}
