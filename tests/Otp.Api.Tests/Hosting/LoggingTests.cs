using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Otp.Api.Tests.Errors;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Hosting;

/// <summary>However much is logged and traced, no code, query string or recipient is among it.</summary>
[Trait("Requirement", "SEC-11")]
public sealed class LoggingTests
{
    private const string Address = "planted.recipient@secret-mailbox.example";
    private const string OtherAddress = "second.recipient@secret-mailbox.example";
    private const string Name = "Planted Displayname";
    private const string GuessByGet = "918273645546";
    private const string GuessByPost = "192837465564";
    private const string BadGuess = "planted-badly-shaped-guess";
    private const string Malformed = "667788990011";

    /// <summary>All that an operator could turn up, and what makes the framework's own categories talk of requests.</summary>
    private static readonly Dictionary<string, string?> Loudest = new()
    {
        // Long codes, so that none occurs in an id or a time by chance.
        ["Passcodes:EmailVerification:Length"] = "12",
        ["Logging:LogLevel:Default"] = "Trace",
        ["Logging:LogLevel:Microsoft"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.BadRequests"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.HttpLogging.HttpLoggingMiddleware"] = "Trace",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Trace",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Trace",
        ["Logging:CaptureScopes"] = "true",
        ["Logging:Captured:LogLevel:Default"] = "Trace",
        ["Logging:Captured:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
        ["Logging:Captured:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics.More"] = "Trace",
        ["Logging:Captured:LogLevel:Microsoft.*.Diagnostics"] = "Trace",
        ["Logging:Captured:LogLevel:Microsoft.AspNetCore.Server.Kestrel.BadRequests"] = "Trace",
    };

    [Theory]
    [BothDatabases("Development")]
    [BothDatabases("Production")]
    public async Task Log_WhenAllLevelsAreOn_ShouldHoldNoSecret(DatabaseProvider provider, string environment)
    {
        CapturedLogs logs;
        using var telemetry = new CapturedTelemetry();
        List<string> secrets = [Address, OtherAddress, "secret-mailbox", Name, GuessByGet, GuessByPost, BadGuess, Malformed, "passcode="];
        var settings = ErrorServers.SettingsOf(environment);
        foreach (var (name, value) in Loudest)
        {
            settings[name] = value;
        }

        // Something that answers, instead of a provider out there.
        settings["Email:SendGrid:BaseUrl"] = "https://127.0.0.1:1";
        settings["Email:SendGrid:ApiKey"] = "SG.planted-api-key";
        secrets.Add("planted-api-key");
        await using (var server = await OtpServer.StartAsync(provider, settings, ErrorServers.Extend))
        {
            logs = server.Logs;
            var ada = server.As("ada", Address, ("name", Name));
            secrets.Add(ada.Token[(ada.Token.LastIndexOf('.') + 1)..]);
            (await ada.RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK);
            await server.DeliverAsync();
            if (environment == "Development")
            {
                secrets.Add(await server.CodeToAsync(Address));
            }

            await ada.GuessAsync(GuessByGet);
            await ada.VerifyAsync(GuessByPost);
            await ada.VerifyAsync(BadGuess);
            await ada.GuessAsync($"{GuessByGet}\r\ninjected");
            await ada.SendAsync(HttpMethod.Get, $"api/v1/user/me/email/nothing?passcode={GuessByGet}");
            await ada.SendAsync(HttpMethod.Post, $"api/v1/user/me/email/status?passcode={GuessByGet}");
            await ada.SendAsync(HttpMethod.Get, $"test/fault-of-handler?passcode={GuessByGet}");
            await server.Anonymous().GuessAsync(GuessByGet);
            foreach (var body in new[]
            {
                $"{{\"passcode\":\"{Malformed}", $"{{\"passcode\":{Malformed}}}", $"{Malformed}", $"[\"{Malformed}\"]", $"{{\"passcode\":\"{GuessByPost}\",\"more\":\"{Malformed}\"}}",
                $"passcode={Malformed}", "{\"passcode\":\"" + string.Concat(Enumerable.Repeat(Malformed, 1300)) + "\"}",
            })
            {
                await ada.SendTextAsync(HttpMethod.Post, "api/v1/user/me/email/verify", body);
            }

            if (environment == "Development")
            {
                (await ada.VerifyAsync(secrets[^1])).IsVerified.Should().BeTrue();
                server.Time.Advance(TimeSpan.FromMinutes(1));
                await server.As("ada", OtherAddress).RequestCodeAsync();
                secrets.Add(await server.CodeToAsync(OtherAddress));
            }

            await server.Database.BreakAsync();
            (await ada.GuessAsync(GuessByGet)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        }

        logs.Entries.Should().HaveCountGreaterThan(300, "else nothing was captured");
        logs.Entries.Should().Contain(entry => entry.StartsWith("Trace ", StringComparison.Ordinal));
        logs.Entries.Should().Contain(entry => entry.StartsWith("Error Otp.Api.Http.ExceptionToError 42", StringComparison.Ordinal) && entry.Contains(nameof(FormatException), StringComparison.Ordinal), "an exception is for the log");
        logs.Entries.Should().Contain(entry => entry.StartsWith("Error Otp.Api.Http.ExceptionToError 41", StringComparison.Ordinal), "so is an outage");
        telemetry.Entries.Should().Contain(entry => entry.StartsWith("activity Microsoft.AspNetCore", StringComparison.Ordinal));
        telemetry.Entries.Should().Contain(entry => entry.StartsWith("metric Otp.Delivery", StringComparison.Ordinal));
        foreach (var secret in secrets.SelectMany(secret => new[] { secret, Uri.EscapeDataString(secret) }).Distinct())
        {
            logs.Entries.Concat(telemetry.Entries).Where(entry => entry.Contains(secret, StringComparison.OrdinalIgnoreCase)).Should().BeEmpty($"{secret} is secret");
        }
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-09")]
    public async Task Database_WhenACodeIsQueuedAndSent_ShouldNotHoldItInClear(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Passcodes:EmailVerification:Length"] = "12" });
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        var queued = await DumpAsync(server);
        var code = await server.CodeToAsync(Address);
        await ada.GuessAsync(GuessByGet);

        var all = queued + await DumpAsync(server);

        all.Should().Contain("secret-mailbox", "else nothing was read");
        all.Should().NotContain(code).And.NotContain(GuessByGet);
    }

    /// <summary>All that the database holds: the file as it is, or all rows.</summary>
    private static async Task<string> DumpAsync(OtpServer server)
    {
        if (server.Database.Provider == DatabaseProvider.Sqlite)
        {
            var files = Directory.GetFiles(server.Database.DataDirectory, "otp.db*");
            return string.Concat(await Task.WhenAll(files.Select(async file =>
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
                return await reader.ReadToEndAsync();
            })));
        }

        return await server.Database.DumpAsync();
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("Logging:Console:FormatterOptions:IncludeScopes", "false", false)]
    [InlineData("Logging:Console:FormatterOptions:IncludeScopes", "true", true)]
    [InlineData("Logging:Captured:IncludeScopes", "True", true)]
    [InlineData("Logging:CaptureScopes", "true", true)]
    public async Task Scopes_WhenNoProviderWritesThem_ShouldNotBeKept(string? setting, string? value, bool areKept)
    {
        var settings = new Dictionary<string, string?>();
        if (setting is not null)
        {
            settings[setting] = value;
        }

        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, settings);

        server.Services.GetRequiredService<IOptions<LoggerFilterOptions>>().Value.CaptureScopes.Should().Be(areKept);
    }
}
