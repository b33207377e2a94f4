using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Otp.Api.Http;

namespace Otp.Api.Hosting;

/// <summary>What a load balancer or an orchestrator asks.</summary>
internal static class HealthEndpoints
{
    /// <summary>The path that all of them begin with.</summary>
    public const string Prefix = "/health";

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Prefix).WithTags("Health").AllowAnonymous();
        group.MapGet("/live", () => TypedResults.Ok(new Envelope<HealthDto>(new HealthDto("live"))))
            .WithName("GetLiveness")
            .WithSummary("Whether the process runs. Restart it where this does not answer.");
        group.MapGet("/ready", GetReadinessAsync)
            .WithName("GetReadiness")
            .WithSummary("Whether requests can be served: the database answers. A mail provider that is down does not matter here.")
            .Produces<Envelope<HealthDto>>()
            .Produces<ErrorBody>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> GetReadinessAsync(HealthCheckService health, ErrorWriter errors, HttpContext context, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        if (report.Status != HealthStatus.Unhealthy)
        {
            return TypedResults.Ok(new Envelope<HealthDto>(new HealthDto("ready")));
        }

        await errors.WriteStatusAsync(context, HttpStatusCode.ServiceUnavailable);
        return TypedResults.Empty;
    }
}

/// <summary>The health of the process.</summary>
/// <param name="State"><c>live</c> or <c>ready</c>.</param>
internal sealed record HealthDto(string State);
