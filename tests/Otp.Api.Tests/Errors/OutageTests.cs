using System.Net;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Errors;

public sealed class OutageTests
{
    [Theory]
    [BothDatabases("Development")]
    [BothDatabases("Production")]
    [Trait("Requirement", "SEC-06")]
    public async Task Send_WhenTheDatabaseIsAway_ShouldAnswer503AndNeverSuccess(DatabaseProvider provider, string environment)
    {
        await using var server = await OtpServer.StartAsync(provider, ErrorServers.SettingsOf(environment));
        var ada = server.As("ada", "ada@example.com");
        await ada.RequestCodeAsync();
        (await server.Anonymous().SendAsync(HttpMethod.Get, "health/ready")).Status.Should().Be(HttpStatusCode.OK);

        await server.Database.BreakAsync();

        // Twice: a connection that is kept open fails in another way than a new one.
        for (var round = 0; round < 2; round++)
        {
            foreach (var answer in new[]
            {
                await ada.GuessAsync("000000"), await ada.VerifyAsync("000000"), await ada.StatusAsync(), await ada.RequestCodeAsync(),
                await server.Anonymous().SendAsync(HttpMethod.Get, "health/ready"),
            })
            {
                answer.ShouldBeError(HttpStatusCode.ServiceUnavailable, "ServiceUnavailableError");
                answer.RetryAfter.Should().Be(TimeSpan.FromSeconds(5));
                foreach (var part in new[] { "otp_", ".db", "SQL", "Npgsql", "Sqlite", "Exception", "database \"" })
                {
                    answer.Text.Should().NotContain(part);
                }
            }
        }

        var live = await server.Anonymous().SendAsync(HttpMethod.Get, "health/live");
        live.Status.Should().Be(HttpStatusCode.OK, "restarting the process would not help");
        ((string)live.Results["state"]!).Should().Be("live");
    }
}
