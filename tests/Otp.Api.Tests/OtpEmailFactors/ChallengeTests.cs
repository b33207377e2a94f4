using System.Net;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

public sealed class ChallengeTests(SharedOtpServer shared) : IClassFixture<SharedOtpServer>
{
    private static readonly string[] Always =
    [
        "challengeId", "otpEmailId", "email", "createdAt", "expiresAt", "numberOfAttempts", "isExpired", "isMaxAttempts", "isVerified", "resendAvailableAt",
    ];

    private readonly OtpServer _server = shared.Server;
    private readonly string _user = shared.NewUser();

    private string Address => $"{_user}@mouse.com";

    [Fact]
    public async Task Challenge_WhenMailed_ShouldShowExactlyItsMembers()
    {
        var now = _server.Time.GetUtcNow();
        var user = await _server.AsUserWithFactorAsync(_user, Address);

        var created = await user.CreateChallengeAsync().OkAsync();

        Members(created).Should().BeEquivalentTo([.. Always, "delivery"]);
        created.Result("email").Should().Be("u***@mouse.com");
        created.Result("createdAt").Should().Be(Text(now));
        created.Result("expiresAt").Should().Be(Text(now.AddMinutes(5)));
        created.Result("resendAvailableAt").Should().Be(Text(now.AddSeconds(60)));
        ((int)created.Results["numberOfAttempts"]!).Should().Be(0);
        foreach (var flag in new[] { "isExpired", "isMaxAttempts", "isVerified" })
        {
            ((bool)created.Results[flag]!).Should().BeFalse();
        }

        created.Results["delivery"]!.ToJsonString().Should().Be($$"""{"state":"queued","changedAt":"{{Text(now)}}"}""");
        created.Text.Should().NotContain(Address);
        created.Headers["Cache-Control"].Should().Be("no-store");
        (await user.ChallengeAsync(created.Result("challengeId"))).Text.Should().Be(created.Text);
        Guid.TryParseExact(created.Result("challengeId"), "D", out _).Should().BeTrue();
    }

    [Fact]
    [Trait("Requirement", "SEC-11")]
    public async Task Challenge_WhenReturned_ShouldShowTheCodeOnceAndNoDelivery()
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);

        var created = await _server.AsOperator().CreateChallengeOfAsync(_user, new { returnCode = new { } }).OkAsync();

        Members(created).Should().BeEquivalentTo([.. Always, "passcode"]);
        var read = await user.ChallengeAsync(created.Result("challengeId"));
        Members(read).Should().BeEquivalentTo(Always);
        read.Text.Should().NotContain(created.Result("passcode"));
        var verified = await user.VerifyChallengeAsync(created.Result("challengeId"), created.Result("passcode"));
        Members(verified).Should().BeEquivalentTo([.. Always, "verifiedAt"]);
        verified.Result("verifiedAt").Should().Be(Text(_server.Time.GetUtcNow()));
    }

    [Fact]
    [Trait("Requirement", "SEC-12")]
    public async Task Challenge_WhenCodesAreReturned_ShouldNotCountThemAsMails()
    {
        await using var server = await OtpServer.StartAsync(Infrastructure.Persistence.DatabaseProvider.Sqlite);
        var user = await server.AsUserWithFactorAsync(_user, Address);

        for (var number = 0; number < 7; number++)
        {
            await server.AsOperator().CreateChallengeOfAsync(_user, new { returnCode = new { } }).OkAsync();
        }

        for (var number = 0; number < 5; number++)
        {
            await user.CreateChallengeAsync().OkAsync();
        }

        (await user.CreateChallengeAsync()).Status.Should().Be(HttpStatusCode.TooManyRequests);
        await server.AsOperator().CreateChallengeOfAsync(_user, new { returnCode = new { } }).OkAsync();
        (await user.CreateChallengeAsync()).Status.Should().Be(HttpStatusCode.TooManyRequests, "a returned code makes no room for a mail either");
    }

    [Fact]
    public async Task Challenge_WhenAttemptsAreUsedUp_ShouldShowTheLock()
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var (id, code) = await _server.ChallengedAsync(user, Address);
        await user.ExhaustAsync(id, code);

        var locked = await user.ChallengeAsync(id);

        Members(locked).Should().BeEquivalentTo([.. Always, "delivery", "lockedUntil"]);
        locked.Result("lockedUntil").Should().Be(Text(_server.Time.GetUtcNow().AddMinutes(5)));
        ((bool)locked.Results["isMaxAttempts"]!).Should().BeTrue();
        ((int)locked.Results["numberOfAttempts"]!).Should().Be(5);

        _server.Time.Advance(TimeSpan.FromMinutes(5));
        var over = await user.ChallengeAsync(id);
        over.Results.ContainsKey("lockedUntil").Should().BeFalse();
        ((bool)over.Results["isMaxAttempts"]!).Should().BeTrue("this code is dead for good");
        ((bool)over.Results["isExpired"]!).Should().BeTrue();
    }

    [Fact]
    [Trait("Rule", "7")]
    public async Task Challenge_WhenVerifiedAfterAWrongGuess_ShouldCountNoneAnyMore()
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var (id, code) = await _server.ChallengedAsync(user, Address);
        ((int)(await user.VerifyChallengeAsync(id, FactorSteps.WrongFor(code).First())).Error["data"]!["numberOfAttempts"]!).Should().Be(1);

        var verified = await user.VerifyChallengeAsync(id, code).OkAsync();

        verified.IsVerified.Should().BeTrue();
        ((int)verified.Results["numberOfAttempts"]!).Should().Be(0);
        ((int)(await user.ChallengeAsync(id)).Results["numberOfAttempts"]!).Should().Be(0);
    }

    [Fact]
    public async Task Challenge_WhenItsTimeIsOver_ShouldExpireAndLiveAgainByAResend()
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var (id, code) = await _server.ChallengedAsync(user, Address);

        _server.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        ((bool)(await user.ChallengeAsync(id)).Results["isExpired"]!).Should().BeFalse();
        _server.Time.Advance(TimeSpan.FromMilliseconds(1));
        ((bool)(await user.ChallengeAsync(id)).Results["isExpired"]!).Should().BeTrue();
        var late = await user.VerifyChallengeAsync(id, code);
        late.Status.Should().Be(HttpStatusCode.BadRequest);
        late.ErrorName.Should().Be("PasscodeExpiredError");
        late.Error["data"]!.ToJsonString().Should().Be("{}");

        var (resent, newCode) = await _server.MailedAsync(Address, () => user.ResendChallengeAsync(id));
        ((bool)resent.Results["isExpired"]!).Should().BeFalse();
        resent.Result("expiresAt").Should().Be(Text(_server.Time.GetUtcNow().AddMinutes(5)));
        (await user.VerifyChallengeAsync(id, newCode)).IsVerified.Should().BeTrue();
    }

    [Fact]
    public async Task Resend_WhenWithinTheInterval_ShouldBeRefusedAndLeaveTheCodeAlive()
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var (id, code) = await _server.ChallengedAsync(user, Address);
        _server.Time.Advance(TimeSpan.FromSeconds(59.5));

        var refused = await user.ResendChallengeAsync(id);
        refused.Status.Should().Be(HttpStatusCode.TooManyRequests);
        refused.RetryAfter.Should().Be(TimeSpan.FromSeconds(1), "half a second is rounded up");
        var (other, _) = await _server.ChallengedAsync(user, Address);
        other.Should().NotBe(id, "a new challenge is not a resend");
        (await user.VerifyChallengeAsync(id, code)).IsVerified.Should().BeTrue();
        (await user.ResendChallengeAsync(id)).Status.Should().Be(HttpStatusCode.Conflict);
        (await user.VerifyChallengeAsync(id, FactorSteps.WrongFor(code).First())).Status.Should().Be(HttpStatusCode.Conflict);
        (await _server.StoredFactorsAsync(_user)).Budget.FailedAttempts.Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Challenge_WhenADayOld_ShouldBeGone(bool isVerified)
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var (id, code) = await _server.ChallengedAsync(user, Address);
        if (isVerified)
        {
            await user.VerifyChallengeAsync(id, code).OkAsync();
        }

        _server.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        (await _server.As(_user).ChallengeAsync(id)).Status.Should().Be(HttpStatusCode.OK);
        _server.Time.Advance(TimeSpan.FromMilliseconds(1));
        user = _server.As(_user);
        foreach (var gone in new[] { await user.ChallengeAsync(id), await user.VerifyChallengeAsync(id, code), await user.ResendChallengeAsync(id) })
        {
            gone.Status.Should().Be(HttpStatusCode.NotFound);
            gone.ErrorName.Should().Be("NotFoundError");
        }
    }

    [Fact]
    [Trait("Requirement", "SEC-21")]
    public async Task Read_WhenByGetHeadOrOptions_ShouldChangeNothing()
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var (id, code) = await _server.ChallengedAsync(user, Address);
        var before = await _server.StoredFactorsAsync(_user);
        var path = $"api/v1/user/me/otp_email/challenges/{id}";
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Options })
        {
            foreach (var target in new[] { path, $"{path}?passcode={code}", $"{path}/verify?passcode={code}", $"{path}/verify", $"{path}/resend", "api/v1/user/me/otp_email/challenges" })
            {
                await user.SendAsync(method, target);
            }
        }

        var after = await _server.StoredFactorsAsync(_user);
        after.Sequence.Should().Be(before.Sequence);
        after.Challenges.Should().ContainSingle().Which.IsVerified.Should().BeFalse();
        (await user.VerifyChallengeAsync(id, code)).IsVerified.Should().BeTrue("the scanner has consumed nothing");
    }

    [Fact]
    [Trait("Requirement", "SEC-16")]
    public async Task Challenge_WhenOfAnotherUser_ShouldBeAsIfItWereNotThere()
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var (id, code) = await _server.ChallengedAsync(user, Address);
        var other = shared.NewUser();
        var stranger = await _server.AsUserWithFactorAsync(other, $"{other}@mouse.com");
        var unknown = Guid.Empty.ToString();
        foreach (var (known, missing) in new[]
        {
            (await stranger.ChallengeAsync(id), await stranger.ChallengeAsync(unknown)),
            (await stranger.VerifyChallengeAsync(id, code), await stranger.VerifyChallengeAsync(unknown, code)),
            (await stranger.ResendChallengeAsync(id), await stranger.ResendChallengeAsync(unknown)),
            (await stranger.GetAsync($"api/v1/users/{other}/otp_email/challenges/{id}"), await stranger.GetAsync($"api/v1/users/{other}/otp_email/challenges/{unknown}")),
        })
        {
            known.Status.Should().Be(HttpStatusCode.NotFound);
            known.Text.Should().Be(missing.Text);
        }

        (await user.VerifyChallengeAsync(id, code)).IsVerified.Should().BeTrue();
        (await _server.StoredFactorsAsync(other)).Budget.FailedAttempts.Should().Be(0);
    }

    [Theory]
    [InlineData("not-an-id")]
    [InlineData("0")]
    [InlineData("null")]
    [InlineData("00000000-0000-0000-0000-00000000000g")]
    [InlineData("%20")]
    [InlineData("..%2F..%2Fx")]
    [InlineData("1' OR '1'='1")]
    public async Task Ids_WhenTheyAreNone_ShouldNameNothing(string id)
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        foreach (var answer in new[]
        {
            await user.ChallengeAsync(id), await user.VerifyChallengeAsync(id, "12345678"), await user.ResendChallengeAsync(id),
            await user.CreateChallengeAsync(new { otpEmailId = id }),
        })
        {
            answer.Status.Should().Be(HttpStatusCode.NotFound);
            answer.ErrorName.Should().Be("NotFoundError");
        }

        foreach (var answer in new[] { await user.VerifyFactorAsync(_user, id, "12345678"), await user.RemoveFactorAsync(_user, id) })
        {
            answer.Status.Should().Be(HttpStatusCode.NotFound);
            answer.RpcId.Should().Be("COMMAND-b312D");
        }
    }

    [Fact]
    [Trait("Requirement", "SEC-16")]
    public async Task Factor_WhenOfAnotherUser_ShouldBeAsIfItWereNotThere()
    {
        var user = _server.As(_user);
        var (added, code) = await _server.MailedAsync(Address, () => user.AddFactorAsync(_user, new { address = Address }));
        var id = added.Result("otpEmailId");
        var other = shared.NewUser();
        var stranger = await _server.AsUserWithFactorAsync(other, $"{other}@mouse.com");
        foreach (var answer in new[] { await stranger.VerifyFactorAsync(other, id, code), await stranger.RemoveFactorAsync(other, id) })
        {
            answer.RpcId.Should().Be("COMMAND-b312D");
        }

        (await stranger.CreateChallengeAsync(new { otpEmailId = id })).Status.Should().Be(HttpStatusCode.NotFound);
        await user.VerifyFactorAsync(_user, id, code).OkAsync();
    }

    private static IEnumerable<string> Members(OtpAnswer answer) => answer.Results.Select(member => member.Key);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
