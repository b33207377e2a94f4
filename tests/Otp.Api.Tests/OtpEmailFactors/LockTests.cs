using System.Net;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

public sealed class LockTests
{
    private const string User = "gigi";
    private const string Address = "gigi@mouse.com";
    private const string OtherAddress = "gigi@second.example";

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-14")]
    public async Task Verify_WhenAttemptsAreUsedUp_ShouldAnswerTheLastAsWrongAndLockForOneLifetime(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var (id, code) = await server.ChallengedAsync(gigi, Address);
        foreach (var (guess, index) in FactorSteps.WrongFor(code).Take(5).Select((guess, index) => (guess, index)))
        {
            var wrong = await gigi.VerifyChallengeAsync(id, guess);
            wrong.Status.Should().Be(HttpStatusCode.BadRequest);
            wrong.ErrorName.Should().Be("InvalidPasscodeError");
            wrong.Error["data"]!.ToJsonString().Should().Be(
                $$"""{"numberOfAttempts":{{index + 1}},"remainingAttempts":{{4 - index}},"isMaxAttempts":{{(index == 4 ? "true" : "false")}}}""");
        }

        var mails = (await server.MailsToAsync(Address)).Count;
        foreach (var refused in new[] { await gigi.VerifyChallengeAsync(id, code), await gigi.CreateChallengeAsync(), await gigi.ResendChallengeAsync(id) })
        {
            refused.Status.Should().Be(HttpStatusCode.TooManyRequests);
            refused.ErrorName.Should().Be("TooManyRequestsError");
            refused.RetryAfter.Should().Be(TimeSpan.FromMinutes(5));
            ((string)refused.Error["data"]!["retryAt"]!).Should().Be("2026-01-01T00:05:00.000Z");
        }

        (await gigi.AddFactorAsync(User, new { address = OtherAddress })).RpcId.Should().Be("COMMAND-S6h4R", "registrations and challenges share the budget");
        server.Time.Advance(TimeSpan.FromSeconds(299));
        (await gigi.CreateChallengeAsync()).RetryAfter.Should().Be(TimeSpan.FromSeconds(1));
        (await server.MailsToAsync(Address)).Should().HaveCount(mails, "nothing is sent while locked");
        (await server.StoredFactorsAsync(User)).Challenges.Should().ContainSingle();

        server.Time.Advance(TimeSpan.FromSeconds(1));
        var (next, nextCode) = await server.ChallengedAsync(gigi, Address);
        ((int)(await gigi.ChallengeAsync(next)).Results["numberOfAttempts"]!).Should().Be(0);
        (await gigi.VerifyChallengeAsync(next, nextCode)).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-05")]
    public async Task Lock_WhenAttemptsAreUsedUpAgainAndAgain_ShouldDoubleUpToADay(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, FactorSteps.NoRecipientLimits);
        await server.AsUserWithFactorAsync(User, Address);
        foreach (var minutes in new[] { 5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440 })
        {
            var gigi = server.As(User);
            var (id, code) = await server.ChallengedAsync(gigi, Address);
            await gigi.ExhaustAsync(id, code);
            var locked = await gigi.CreateChallengeAsync();
            locked.RetryAfter.Should().Be(TimeSpan.FromMinutes(minutes));
            server.Time.Advance(locked.RetryAfter);
        }

        // A success ends the series.
        var again = server.As(User);
        var (last, lastCode) = await server.ChallengedAsync(again, Address);
        await again.VerifyChallengeAsync(last, lastCode).OkAsync();
        var (first, firstCode) = await server.ChallengedAsync(again, Address);
        await again.ExhaustAsync(first, firstCode);
        (await again.CreateChallengeAsync()).RetryAfter.Should().Be(TimeSpan.FromMinutes(5));
    }

    [Theory, BothDatabases]
    public async Task Lock_WhenARegistrationIsExhausted_ShouldLastItsLifetimeAndTheNextTwiceThat(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var (added, code) = await server.MailedAsync(OtherAddress, () => gigi.AddFactorAsync(User, new { address = OtherAddress }));
        foreach (var guess in FactorSteps.WrongFor(code).Take(5))
        {
            (await gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), guess)).RpcId.Should().Be("CODE-woT0xc");
        }

        var right = await gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), code);
        right.RpcId.Should().Be("COMMAND-S6h4R");
        right.RetryAfter.Should().Be(TimeSpan.FromMinutes(15));
        (await gigi.CreateChallengeAsync()).RetryAfter.Should().Be(TimeSpan.FromMinutes(15));

        server.Time.Advance(TimeSpan.FromMinutes(15));
        var (id, challengeCode) = await server.ChallengedAsync(gigi, Address);
        await gigi.ExhaustAsync(id, challengeCode);
        (await gigi.CreateChallengeAsync()).RetryAfter.Should().Be(TimeSpan.FromMinutes(30));
    }

    [Theory, BothDatabases]
    public async Task Unlock_WhenLocked_ShouldEndLockCountAndSeriesAndKillCodes(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var admin = server.AsOperator();
        var (other, otherCode) = await server.ChallengedAsync(gigi, Address);
        var (registered, registrationCode) = await server.MailedAsync(OtherAddress, () => gigi.AddFactorAsync(User, new { address = OtherAddress }));
        var (id, code) = await server.ChallengedAsync(gigi, Address);
        await gigi.ExhaustAsync(id, code);

        var unlocked = await admin.UnlockAsync(User).OkAsync();

        unlocked.Text.Should().Be("""{"status":"ok"}""");
        foreach (var dead in new[] { await gigi.VerifyChallengeAsync(id, code), await gigi.VerifyChallengeAsync(other, otherCode) })
        {
            dead.Status.Should().Be(HttpStatusCode.NotFound, "the codes died with the lock");
        }

        (await gigi.VerifyFactorAsync(User, registered.Result("otpEmailId"), registrationCode)).RpcId.Should().Be("CODE-woT0xc");
        (await gigi.ChallengeAsync(id)).Results.ContainsKey("lockedUntil").Should().BeFalse();
        var (next, nextCode) = await server.ChallengedAsync(gigi, Address);
        ((int)(await gigi.ChallengeAsync(next)).Results["numberOfAttempts"]!).Should().Be(0);
        await gigi.ExhaustAsync(next, nextCode);
        (await gigi.CreateChallengeAsync()).RetryAfter.Should().Be(TimeSpan.FromMinutes(5), "the series has ended, too");
    }

    [Theory, BothDatabases]
    public async Task Unlock_WhenTheVerificationIsLocked_ShouldEndThatToo(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);
        var (_, code) = await server.MailedAsync(Address, () => gigi.SetEmailAsync(Address));
        foreach (var guess in FactorSteps.WrongFor(code).Take(5))
        {
            (await gigi.VerifyEmailAsync(guess)).RpcId.Should().Be("CODE-woT0xc");
        }

        (await gigi.VerifyEmailAsync(code)).RpcId.Should().Be("COMMAND-S6h4R");
        (await gigi.SetEmailAsync(OtherAddress)).RpcId.Should().Be("COMMAND-S6h4R");
        ((string)(await gigi.MyEmailAsync()).Results["email"]!["email"]!).Should().Be(Address, "what is refused changes nothing");

        await server.AsOperator().UnlockAsync(User).OkAsync();

        (await gigi.VerifyEmailAsync(code)).RpcId.Should().Be("CODE-woT0xc", "the code died with the lock");
        await server.VerifyAddressAsync(gigi, OtherAddress);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-04")]
    public async Task Budget_WhenCodesAreRenewedInEveryWay_ShouldNotBeRestored(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var (id, code) = await server.ChallengedAsync(gigi, Address);
        var wrong = FactorSteps.WrongFor(code).First();
        await gigi.VerifyChallengeAsync(id, wrong);

        server.Time.Advance(TimeSpan.FromSeconds(60));
        await gigi.ResendChallengeAsync(id).OkAsync();
        (await AttemptsAfterAsync(gigi, id, wrong)).Should().Be(2, "a resend does not restore it");

        server.Time.Advance(TimeSpan.FromMinutes(5));
        (await gigi.VerifyChallengeAsync(id, wrong)).ErrorName.Should().Be("PasscodeExpiredError");
        var (second, _) = await server.ChallengedAsync(gigi, Address);
        (await AttemptsAfterAsync(gigi, second, wrong)).Should().Be(3, "neither expiry nor a new challenge does");

        await gigi.RemoveContactFactorAsync().OkAsync();
        await gigi.AddContactFactorAsync().OkAsync();
        var (third, _) = await server.ChallengedAsync(gigi, Address);
        (await AttemptsAfterAsync(gigi, third, wrong)).Should().Be(4, "removing and adding the factor does not");

        var added = await server.AsOperator().AddFactorAsync(User, new { address = OtherAddress, returnCode = new { } }).OkAsync();
        await gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), added.Result("verificationCode")).OkAsync();
        (await server.StoredFactorsAsync(User)).Budget.FailedAttempts.Should().Be(4, "a success at another address does not launder them");
        (await AttemptsAfterAsync(gigi, third, wrong)).Should().Be(5);
        (await gigi.CreateChallengeAsync()).Status.Should().Be(HttpStatusCode.TooManyRequests);
    }

    [Theory, BothDatabases]
    public async Task Budget_WhenADayPassesWithoutAWrongGuess_ShouldBeWhole(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var (id, code) = await server.ChallengedAsync(gigi, Address);
        await gigi.VerifyChallengeAsync(id, FactorSteps.WrongFor(code).First());

        server.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        var (before, _) = await server.ChallengedAsync(server.As(User), Address);
        ((int)(await server.As(User).ChallengeAsync(before)).Results["numberOfAttempts"]!).Should().Be(1);
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        ((int)(await server.As(User).ChallengeAsync(before)).Results["numberOfAttempts"]!).Should().Be(0);
    }

    [Theory, BothDatabases]
    public async Task Budget_WhenAGuessIsBadlyShapedOrLate_ShouldNotBeCharged(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var (id, code) = await server.ChallengedAsync(gigi, Address);
        foreach (var guess in new[] { "", " ", "1234567", "123456789", "abcdefgh", "١٢٣٤٥٦٧٨", "１２３４５６７８", "1234567\0", new string('1', 300) })
        {
            var refused = await gigi.VerifyChallengeAsync(id, guess);
            refused.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
            refused.ErrorName.Should().Be("ValidateError");
            refused.Error["data"]!["passcode"]!.AsObject().Select(member => member.Key).Should().Equal("message");
        }

        (await gigi.VerifyChallengeAsync(id, $"\u00A0{code[..4]}-{code[4..]} ")).IsVerified.Should().BeTrue();
        (await server.StoredFactorsAsync(User)).Budget.FailedAttempts.Should().Be(0);
    }

    private static async Task<int> AttemptsAfterAsync(OtpCaller user, string challengeId, string guess) =>
        (int)(await user.VerifyChallengeAsync(challengeId, guess)).Error["data"]!["numberOfAttempts"]!;
}
