using Microsoft.EntityFrameworkCore;
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
        if (!(await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            return;
        }

        await using var turn = await context.BeginMigrationAsync(cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
    }
}
