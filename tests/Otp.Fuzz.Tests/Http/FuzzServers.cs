using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Fuzz.Tests.Http;

[CollectionDefinition(Name)]
public sealed class FuzzServersCollection : ICollectionFixture<FuzzServers>
{
    public const string Name = "fuzz servers";
}

/// <summary>
/// The service twice, on SQLite and on PostgreSQL, with clocks that go alike: what is asked of both in the same order must be answered alike.
/// </summary>
public sealed class FuzzServers : IAsyncLifetime, IDisposable
{
    private readonly WebhookSigner _sendGrid = new();
    private readonly List<FuzzServer> _servers = [];

    internal IReadOnlyList<FuzzServer> All => _servers;

    public async Task InitializeAsync()
    {
        foreach (var provider in new[] { DatabaseProvider.Sqlite, DatabaseProvider.PostgreSql })
        {
            _servers.Add(await FuzzServer.StartAsync(provider, _sendGrid));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    public void Dispose() => _sendGrid.Dispose();
}

/// <summary>One of the two, and who and what is known there.</summary>
internal sealed class FuzzServer : IAsyncDisposable
{
    private readonly ErrorLogs _errors;
    private int _casts;

    private FuzzServer(OtpServer server, ErrorLogs errors, WebhookSigner sendGrid)
    {
        Server = server;
        SendGrid = sendGrid;
        _errors = errors;
        Client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        })
        {
            BaseAddress = server.Client.BaseAddress,
        };
    }

    public OtpServer Server { get; }

    public HttpClient Client { get; }

    public WebhookSigner SendGrid { get; }

    /// <summary>Whom requests are about.</summary>
    public Cast Cast { get; private set; } = null!;

    public static async Task<FuzzServer> StartAsync(DatabaseProvider provider, WebhookSigner sendGrid)
    {
        var errors = new ErrorLogs();
        var settings = new Dictionary<string, string?>(sendGrid.Settings)
        {
            ["Links:AllowedHosts:0"] = "app.example",
            ["Links:AllowedHosts:1"] = "ok.example",
            ["Links:VerificationUrlTemplate"] = "https://app.example/v?user={{.UserID}}&name={{.DisplayName}}&code={{.Code}}",
            ["ReverseProxy:KnownProxies:0"] = "127.0.0.1",

            // It would keep every line of a long run.
            ["Logging:Captured:LogLevel:Default"] = "None",
        };
        var server = await OtpServer.StartAsync(provider, settings, builder => builder.Services.AddSingleton<ILoggerProvider>(errors));
        return new FuzzServer(server, errors, sendGrid);
    }

    /// <summary>Brings new users in, who have everything that a user can have.</summary>
    public async Task RecastAsync() => Cast = await Cast.PrepareAsync(Server, $"user-{++_casts}");

    /// <summary>What was logged as an error since the last call.</summary>
    public IReadOnlyList<string> TakeErrors() => _errors.Take();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>Formats all that is logged, as a real provider does, and keeps the errors.</summary>
    private sealed class ErrorLogs : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _entries = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = $"{logLevel} {eventId}: {formatter(state, exception)} {exception}";
            if (logLevel >= LogLevel.Error)
            {
                _entries.Enqueue(line);
            }
        }

        public List<string> Take()
        {
            List<string> taken = [];
            while (_entries.TryDequeue(out var entry))
            {
                taken.Add(entry);
            }

            return taken;
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>A user with a verified address, a ready factor, a second one that is not, an open challenge and mails; and the ids of all that.</summary>
internal sealed record Cast(string UserId, string Address, string ChallengeId, string ChallengeCode, string OtpEmailId, string DeliveryId, string VerificationCode)
{
    private static readonly (string, object)[] Operator = [("permissions", new[] { "otp.users.read", "otp.users.write" })];
    private static readonly (string, object)[] Instance = [("permissions", new[] { "otp.users.read", "otp.users.write", "otp.instance" })];
    private static readonly (string, object)[] Foreign = [.. Operator, ("org_id", "another")];

    public string ClaimedId => $"{UserId}-claimed";

    public static async Task<Cast> PrepareAsync(OtpServer server, string name)
    {
        var address = $"{name}@example.com";
        var user = server.As(name);
        (await user.SetEmailAsync(address)).Status.Should().Be(System.Net.HttpStatusCode.OK);
        await user.VerifyEmailAsync(await server.CodeToAsync(address));
        await user.AddContactFactorAsync();
        var service = server.As("login-service", null, Operator);
        var challenge = await service.CreateChallengeOfAsync(name, new { returnCode = new { } });
        var factor = await user.AddFactorAsync(name, new { address = $"{name}-second@example.com" });
        await server.As($"{name}-claimed", $"{name}-claimed@example.com").RequestCodeAsync();
        var deliveries = await service.GetAsync($"api/v1/deliveries?userId={name}");
        return new Cast(
            name,
            address,
            challenge.Result("challengeId"),
            challenge.Result("passcode"),
            factor.Result("otpEmailId"),
            (string)deliveries.Results["items"]![0]!["deliveryId"]!,
            await server.CodeToAsync($"{name}-claimed@example.com"));
    }

    /// <summary>The value of <c>Authorization</c> by which somebody calls now.</summary>
    public string? AuthorizationOf(Caller caller, string oddity, DateTimeOffset now) => caller switch
    {
        Caller.Anonymous => null,
        Caller.User => Bearer(TestTokens.Sign(UserId, null, now)),
        Caller.Claimed => Bearer(TestTokens.Sign(ClaimedId, $"{ClaimedId}@example.com", now, ("name", "Ada"), ("locale", "de"))),
        Caller.Stranger => Bearer(TestTokens.Sign($"{UserId}-stranger", null, now)),
        Caller.Operator => Bearer(TestTokens.Sign("login-service", null, now, Operator)),
        Caller.Instance => Bearer(TestTokens.Sign("instance-operator", null, now, Instance)),
        Caller.Foreign => Bearer(TestTokens.Sign("foreign-operator", null, now, Foreign)),
        Caller.OddToken => Bearer(OddToken.Sign(oddity.Replace("KNOWN-USER", UserId, StringComparison.Ordinal), now)),
        _ => oddity,
    };

    private static string Bearer(string token) => $"Bearer {token}";
}

/// <summary>Who calls.</summary>
internal enum Caller
{
    Anonymous,
    User,
    Claimed,
    Stranger,
    Operator,
    Instance,
    Foreign,

    /// <summary>With a token that is signed well over claims that are anything.</summary>
    OddToken,

    /// <summary>With a header that is anything.</summary>
    OddHeader,
}
