using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Common;
using Otp.Application.EmailVerifications;
using Otp.Application.EmailVerifications.RequestPasscode;
using Otp.Application.EmailVerifications.SetEmail;
using Otp.Application.EmailVerifications.VerifyPasscode;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Application.Tests.EmailVerifications;

/// <summary>Who may be mailed how often, and what is said to those who have to wait (rules 8, 9 and 11), through the use cases on real databases.</summary>
public sealed class RecipientLimitTests
{
    private const string Ada = "ada@example.com";

    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-12")]
    public async Task RequestPasscode_WhenFiveWereSentInTenMinutes_ShouldBeRefusedUntilTheFirstIsTenMinutesOld(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var start = server.Time.GetUtcNow();
        for (var code = 0; code < 5; code++)
        {
            (await RequestAsync(server, "ada", Ada)).IsSuccess.Should().BeTrue();
            server.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var refused = await RequestAsync(server, "ada", Ada);

        (refused.Error!.Code, refused.Error.Kind, refused.Error.RetryAt).Should().Be(("Recipient.TooManyMails", ErrorKind.TooManyRequests, start.AddMinutes(10)));
        await ShouldSucceedExactlyAtAsync(server, refused.Error.RetryAt!.Value, () => RequestAsync(server, "ada", Ada));
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-14")]
    public async Task RequestPasscode_WhenIntervalAndLimitBothRefuse_ShouldNameTheLaterTime(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var start = server.Time.GetUtcNow();
        for (var code = 0; code < 5; code++)
        {
            (await RequestAsync(server, "ada", Ada)).IsSuccess.Should().BeTrue();
            server.Time.Advance(TimeSpan.FromSeconds(code == 4 ? 30 : 60));
        }

        var refused = await RequestAsync(server, "ada", Ada);

        (refused.Error!.Code, refused.Error.RetryAt).Should().Be(("Passcode.TooSoon", start.AddMinutes(10)), "the interval is over earlier, but waiting for it is not enough");
        await ShouldSucceedExactlyAtAsync(server, refused.Error.RetryAt!.Value, () => RequestAsync(server, "ada", Ada));
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-14")]
    public async Task RequestPasscode_WhenTheLimitIsLongerThanTheLock_ShouldNameTheLimit(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Limits:RecipientBurst:PermitLimit"] = "1", ["Limits:RecipientBurst:Window"] = "06:00:00" });
        var start = server.Time.GetUtcNow();
        await RequestAsync(server, "ada", Ada);
        await LockAsync(server, "ada", Ada);

        var refused = await RequestAsync(server, "ada", Ada);

        (refused.Error!.Code, refused.Error.RetryAt).Should().Be(("Passcode.Locked", start.AddHours(6)));
        await ShouldSucceedExactlyAtAsync(server, refused.Error.RetryAt!.Value, () => RequestAsync(server, "ada", Ada));
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-14")]
    public async Task RequestPasscode_WhenTheLockIsLongerThanTheLimit_ShouldNameTheLock(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Limits:RecipientBurst:PermitLimit"] = "1" });
        await RequestAsync(server, "ada", Ada);
        server.Time.Advance(TimeSpan.FromMinutes(5));
        await LockAsync(server, "ada", Ada);

        var refused = await RequestAsync(server, "ada", Ada);

        (refused.Error!.Code, refused.Error.RetryAt).Should().Be(("Passcode.Locked", server.Time.GetUtcNow().AddMinutes(15)));
        await ShouldSucceedExactlyAtAsync(server, refused.Error.RetryAt!.Value, () => RequestAsync(server, "ada", Ada));
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-12")]
    public async Task RequestPasscode_WhenTwentyWereSentInADay_ShouldBeRefusedUntilTheFirstIsADayOld(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var start = server.Time.GetUtcNow();
        for (var code = 0; code < 20; code++)
        {
            (await RequestAsync(server, "ada", Ada)).IsSuccess.Should().BeTrue();
            server.Time.Advance(TimeSpan.FromMinutes(3));
        }

        var refused = await RequestAsync(server, "ada", Ada);

        refused.Error!.RetryAt.Should().Be(start.AddHours(24));
        await ShouldSucceedExactlyAtAsync(server, refused.Error.RetryAt!.Value, () => RequestAsync(server, "ada", Ada));
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-12")]
    public async Task RequestPasscode_WhenAddressesDifferInTagAndCaseAlone_ShouldCountThemTogether(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        string[] spellings = ["ada@example.com", "ADA@example.com", "ada+1@example.com", "ada+2+3@EXAMPLE.com", "Ada+x@example.com"];
        for (var user = 0; user < 5; user++)
        {
            (await RequestAsync(server, $"user-{user}", spellings[user])).IsSuccess.Should().BeTrue();
        }

        (await RequestAsync(server, "user-5", "ada+other@example.com")).Error!.Code.Should().Be("Recipient.TooManyMails");
        (await RequestAsync(server, "user-6", "ada@example.org")).IsSuccess.Should().BeTrue("another domain is another recipient");
    }

    [Theory, BothDatabases]
    public async Task RequestPasscode_WhenItIsRefused_ShouldNeitherCountNorMailNorKillTheLiveCode(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await RequestAsync(server, "ada", Ada);
        for (var again = 0; again < 20; again++)
        {
            (await RequestAsync(server, "ada", Ada)).Error!.Code.Should().Be("Passcode.TooSoon");
        }

        var code = await server.CodeToAsync(Ada);
        (await server.MailsToAsync(Ada)).Should().ContainSingle();
        server.Time.Advance(TimeSpan.FromSeconds(60) - Millisecond);
        (await RequestAsync(server, "ada", Ada)).IsSuccess.Should().BeFalse();
        (await VerifyAsync(server, "ada", Ada, code)).Value.Status.IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    public async Task SetEmail_WhenStrangersUsedUpTheAddress_ShouldStillServeWhoseItIsProvenToBe(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        (await SetAsync(server, "owner", Ada)).IsSuccess.Should().BeTrue();
        (await VerifyAsync(server, "owner", null, await server.CodeToAsync(Ada))).Value.Status.IsVerified.Should().BeTrue();
        (await SetAsync(server, "owner", "new@example.com")).IsSuccess.Should().BeTrue();
        server.Time.Advance(TimeSpan.FromMinutes(1));
        for (var stranger = 0; stranger < 4; stranger++)
        {
            (await RequestAsync(server, $"stranger-{stranger}", Ada)).IsSuccess.Should().BeTrue();
        }

        (await RequestAsync(server, "stranger-4", Ada)).Error!.Code.Should().Be("Recipient.TooManyMails");

        (await SetAsync(server, "owner", Ada)).IsSuccess.Should().BeTrue();
    }

    [Theory, BothDatabases]
    public async Task SetEmail_WhenTheCodeWouldBeRefused_ShouldChangeNothing(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await SetAsync(server, "ada", Ada);
        var code = await server.CodeToAsync(Ada);

        var refused = await SetAsync(server, "ada", "new@example.com");

        refused.Error!.Code.Should().Be("Passcode.TooSoon");
        (await server.MailsToAsync("new@example.com")).Should().BeEmpty();
        var status = (await VerifyAsync(server, "ada", null, code)).Value.Status;
        (status.Email, status.IsVerified).Should().Be((Ada, true), "the address stands and its code lives");
    }

    [Theory, BothDatabases]
    public async Task SetEmail_WhenItIsRefusedForGood_ShouldNotAskToWait(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await SetAsync(server, "ada", Ada);

        (await SetAsync(server, "ada", "ADA@example.com")).Error.Should().Be(EmailVerificationErrors.AddressUnchanged);
        await RequestAsync(server, "bob", "bob@example.com");
        (await SetAsync(server, "bob", "new@example.com")).Error.Should().Be(EmailVerificationErrors.AddressOwnedByProvider);
        (await SetAsync(server, "ada", "not an address")).Error!.Fields.Should().Equal(new FieldError("email", "must be one e-mail address", "not an address"));
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-25")]
    public async Task SetEmail_WhenNoticesExceedTheirLimit_ShouldSendOneSummaryLaterAndNeverRefuse(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new()
        {
            ["Limits:RecipientNotices:PermitLimit"] = "2",
            ["Limits:RecipientBurst:Enabled"] = "false",
            ["Limits:RecipientDaily:Enabled"] = "false",
            ["Passcodes:EmailVerification:ResendInterval"] = "00:00:00",
        });
        var start = server.Time.GetUtcNow();
        await SetAsync(server, "ada", Ada);
        (await VerifyAsync(server, "ada", null, await server.CodeToAsync(Ada))).Value.Status.IsVerified.Should().BeTrue();
        for (var change = 0; change < 6; change++)
        {
            // Away, which the old address is told about, and back, which nobody is.
            (await SetAsync(server, "ada", $"new-{change}@example.com")).IsSuccess.Should().BeTrue();
            (await SetAsync(server, "ada", Ada)).IsSuccess.Should().BeTrue();
            server.Time.Advance(Millisecond);
        }

        (await NoticesAsync(server)).Should().HaveCount(2).And.OnlyContain(text => !text.Contains("several times"));
        server.Time.Advance(start.AddHours(24) - server.Time.GetUtcNow() - Millisecond);
        (await NoticesAsync(server)).Should().HaveCount(2);
        server.Time.Advance(Millisecond);
        (await NoticesAsync(server)).Should().HaveCount(3).And.ContainSingle(text => text.Contains("several times"));
        server.Time.Advance(TimeSpan.FromDays(2));
        (await SetAsync(server, "ada", "later@example.com")).IsSuccess.Should().BeTrue();
        (await NoticesAsync(server)).Should().HaveCount(4).And.ContainSingle(text => text.Contains("several times"));
    }

    [Theory, BothDatabases]
    public async Task RequestPasscode_WhenTheLimitsAreOff_ShouldCountNothing(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new()
        {
            ["Limits:RecipientBurst:Enabled"] = "false",
            ["Limits:RecipientDaily:Enabled"] = "false",
            ["Passcodes:EmailVerification:ResendInterval"] = "00:00:00",
        });
        for (var code = 0; code < 25; code++)
        {
            (await RequestAsync(server, "ada", Ada)).IsSuccess.Should().BeTrue();
        }

        await using var scope = server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<OtpDbContext>().RecipientAllowances.Should().BeEmpty();
    }

    private static async Task ShouldSucceedExactlyAtAsync(OtpServer server, DateTimeOffset retryAt, Func<Task<Result<EmailVerificationDto>>> request)
    {
        server.Time.Advance(retryAt - server.Time.GetUtcNow() - Millisecond);
        var early = await request();
        early.Error!.RetryAt.Should().Be(retryAt, "asking again does not move it");
        server.Time.Advance(Millisecond);
        (await request()).Error.Should().BeNull("waiting that long is enough");
    }

    private static async Task LockAsync(OtpServer server, string user, string address)
    {
        for (var guess = 0; guess < 5; guess++)
        {
            await VerifyAsync(server, user, address, "no code");
        }
    }

    private static async Task<List<string>> NoticesAsync(OtpServer server) =>
        [.. (await server.MailsToAsync(Ada)).Where(mail => mail.Passcode is null).Select(mail => mail.Text)];

    private static Subject SubjectOf(OtpServer server, string user, string? address) => Subject.Self(
        new UserIdentity(user, server.Time.GetUtcNow()) { ResourceOwner = "org", Email = address is null ? null : EmailAddress.Parse(address) }, null);

    private static Task<Result<EmailVerificationDto>> RequestAsync(OtpServer server, string user, string? address) =>
        SendAsync(server, new RequestPasscodeCommand(SubjectOf(server, user, address), new PasscodeDelivery.ByMail()));

    private static Task<Result<EmailVerificationDto>> SetAsync(OtpServer server, string user, string address) =>
        SendAsync(server, new SetEmailCommand(SubjectOf(server, user, null), address, new PasscodeDelivery.ByMail()));

    private static Task<Result<EmailVerificationDto>> VerifyAsync(OtpServer server, string user, string? address, string code) =>
        SendAsync(server, new VerifyPasscodeCommand(SubjectOf(server, user, address), Passcode.FromInput(code), GuessStyle.AnyShapeAsStatus));

    private static async Task<Result<EmailVerificationDto>> SendAsync(OtpServer server, IRequest<Result<EmailVerificationDto>> request)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }
}
