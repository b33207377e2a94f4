using System.Security.Cryptography;
using System.Text.Json;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.WebClient.Tests;

/// <summary>The tests of the TypeScript client, against the service on one of the databases.</summary>
public abstract class ClientSuite(DatabaseProvider provider) : NodeSuite
{
    private readonly List<OtpServer> _servers = [];

    /// <summary>The file that runs, and all that it reads tests from.</summary>
    internal static readonly string[] Sources = ["client.test", "behaviour"];

    protected override IReadOnlyList<string> Files => [Sources[0]];

    public override async Task DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    protected override async Task<Dictionary<string, string>> PrepareAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Dictionary<string, string?> webhook = new() { ["Email:SendGrid:WebhookPublicKey"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()) };
        var main = await StartAsync(webhook);
        var broken = await StartAsync(webhook);
        await broken.Database.BreakAsync();
        var limited = await StartAsync(new()
        {
            ["Limits:ClientSends:Enabled"] = "true",
            ["Limits:ClientSends:PermitLimit"] = "1",
            ["Limits:ClientGuesses:Enabled"] = "true",
            ["Limits:ClientGuesses:PermitLimit"] = "1",
        });
        return new()
        {
            ["OTP_SERVERS"] = JsonSerializer.Serialize(new
            {
                main = AddressOf(main),
                broken = AddressOf(broken),
                limited = AddressOf(limited),
                webhookKey = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
            }),
        };
    }

    private async Task<OtpServer> StartAsync(Dictionary<string, string?> settings)
    {
        var server = await ControlledServer.StartAsync(provider, settings);
        _servers.Add(server);
        return server;
    }
}

public sealed class SqliteClientSuite() : ClientSuite(DatabaseProvider.Sqlite);

public sealed class PostgreSqlClientSuite() : ClientSuite(DatabaseProvider.PostgreSql);
