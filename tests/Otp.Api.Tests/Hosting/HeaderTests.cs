using System.Net;
using Otp.Api.Tests.Errors;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Hosting;

[Collection(ErrorServers.Name)]
[Trait("Requirement", "SEC-28")]
public sealed class HeaderTests(ErrorServers servers)
{
    [Theory]
    [BothEnvironments("PUT", "api/v1/user/me/email/otp", 200)]
    [BothEnvironments("GET", "api/v1/user/me/email/status", 200)]
    [BothEnvironments("GET", "api/v1/user/me/email/status?passcode=000000", 200)]
    [BothEnvironments("POST", "api/v1/user/me/email/verify", 415)]
    [BothEnvironments("GET", "api/v1/user/me/email/verify", 405)]
    [BothEnvironments("GET", "nothing", 404)]
    [BothEnvironments("GET", "test/fault", 500)]
    [BothEnvironments("GET", "health/live", 200)]
    [BothEnvironments("GET", "health/ready", 200)]
    [BothEnvironments("GET", "openapi/v1.json", 200)]
    [InlineData("Development", "GET", "", 200)]
    [InlineData("Development", "GET", "dev/mailbox", 200)]
    [InlineData("Development", "GET", "dev/otp.css", 200)]
    [InlineData("Development", "GET", "dev/mailbox/messages", 200)]
    [InlineData("Development", "POST", "dev/tokens", 400)]
    [InlineData("Development", "GET", "swagger/index.html", 200)]
    public async Task Send_WhenAnswered_ShouldCarryTheSecurityHeaders(string environment, string method, string path, int status)
    {
        var answer = await servers.NewUser(environment).SendAsync(new HttpMethod(method), path);

        ((int)answer.Status).Should().Be(status);
        ShouldCarryTheSecurityHeaders(answer);
    }

    [Theory, BothEnvironments]
    public async Task Send_WhenRefusedForItsToken_ShouldCarryTheSecurityHeaders(string environment)
    {
        var answer = await servers[environment].Anonymous().StatusAsync();

        answer.Status.Should().Be(HttpStatusCode.Unauthorized);
        ShouldCarryTheSecurityHeaders(answer);
    }

    [Theory, BothEnvironments]
    public async Task Send_WhenTheCallerTraces_ShouldAnswerWithItsTraceId(string environment)
    {
        const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        using var request = new HttpRequestMessage(HttpMethod.Get, "test/fault");
        request.Headers.Add("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01");

        var answer = await servers.NewUser(environment).SendAsync(request);

        answer.Headers["Trace-Id"].Should().Be(TraceId);
        ((string)answer.Error["message"]!).Should().Contain(TraceId);
    }

    [Theory, BothEnvironments]
    [Trait("Requirement", "SEC-22")]
    public async Task Send_WhenTheUrlOrAHeaderIsTooLarge_ShouldBeRefused(string environment)
    {
        (await servers.NewUser(environment).GetAsync($"api/v1/user/me/email/status?x={new string('x', 7_000)}")).Status.Should().Be(HttpStatusCode.OK);
        (await servers.NewUser(environment).GetAsync($"api/v1/user/me/email/status?x={new string('x', 8_192)}")).Status.Should().Be(HttpStatusCode.RequestUriTooLong);

        foreach (var (length, isTaken) in new[] { (30_000, true), (33_000, false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/user/me/email/status");
            request.Headers.Add("X-Long", new string('x', length));
            (await servers.NewUser(environment).SendAsync(request)).Status.Should().Be(isTaken ? HttpStatusCode.OK : HttpStatusCode.RequestHeaderFieldsTooLarge);
        }

        using var many = new HttpRequestMessage(HttpMethod.Get, "api/v1/user/me/email/status");
        for (var header = 0; header < 101; header++)
        {
            many.Headers.Add($"X-Header-{header}", "x");
        }

        (await servers.NewUser(environment).SendAsync(many)).Status.Should().Be(HttpStatusCode.RequestHeaderFieldsTooLarge);
    }

    [Theory]
    [InlineData("Production", "https", true)]
    [InlineData("Production", "http", false)]
    [InlineData("Development", "https", false)]
    public async Task Send_WhenItCameOverHttps_ShouldTellBrowsersToStayThere(string environment, string scheme, bool isTold)
    {
        var settings = ErrorServers.SettingsOf(environment);
        settings["ReverseProxy:KnownProxies:0"] = "127.0.0.1";
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, settings);
        using var request = new HttpRequestMessage(HttpMethod.Get, "health/live");
        request.Headers.Host = "otp.example";
        request.Headers.Add("X-Forwarded-Proto", scheme);

        var answer = await server.Anonymous().SendAsync(request);

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Headers.ContainsKey("Strict-Transport-Security").Should().Be(isTold);
    }

    private static void ShouldCarryTheSecurityHeaders(OtpAnswer answer)
    {
        answer.Headers["X-Content-Type-Options"].Should().Be("nosniff");
        answer.Headers["Referrer-Policy"].Should().Be("no-referrer");
        answer.Headers["Content-Security-Policy"].Should().Contain("default-src 'none'").And.Contain("frame-ancestors");
        answer.Headers["Trace-Id"].Should().MatchRegex("^[0-9a-f]{32}$");
        answer.Headers.Keys.Should().NotContain(["Server", "X-Powered-By", "X-AspNet-Version"]);
        if (answer.Path.StartsWith("/api/", StringComparison.Ordinal) || answer.Path.StartsWith("/dev/", StringComparison.Ordinal))
        {
            answer.Headers["Cache-Control"].Should().Contain("no-store");
        }
    }
}
