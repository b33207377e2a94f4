using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Otp.Api.Hosting;

/// <summary>
/// Sends traces and metrics to a collector, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one. All else is set by OpenTelemetry's own variables
/// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). What it sends is what the framework, Npgsql and the service measure
/// by themselves: no address and no code is among it, which a test looks for.
/// </summary>
internal sealed class TelemetryExport(IConfiguration configuration) : IHostedService
{
    /// <summary>The variable that names the collector.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string ServiceName = "otp";

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(configuration[EndpointVariable]))
        {
            return Task.CompletedTask;
        }

        // The default for a service that OTEL_SERVICE_NAME does not name.
        var resource = ResourceBuilder.CreateEmpty().AddService(ServiceName).AddTelemetrySdk().AddEnvironmentVariableDetector();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Npgsql")
            .AddOtlpExporter()
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime", "Npgsql", "Otp.*")
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    /// <summary>Sends what is left.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        return Task.CompletedTask;
    }
}
