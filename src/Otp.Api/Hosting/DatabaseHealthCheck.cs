using Microsoft.Extensions.Diagnostics.HealthChecks;
using Otp.Infrastructure.Persistence;

namespace Otp.Api.Hosting;

/// <summary>Whether the database answers.</summary>
internal sealed class DatabaseHealthCheck(OtpDbContext context) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext healthCheckContext, CancellationToken cancellationToken = default) =>
        await context.Database.CanConnectAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
}
