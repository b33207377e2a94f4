using Microsoft.Extensions.DependencyInjection;

namespace Otp.Infrastructure.Persistence;

/// <summary>What the service knows of its tables.</summary>
public static class DatabaseModel
{
    /// <summary>Builds it, which takes a third of the start. It is kept for all contexts; nothing is asked of the database.</summary>
    public static void Build(IServiceProvider services)
    {
        using var scope = services.CreateScope();
        _ = scope.ServiceProvider.GetRequiredService<OtpDbContext>().Model;
    }
}
