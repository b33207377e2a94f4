using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Otp.Attack.Tests.Targets;

/// <summary>What an operator sends traces and metrics to (OTLP over HTTP); it keeps all that it is sent.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, string Body)> _received;

    private Collector(WebApplication app, ConcurrentQueue<(string Path, string Body)> received)
    {
        _app = app;
        _received = received;
    }

    /// <summary>The environment of a process that exports to it, often.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
    };

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        ConcurrentQueue<(string, string)> received = [];
        app.MapPost("/v1/{kind}", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body, Encoding.Latin1);
            received.Enqueue((request.Path.Value!, await reader.ReadToEndAsync()));
            return Results.Ok();
        });
        await app.StartAsync();
        return new Collector(app, received);
    }

    /// <summary>What came to a path, byte for byte: texts stand in protobuf as they are.</summary>
    public string ReceivedAt(string path) => string.Join('\n', _received.Where(item => item.Path == path).Select(item => item.Body));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
