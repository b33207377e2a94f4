using System.Net;
using Otp.Api.Tests.OtpEmailFactors;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Errors;

public sealed class TooManyRequestsTests
{
    private const string Address = "ada@example.com";

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-14")]
    [Trait("Rule", "8")]
    public async Task RequestCode_WhenWithinTheResendInterval_ShouldAnswer429UntilItIsOver(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync(Address);
        server.Time.Advance(TimeSpan.FromMilliseconds(12_345));

        var refused = await ada.RequestCodeAsync();

        ((string)refused.Error["data"]!["retryAt"]!).Should().Be("2026-01-01T00:01:00.000Z");
        refused.RetryAfter.Should().Be(TimeSpan.FromSeconds(48));
        (await server.MailsToAsync(Address)).Should().ContainSingle("nothing is sent");
        await refused.ShouldPassAfterRetryAfterAsync(server, ada.RequestCodeAsync);
        (await server.MailsToAsync(Address)).Should().HaveCount(2);
        (await server.CodeToAsync(Address)).Should().NotBe(code);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-14")]
    [Trait("Rule", "8")]
    public async Task RequestCode_WhenRefusedWithinTheInterval_ShouldKeepTheOldCodeAlive(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();

        (await ada.RequestCodeAsync()).ShouldBeError(HttpStatusCode.TooManyRequests, "TooManyRequestsError");

        (await ada.VerifyAsync(await server.CodeToAsync(Address))).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-14")]
    [Trait("Requirement", "SEC-05")]
    [Trait("Rule", "9")]
    public async Task RequestCode_WhenLocked_ShouldAnswer429UntilTheLockEnds(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync(Address);
        server.Time.Advance(TimeSpan.FromMilliseconds(70_250));
        await ada.GuessWrongAsync(code, 5);
        server.Time.Advance(TimeSpan.FromMilliseconds(500));

        var refused = await ada.RequestCodeAsync();

        refused.RetryAfter.Should().Be(TimeSpan.FromMinutes(15), "899.5 s are left");
        (await server.MailsToAsync(Address)).Should().ContainSingle("nothing is sent");
        await refused.ShouldPassAfterRetryAfterAsync(server, ada.RequestCodeAsync);
        (await ada.StatusAsync()).Attempts.Should().Be(0, "after a lock, counting starts anew");
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-14")]
    [Trait("Rule", "9")]
    public async Task RequestCode_WhenTheLockIsShorterThanTheInterval_ShouldNameTheLaterOfBoth(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new()
        {
            ["Passcodes:EmailVerification:Lifetime"] = "00:01:00",
            ["Passcodes:EmailVerification:ResendInterval"] = "00:05:00",
        });
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        await ada.GuessWrongAsync(await server.CodeToAsync(Address), 5);

        var refused = await ada.RequestCodeAsync();

        refused.RetryAfter.Should().Be(TimeSpan.FromMinutes(5));
        await refused.ShouldPassAfterRetryAfterAsync(server, ada.RequestCodeAsync);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-14")]
    [Trait("Requirement", "SEC-12")]
    [Trait("Rule", "11")]
    public async Task RequestCode_WhenFiveMailsWentToAnAddressIn10Minutes_ShouldAnswer429AcrossUsersAndTags(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        string[] spellings = [Address, "ada+1@example.com", "ADA@example.com", "ada+two@EXAMPLE.com", "Ada+@Example.Com"];
        foreach (var (spelling, number) in spellings.Select((spelling, number) => (spelling, number)))
        {
            (await server.As($"user-{number}", spelling).RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK);
            server.Time.Advance(TimeSpan.FromMilliseconds(1500));
        }

        var another = server.As("another", "ada+more@example.com");
        var refused = await another.RequestCodeAsync();

        refused.RetryAfter.Should().Be(TimeSpan.FromSeconds(593), "the first mail went out 7.5 s ago");
        (await another.StatusAsync()).Results.ContainsKey("otp").Should().BeFalse();
        (await server.As("other", "bob@example.com").RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK, "another address is not affected");
        await refused.ShouldPassAfterRetryAfterAsync(server, another.RequestCodeAsync);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-14")]
    [Trait("Rule", "11")]
    public async Task RequestCode_When20MailsWentToAnAddressInADay_ShouldAnswer429UntilTheDayIsOver(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        for (var sent = 0; sent < 20; sent++)
        {
            (await server.As($"user-{sent}", Address).RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK);
            server.Time.Advance(TimeSpan.FromMinutes(3));
        }

        // The token is issued now and lasts an hour, and the wait is longer: a new one each time.
        Task<OtpAnswer> Another() => server.As("another", Address).RequestCodeAsync();
        var refused = await Another();

        refused.RetryAfter.Should().Be(TimeSpan.FromHours(23));
        await refused.ShouldPassAfterRetryAfterAsync(server, Another);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-14")]
    [Trait("Rule", "11")]
    public async Task RequestCode_WhenTheIntervalIsShorterThanTheRecipientsLimit_ShouldNameTheLaterOfBoth(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        for (var user = 0; user < 4; user++)
        {
            await server.As($"user-{user}", Address).RequestCodeAsync();
        }

        await ada.RequestCodeAsync();

        var refused = await ada.RequestCodeAsync();

        refused.RetryAfter.Should().Be(TimeSpan.FromMinutes(10));
        await refused.ShouldPassAfterRetryAfterAsync(server, ada.RequestCodeAsync);
    }

    [Theory, BothDatabases]
    [Trait("Rule", "11")]
    public async Task RequestCode_WhenManyNoticesWentToTheAddress_ShouldSendAsTheyHaveACapOfTheirOwn(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = await server.AsUserWithFactorAsync("ada", Address);
        for (var change = 0; change < 6; change++)
        {
            await ada.RemoveContactFactorAsync().OkAsync();
            await ada.AddContactFactorAsync().OkAsync();
        }

        (await server.MailsToAsync(Address)).Should().HaveCount(14, "a code, and a notice of each change");
        await server.As("another", Address).RequestCodeAsync().OkAsync();
        await ada.CreateChallengeAsync().OkAsync();
    }

    [Theory, BothDatabases]
    [Trait("Rule", "11")]
    public async Task RequestCode_WhenTheLimitIsSwitchedOff_ShouldSend(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Limits:RecipientBurst:Enabled"] = "false" });

        for (var user = 0; user < 8; user++)
        {
            (await server.As($"user-{user}", Address).RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK);
        }
    }
}
