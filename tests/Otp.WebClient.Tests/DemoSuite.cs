using System.Text.Json;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.WebClient.Tests;

/// <summary>The tests of the demo page in a headless browser, and of the npm package as a new user installs it.</summary>
public sealed class DemoSuite : NodeSuite
{
    private readonly List<OtpServer> _servers = [];

    protected override IReadOnlyList<string> Files => ["page.test", "package.test"];

    public override async Task DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    protected override async Task<Dictionary<string, string>> PrepareAsync()
    {
        var (exitCode, browser, errors) = await RunAsync(Repository.PathOf("build", "node"), ["browser"]);
        exitCode.Should().Be(0, errors);
        var main = await StartAsync([]);
        var alphanumeric = await StartAsync(new()
        {
            ["Passcodes:EmailVerification:Length"] = "8",
            ["Passcodes:EmailVerification:Alphabet"] = "Alphanumeric",
            ["Passcodes:EmailVerification:MaxAttempts"] = "2",
        });
        return new()
        {
            ["OTP_SERVERS"] = JsonSerializer.Serialize(new { main = AddressOf(main), alphanumeric = AddressOf(alphanumeric) }),
            ["OTP_BROWSER"] = browser.Trim(),
        };
    }

    private async Task<OtpServer> StartAsync(Dictionary<string, string?> settings)
    {
        var server = await ControlledServer.StartAsync(DatabaseProvider.Sqlite, settings);
        _servers.Add(server);
        return server;
    }
}
