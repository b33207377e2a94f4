using System.Net;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.EmailVerifications;

/// <summary>Where the user's address comes from, and what becomes of a code when it changes.</summary>
public sealed class AddressTests
{
    private const string Old = "old@example.com";
    private const string New = "new@example.com";

    [Theory, BothDatabases]
    [Trait("Rule", "13")]
    public async Task Send_WhenTheTokenIsOlderThanTheLastOne_ShouldSeeTheStoredAddress(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var older = server.As("ada", Old);
        await older.RequestCodeAsync();
        await server.DeliverAsync();
        server.Time.Advance(TimeSpan.FromMinutes(1));
        var newer = server.As("ada", New);
        await newer.RequestCodeAsync();
        var code = await server.CodeToAsync(New);
        server.Time.Advance(TimeSpan.FromMinutes(1));

        EmailOf(await older.StatusAsync()).Should().Be(New);
        EmailOf(await older.GuessAsync("wrong")).Should().Be(New);
        EmailOf(await older.RequestCodeAsync()).Should().Be(New);
        (await server.MailsToAsync(Old)).Should().ContainSingle("that of the first code");
        (await server.MailsToAsync(New)).Should().HaveCount(2);
        (await newer.VerifyAsync(code)).IsVerified.Should().BeFalse("it was replaced");
        (await older.VerifyAsync(await server.CodeToAsync(New))).IsVerified.Should().BeTrue();
        EmailOf(await newer.StatusAsync()).Should().Be(New);
    }

    [Theory, BothDatabases]
    [Trait("Rule", "14")]
    [Trait("Requirement", "SEC-07")]
    public async Task Guess_WhenTheAddressChanged_ShouldFailWithTheOldCode(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.As("ada", Old).RequestCodeAsync();
        var code = await server.CodeToAsync(Old);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        var moved = server.As("ada", New);

        var answer = await moved.VerifyAsync(code);

        answer.IsVerified.Should().BeFalse();
        answer.Results.ContainsKey("otp").Should().BeFalse("the code died with the address");
        (await server.MailsToAsync(New)).Should().BeEmpty("the new address gets no mail until asked for");
        server.Time.Advance(TimeSpan.FromSeconds(1));
        (await server.As("ada", Old).VerifyAsync(code)).IsVerified.Should().BeFalse("the way back does not bring it back");
    }

    [Theory, BothDatabases]
    [Trait("Rule", "14")]
    [Trait("Requirement", "SEC-25")]
    public async Task RequestCode_WhenAVerifiedAddressChanges_ShouldTellTheOldOneAndVerifyAnew(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.As("ada", Old).VerifyAddressAsync(server, Old);
        server.Time.Advance(TimeSpan.FromMinutes(1));
        var moved = server.As("ada", New);

        var answer = await moved.RequestCodeAsync();

        EmailOf(answer).Should().Be(New);
        answer.IsVerified.Should().BeFalse();
        var notice = (await server.MailsToAsync(Old))[0];
        notice.Passcode.Should().BeNull();
        notice.Text.Should().NotContain(New, "whoever reads the old mailbox may be someone else by now");
        var mail = (await server.MailsToAsync(New)).Should().ContainSingle().Which;
        notice.Text.Should().NotContain(mail.Passcode);
        (await moved.VerifyAsync(mail.Passcode!)).IsVerified.Should().BeTrue();
        (await server.MailsToAsync(Old)).Should().HaveCount(2, "one code and one notice");
    }

    [Theory, BothDatabases]
    [Trait("Rule", "13")]
    public async Task Send_WhenTheTokenHasNoAddress_ShouldUseTheStoredOne(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.As("ada", Old).RequestCodeAsync();

        var plain = server.As("ada");

        EmailOf(await plain.StatusAsync()).Should().Be(Old);
        (await plain.VerifyAsync(await server.CodeToAsync(Old))).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    [Trait("Rule", "16")]
    public async Task Send_WhenOnlyTheSpellingChanges_ShouldStayVerified(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.As("ada", Old).VerifyAddressAsync(server, Old);
        server.Time.Advance(TimeSpan.FromMinutes(1));

        var answer = await server.As("ada", "OLD@Example.com").RequestCodeAsync();

        answer.IsVerified.Should().BeTrue();
        EmailOf(answer).Should().Be("OLD@Example.com");
        (await server.MailsToAsync(Old)).Should().ContainSingle("no notice: it is the same address");
    }

    [Theory]
    [BothDatabases(false)]
    [BothDatabases(true)]
    [Trait("Rule", "13")]
    public async Task Status_WhenTheProviderSaysVerified_ShouldBelieveItOnlyWhereConfigured(DatabaseProvider provider, bool isTrusted)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Identity:TrustEmailVerifiedClaim"] = isTrusted ? "true" : "false" });
        var ada = server.As("ada", Old, ("email_verified", true));

        (await ada.StatusAsync()).IsVerified.Should().Be(isTrusted);
        (await ada.RequestCodeAsync()).IsVerified.Should().Be(isTrusted);
        (await server.MailsToAsync(Old)).Should().HaveCount(isTrusted ? 0 : 1);
        (await server.As("eve", Old, ("email_verified", false)).StatusAsync()).IsVerified.Should().BeFalse();
    }

    [Theory, BothDatabases]
    [Trait("Rule", "11")]
    public async Task RequestCode_WhenStrangersUsedUpTheLimitOfAVerifiedAddress_ShouldStillServeItsUser(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.As("ada", Old).VerifyAddressAsync(server, Old);
        server.Time.Advance(TimeSpan.FromMinutes(1));
        await server.As("ada", New).RequestCodeAsync();
        server.Time.Advance(TimeSpan.FromMinutes(1));
        for (var stranger = 0; stranger < 5; stranger++)
        {
            await server.As($"stranger-{stranger}", Old).RequestCodeAsync();
        }

        (await server.As("stranger", Old).RequestCodeAsync()).Status.Should().Be(HttpStatusCode.TooManyRequests);
        (await server.As("ada", Old).RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK, "it was verified for this user");
    }

    private static string EmailOf(OtpAnswer answer) => (string)answer.Results["email"]!;
}
