using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Otp.Api.Hosting;
using Otp.Application.Delivery;
using Otp.Infrastructure.Email.Mailbox;
using Otp.Infrastructure.Persistence;

namespace Otp.TestKit;

/// <summary>
/// The whole service in this process, on a real socket and a real database, with a clock that the test moves. Mails are sent when the test says so
/// (<see cref="DeliverAsync"/>), unless it sets <c>Delivery:Enabled</c>; nothing is purged, unless it sets <c>Retention:Enabled</c>.
/// </summary>
public sealed class OtpServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestDatabase? _ownDatabase;

    private OtpServer(WebApplication app, TestDatabase database, bool isDatabaseOwn, ManualTimeProvider time)
    {
        _app = app;
        _ownDatabase = isDatabaseOwn ? database : null;
        Database = database;
        Time = time;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public TestDatabase Database { get; }

    public ManualTimeProvider Time { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>All that it logged, at the levels that the settings say.</summary>
    public CapturedLogs Logs => Services.GetRequiredService<CapturedLogs>();

    /// <summary>What Production asks for beyond what every test sets.</summary>
    public static Dictionary<string, string?> Production => new()
    {
        ["environment"] = "Production",
        ["Email:Provider"] = "SendGrid",
        ["Email:From:Address"] = "otp@example.com",
        ["Email:SendGrid:ApiKey"] = "SG.test",
    };

    /// <summary>Starts the service on a database of its own.</summary>
    public static async Task<OtpServer> StartAsync(
        DatabaseProvider provider, Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? extend = null)
    {
        var database = await TestDatabase.CreateAsync(provider);
        return await StartAsync(database, isDatabaseOwn: true, new ManualTimeProvider(), settings, extend);
    }

    /// <summary>Starts the service on a database that others use, too, or that outlives it.</summary>
    public static Task<OtpServer> StartAsync(
        TestDatabase database, ManualTimeProvider time, Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? extend = null) =>
        StartAsync(database, isDatabaseOwn: false, time, settings, extend);

    /// <summary>Settings as arguments of the host. A value of <see langword="null"/> leaves the setting out.</summary>
    public static string[] ToArguments(params IEnumerable<KeyValuePair<string, string?>>[] settings)
    {
        Dictionary<string, string?> all = new()
        {
            ["environment"] = "Development",
            ["urls"] = "http://127.0.0.1:0",
            ["Delivery:Enabled"] = "false",
            ["Retention:Enabled"] = "false",

            // Containers that build run as root.
            ["Hosting:AllowRoot"] = "true",

            // All callers of a test share one address.
            ["Limits:ClientSends:Enabled"] = "false",
            ["Limits:ClientGuesses:Enabled"] = "false",
        };
        foreach (var (name, value) in settings.SelectMany(set => set))
        {
            all[name] = value;
        }

        return [.. all.Where(setting => setting.Value is not null).Select(setting => $"--{setting.Key}={setting.Value}")];
    }

    /// <summary>A caller with a token that is issued now.</summary>
    public OtpCaller As(string sub, string? email = null, params (string Name, object Value)[] claims) =>
        new(Client, TestTokens.Sign(sub, email, Time.GetUtcNow(), claims));

    /// <summary>A caller without a token.</summary>
    public OtpCaller Anonymous() => new(Client, "");

    /// <summary>Sends all mails that are due.</summary>
    public Task<int> DeliverAsync() => Services.GetRequiredService<MailDispatcher>().DrainAsync(CancellationToken.None);

    /// <summary>The mails to an address, newest first, after all that is due was sent.</summary>
    public async Task<IReadOnlyList<MailboxMail>> MailsToAsync(string address)
    {
        await DeliverAsync();
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<MailboxStore>().ListAsync(address, CancellationToken.None);
    }

    /// <summary>The code in the newest mail to an address.</summary>
    public async Task<string> CodeToAsync(string address) => (await MailsToAsync(address))[0].Passcode!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownDatabase is not null)
        {
            await _ownDatabase.DisposeAsync();
        }
    }

    private static async Task<OtpServer> StartAsync(
        TestDatabase database, bool isDatabaseOwn, ManualTimeProvider time, Dictionary<string, string?>? settings, Action<WebApplicationBuilder>? extend)
    {
        var app = OtpHost.Create(ToArguments(database.Settings, TestTokens.Settings, settings ?? []), builder =>
        {
            // Also what makes the framework trace requests: it does so only where somebody listens.
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<CapturedLogs>();
            builder.Services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<CapturedLogs>());
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
            extend?.Invoke(builder);
        });
        await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);
        await app.StartAsync();
        return new OtpServer(app, database, isDatabaseOwn, time);
    }
}
