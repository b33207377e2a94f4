using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Attack.Tests.Targets;

/// <summary>The service under attack: one or more real processes on one database. All that is known of it comes over HTTP, and from what it leaves at rest.</summary>
public sealed class Target : IAsyncDisposable
{
    public const string Write = "otp.users.write";
    public const string Read = "otp.users.read";
    public const string Instance = "otp.instance";

    /// <summary>The organisation of whoever names no other.</summary>
    public const string Home = "default";

    private const string AnyProcess = "http://target.invalid/";

    private readonly Dictionary<string, string?> _settings;
    private OtpProcess[] _processes;
    private int _turn;
    private int _users;

    private Target(Setup setup, TestDatabase database, IEnumerable<OtpProcess> processes, Dictionary<string, string?> settings)
    {
        Setup = setup;
        Database = database;
        _processes = [.. processes];
        _settings = settings;
        Client = new HttpClient(new InTurn(this)) { BaseAddress = new Uri(AnyProcess) };
    }

    public Setup Setup { get; }

    public TestDatabase Database { get; }

    /// <summary>Those that run.</summary>
    public IReadOnlyList<OtpProcess> Processes => _processes;

    /// <summary>Sends each request to the next process.</summary>
    public HttpClient Client { get; }

    /// <summary>All that the processes printed.</summary>
    public string Output => string.Join('\n', _processes.Select(process => process.Output));

    /// <summary>Starts it on a database of its own.</summary>
    public static async Task<Target> StartAsync(Setup setup, Dictionary<string, string?>? settings = null, Dictionary<string, string>? environment = null)
    {
        Dictionary<string, string?> all = new(settings ?? []);
        all.TryAdd("Delivery:Enabled", "true");
        all.TryAdd("Links:AllowedHosts:0", "ok.example");
        var database = await TestDatabase.CreateAsync(setup == Setup.OneProcessOnSqlite ? DatabaseProvider.Sqlite : DatabaseProvider.PostgreSql);
        var count = setup == Setup.OneProcessOnSqlite ? 1 : 2;
        var processes = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => OtpProcess.StartAsync(database, all, environment: environment)));
        return new Target(setup, database, processes, all);
    }

    /// <summary>A user id that no other attack has.</summary>
    public string NewUser(string name = "user") => $"{name}-{Interlocked.Increment(ref _users)}";

    /// <summary>A caller with a token that is issued now.</summary>
    public OtpCaller As(string sub, string? email = null, params (string Name, object Value)[] claims) =>
        new(Client, TestTokens.Sign(sub, email, TimeProvider.System.GetUtcNow(), claims));

    /// <summary>Somebody with permissions, of an organisation.</summary>
    public OtpCaller AsOperator(string owner = Home, params string[] permissions) =>
        As("operator", null, ("org_id", owner), ("permissions", permissions.Length == 0 ? new[] { Write } : permissions));

    /// <summary>A caller without a token.</summary>
    public OtpCaller Anonymous() => new(Client, "");

    /// <summary>The mails to an address, newest first.</summary>
    /// <param name="address">The recipient.</param>
    /// <param name="wait">The seconds to wait for the first one.</param>
    public async Task<IReadOnlyList<Mail>> MailsToAsync(string address, int wait = 0)
    {
        var answer = await Client.GetStringAsync($"dev/mailbox/messages?wait={wait}&to={Uri.EscapeDataString(address)}");
        return JsonNode.Parse(answer)!["results"].Deserialize<List<Mail>>(JsonSerializerOptions.Web)!;
    }

    /// <summary>The code in the newest mail to an address that carries one, once one other than <paramref name="other"/> is there.</summary>
    public async Task<string> CodeToAsync(string address, string? other = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            // The service itself waits for the first mail; a further one may take some looks.
            var mails = await MailsToAsync(address, wait: 20);
            if (mails.FirstOrDefault(mail => mail.Passcode is not null)?.Passcode is { } code && code != other)
            {
                return code;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits until all mails that were queued are sent, which the audit of the queue itself says.</summary>
    public async Task<long> DeliveredAsync(string userId)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var list = (await AsOperator(Home, Read, Instance).GetAsync($"api/v1/deliveries?userId={Uri.EscapeDataString(userId)}")).Results;
            var states = list["items"]!.AsArray().Select(mail => (string)mail!["state"]!).ToList();
            if (states.TrueForAll(state => state != "queued"))
            {
                return states.Count;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Ends a process at once (SIGKILL); the others go on.</summary>
    public async Task KillAsync(OtpProcess process)
    {
        _processes = [.. _processes.Except([process])];
        await process.KillAsync();
        await process.DisposeAsync();
    }

    /// <summary>Starts one more process on the same database.</summary>
    public async Task<OtpProcess> StartOneMoreAsync()
    {
        var process = await OtpProcess.StartAsync(Database, _settings);
        _processes = [.. _processes, process];
        return process;
    }

    /// <summary>That it still runs, answers, and has printed nothing of an accident.</summary>
    public async Task ShouldBeUnharmedAsync()
    {
        foreach (var process in _processes)
        {
            process.HasExited.Should().BeFalse();
            (await process.Client.GetAsync("health/ready")).StatusCode.Should().Be(HttpStatusCode.OK);
            process.Output.Split('\n').Where(IsAccident).Should().BeEmpty();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    private static bool IsAccident(string line) =>
        line.Contains("Unhandled", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal) || line.StartsWith("fail:", StringComparison.Ordinal);

    private sealed class InTurn(Target target) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var processes = target._processes;
            if (processes.Length == 0)
            {
                throw new HttpRequestException("No process runs.");
            }

            var process = processes[(Interlocked.Increment(ref target._turn) & int.MaxValue) % processes.Length];
            request.RequestUri = new Uri(process.Client.BaseAddress!, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>A mail as the development mailbox shows it.</summary>
public sealed record Mail(Guid Id, string To, string Subject, string Text, string Html, DateTimeOffset SentAt, string? Passcode);
