using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Otp.DeliveryBench;

/// <summary>A mail that the provider was called with.</summary>
/// <param name="DeliveryId">The mail.</param>
/// <param name="Recipient">To whom.</param>
/// <param name="Code">The code in it.</param>
/// <param name="Key">The API key of the process that called.</param>
/// <param name="Timestamp">When (<see cref="Stopwatch.GetTimestamp"/>).</param>
internal sealed record Call(Guid DeliveryId, string Recipient, string Code, string Key, long Timestamp);

/// <summary>Stands for SendGrid.</summary>
internal sealed partial class Provider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();

    private Provider(WebApplication app) => _app = app;

    /// <summary>How it ends a call; by default with 202.</summary>
    public Func<Call, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<Provider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var provider = new Provider(app);
        app.Run(provider.TakeAsync);
        await app.StartAsync();
        return provider;
    }

    /// <summary>The settings of a process that sends to it.</summary>
    public Dictionary<string, string?> SettingsOf(string key) => new()
    {
        ["Delivery:Enabled"] = "true",
        ["Email:Provider"] = "SendGrid",
        ["Email:SendGrid:ApiKey"] = key,
        ["Email:SendGrid:BaseUrl"] = _app.Urls.First(),
        ["Email:From:Address"] = "otp@example.com",
        ["Logging:LogLevel:Default"] = "Error",
        ["Logging:LogLevel:Otp"] = "Error",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
    };

    /// <summary>The next call.</summary>
    public async Task<Call> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        return await _calls.Reader.ReadAsync(patience.Token);
    }

    /// <summary>The next call with a mail to somebody.</summary>
    public async Task<Call> NextToAsync(string recipient)
    {
        while (true)
        {
            if (await NextAsync() is var call && call.Recipient == recipient)
            {
                return call;
            }
        }
    }

    /// <summary>The calls that have come since the last one that was read.</summary>
    public IEnumerable<Call> Waiting()
    {
        while (_calls.Reader.TryRead(out var call))
        {
            yield return call;
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var timestamp = Stopwatch.GetTimestamp();
        var mail = (await JsonNode.ParseAsync(context.Request.Body))!;
        var personalization = mail["personalizations"]![0]!;
        var call = new Call(
            Guid.Parse((string)personalization["custom_args"]!["delivery_id"]!),
            (string)personalization["to"]![0]!["email"]!,
            Code().Match((string)mail["content"]![0]!["value"]!).Value,
            context.Request.Headers.Authorization.ToString().Split(' ')[^1],
            timestamp);
        _calls.Writer.TryWrite(call);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await Answer(call, context);
    }

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex Code();
}
