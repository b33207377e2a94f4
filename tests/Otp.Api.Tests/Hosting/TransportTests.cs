using System.Net;
using Otp.Api.Tests.Errors;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Hosting;

/// <summary>What crosses a network does so encrypted.</summary>
[Trait("Requirement", "SEC-28")]
public sealed class TransportTests
{
    [Theory]
    [InlineData("Production", null, "http", "203.0.113.9", false)]
    [InlineData("Production", null, "https", "203.0.113.9", true)]
    [InlineData("Production", null, "http", "2001:db8::9", false)]
    [InlineData("Production", null, "http", "127.0.0.1", true)]
    [InlineData("Production", "false", "http", "203.0.113.9", true)]
    [InlineData("Development", null, "http", "203.0.113.9", true)]
    [InlineData("Development", "true", "http", "203.0.113.9", false)]
    public async Task Send_WhenAMachineSpeaksPlainHttp_ShouldBeRefusedBeforeAnythingIsDone(string environment, string? required, string scheme, string client, bool isTaken)
    {
        var settings = ErrorServers.SettingsOf(environment);
        settings["ReverseProxy:KnownProxies:0"] = "127.0.0.1";
        settings["Hosting:RequireHttps"] = required;
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, settings);
        var ada = server.As("ada", "ada@example.com");

        var answer = await ada.SendAsync(From(client, scheme, HttpMethod.Put, "api/v1/user/me/email/otp"));
        var health = await ada.SendAsync(From(client, scheme, HttpMethod.Get, "health/ready"));
        var googleStyle = await ada.SendAsync(From(client, scheme, HttpMethod.Post, "auth/v1/users/me/auth_factors/_search"));

        answer.Status.Should().Be(isTaken ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        health.Status.Should().Be(HttpStatusCode.OK, "a probe carries no secret, and often has no certificate");
        (await server.Database.ReadNumberAsync("SELECT COUNT(*) FROM outbox_messages")).Should().Be(isTaken ? 1 : 0);
        if (!isTaken)
        {
            ((string)answer.Error["message"]!).Should().Be("HTTPS is required");
            answer.Headers.Should().NotContainKey("Location", "a redirected client goes on sending its token in clear");
            googleStyle.RpcCode.Should().Be(7);
        }
    }

    [Fact]
    public async Task Send_WhenTheServiceHasACertificate_ShouldServeHttps()
    {
        using var certificates = new TestCertificates();
        var settings = OtpServer.Production;
        settings["urls"] = "https://127.0.0.1:0";
        settings["Kestrel:Certificates:Default:Path"] = certificates.ServerFile;
        settings["Kestrel:Certificates:Default:KeyPath"] = certificates.ServerFile;
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, settings);
        using var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = certificates.Trust } };
        using var client = new HttpClient(handler) { BaseAddress = server.Client.BaseAddress };

        using var answer = await client.GetAsync("health/live");

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.RequestMessage!.RequestUri!.Scheme.Should().Be("https");
    }

    private static HttpRequestMessage From(string client, string scheme, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Forwarded-For", client);
        request.Headers.Add("X-Forwarded-Proto", scheme);
        return request;
    }
}
