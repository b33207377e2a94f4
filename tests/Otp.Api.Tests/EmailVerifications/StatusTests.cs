using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.EmailVerifications;

/// <summary>From not verified to verified, and what a plain look says on the way.</summary>
public sealed class StatusTests
{
    private const string Address = "Ada.L+x@Example.COM";

    [Theory, BothDatabases]
    public async Task Journey_WhenNothingGoesWrong_ShouldVerifyTheAddress(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);

        ShouldAnswer(await ada.StatusAsync(), """{"results":{"email":"Ada.L+x@Example.COM","isVerified":false},"status":"ok"}""");

        ShouldAnswer(await ada.RequestCodeAsync(), """
            {"results":{"email":"Ada.L+x@Example.COM","isVerified":false,
            "otp":{"createdAt":"2026-01-01T00:00:00.000Z","numberOfAttempts":0,"expiresAt":"2026-01-01T00:15:00.000Z","isExpired":false,"isMaxAttempts":false,
            "resendAvailableAt":"2026-01-01T00:01:00.000Z"},
            "delivery":{"state":"queued","changedAt":"2026-01-01T00:00:00.000Z"}},"status":"ok"}
            """);

        server.Time.Advance(TimeSpan.FromSeconds(2));
        var mail = (await server.MailsToAsync("ada.l+x@example.com")).Should().ContainSingle().Which;
        mail.To.Should().Be("Ada.L+x@Example.COM", "it is sent to the address as the user wrote it");
        mail.Passcode.Should().MatchRegex("^[0-9]{6}$");
        mail.Text.Should().Contain(mail.Passcode);
        mail.Html.Should().Contain(mail.Passcode);

        server.Time.Advance(TimeSpan.FromSeconds(10));
        ShouldAnswer(await ada.VerifyAsync(Guesses.Except(mail.Passcode!).First()), """
            {"results":{"email":"Ada.L+x@Example.COM","isVerified":false,
            "otp":{"createdAt":"2026-01-01T00:00:00.000Z","numberOfAttempts":1,"expiresAt":"2026-01-01T00:15:00.000Z","isExpired":false,"isMaxAttempts":false,
            "resendAvailableAt":"2026-01-01T00:01:00.000Z"},
            "delivery":{"state":"sent","changedAt":"2026-01-01T00:00:02.000Z"}},"status":"ok"}
            """);

        const string Verified = """
            {"results":{"email":"Ada.L+x@Example.COM","isVerified":true,"delivery":{"state":"sent","changedAt":"2026-01-01T00:00:02.000Z"}},"status":"ok"}
            """;
        ShouldAnswer(await ada.VerifyAsync(mail.Passcode!), Verified);
        ShouldAnswer(await ada.StatusAsync(), Verified);
        ShouldAnswer(await server.As("ada").StatusAsync(), Verified);
    }

    [Theory, BothDatabases]
    [Trait("Rule", "13")]
    [Trait("Requirement", "SEC-21")]
    public async Task GetStatus_WhenAsked_ShouldWriteNothing(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);

        (await server.As("ada", Address).StatusAsync()).Status.Should().Be(HttpStatusCode.OK);
        (await server.As("nobody").StatusAsync()).Status.Should().Be(HttpStatusCode.NotFound);
        (await server.Database.CountRowsAsync()).Should().Be(0);

        // Nor where a record exists, and the token says something newer.
        await server.As("ada", Address).RequestCodeAsync();
        var rows = await server.Database.CountRowsAsync();
        var before = await SequenceAsync(server);
        server.Time.Advance(TimeSpan.FromMinutes(1));
        var moved = server.As("ada", "new@example.com", ("name", "Ada"));

        var status = await moved.StatusAsync();

        ((string)status.Results["email"]!).Should().Be("new@example.com", "it answers from the token's claim");
        status.Results.ContainsKey("otp").Should().BeFalse("a code for the old address says nothing about the new one");
        (await server.Database.CountRowsAsync()).Should().Be(rows);
        (await SequenceAsync(server)).Should().Be(before);
        ((string)(await server.As("ada").StatusAsync()).Results["email"]!).Should().Be(Address);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-21")]
    public async Task Send_WhenHeadOrOptions_ShouldChangeNothing(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync(Address);
        var rows = await server.Database.CountRowsAsync();
        var sequence = await SequenceAsync(server);
        server.Time.Advance(TimeSpan.FromMinutes(2));

        foreach (var method in new[] { HttpMethod.Head, HttpMethod.Options })
        {
            foreach (var path in new[] { "otp", "status", $"status?passcode={code}", "status?passcode=000000", "verify" })
            {
                var answer = await ada.SendAsync(method, $"api/v1/user/me/email/{path}");
                answer.Status.Should().Be(HttpStatusCode.MethodNotAllowed);
            }
        }

        (await server.Database.CountRowsAsync()).Should().Be(rows);
        (await SequenceAsync(server)).Should().Be(sequence);
        (await ada.StatusAsync()).Attempts.Should().Be(0);
        (await ada.VerifyAsync(code)).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    [Trait("Rule", "15")]
    public async Task RequestCode_WhenTheAddressIsVerified_ShouldSendNothing(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.VerifyAddressAsync(server, Address);
        server.Time.Advance(TimeSpan.FromMinutes(30));

        var answer = await ada.RequestCodeAsync();

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.IsVerified.Should().BeTrue();
        answer.Results.ContainsKey("otp").Should().BeFalse();
        (await server.MailsToAsync(Address)).Should().ContainSingle("that of the first code");
    }

    [Theory, BothDatabases]
    public async Task Delivery_WhenACodeIsSent_ShouldGoFromQueuedToSent(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        StateOf(await ada.StatusAsync()).Should().BeNull("nothing was mailed");
        StateOf(await ada.RequestCodeAsync()).Should().Be("queued");

        await server.DeliverAsync();
        StateOf(await ada.StatusAsync()).Should().Be("sent");

        server.Time.Advance(TimeSpan.FromMinutes(1));
        StateOf(await ada.RequestCodeAsync()).Should().Be("queued", "it is that of the newest mail");
    }

    [Theory, BothDatabases]
    public async Task Delivery_WhenTheMailIsPurged_ShouldNotBeSaid(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        await using (var scope = server.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<OtpDbContext>().Database.ExecuteSqlRawAsync("DELETE FROM outbox_messages");
        }

        StateOf(await ada.StatusAsync()).Should().BeNull();
    }

    [Theory, BothDatabases]
    public async Task Delivery_WhenTheCodeExpiresBeforeItIsSent_ShouldBeExpired(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        server.Time.Advance(TimeSpan.FromMinutes(15));

        (await server.MailsToAsync(Address)).Should().BeEmpty("a dead code is not sent");

        StateOf(await ada.StatusAsync()).Should().Be("expired");
    }

    [Theory, BothDatabases]
    public async Task Delivery_WhenTheCodeDiesBeforeItIsSent_ShouldBeSuperseded(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        for (var guess = 0; guess < 5; guess++)
        {
            // Any shape counts here, and no code is letters.
            await ada.GuessAsync($"wrong {guess}");
        }

        (await server.MailsToAsync(Address)).Should().BeEmpty("a dead code is not sent");

        StateOf(await ada.StatusAsync()).Should().Be("superseded");
    }

    [Theory, BothDatabases]
    [Trait("Rule", "7")]
    public async Task Delivery_WhenACodeIsReplacedBeforeItIsSent_ShouldSendTheNewOneAlone(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        server.Time.Advance(TimeSpan.FromMinutes(1));
        await ada.RequestCodeAsync();

        var mails = await server.MailsToAsync(Address);

        mails.Should().ContainSingle();
        (await server.Database.ReadNumberAsync("SELECT COUNT(*) FROM outbox_messages WHERE state = 'Superseded'")).Should().Be(1);
        (await ada.VerifyAsync(mails[0].Passcode!)).IsVerified.Should().BeTrue();
    }

    private static void ShouldAnswer(OtpAnswer answer, string json)
    {
        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Headers["Content-Type"].Should().Be("application/json; charset=utf-8");
        answer.Headers["Cache-Control"].Should().Contain("no-store");
        answer.Text.Should().Be(json.ReplaceLineEndings(""));
    }

    private static string? StateOf(OtpAnswer answer) => (string?)answer.Results["delivery"]?["state"];

    private static Task<long> SequenceAsync(OtpServer server) => server.Database.ReadNumberAsync("SELECT sequence FROM email_verifications WHERE user_id = 'ada'");
}
