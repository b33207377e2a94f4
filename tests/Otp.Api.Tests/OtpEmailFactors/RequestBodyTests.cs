using System.Net;
using Otp.Domain.OtpEmailFactors;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

public sealed class RequestBodyTests(SharedOtpServer shared) : IClassFixture<SharedOtpServer>
{
    private readonly OtpServer _server = shared.Server;
    private readonly string _user = shared.NewUser();

    private string Address => $"{_user}@mouse.com";

    private OtpCaller Caller => _server.As(_user);

    /// <summary>Somebody who may also ask for codes and vouch for addresses.</summary>
    private OtpCaller Trusted => _server.As(_user, null, ("scope", $"openid {FactorSteps.Write}"));

    [Fact]
    public async Task Body_WhenItHasUnknownMembersInAnRpcFamily_ShouldBeTaken()
    {
        await Caller.PutAsync("auth/v1/users/me/email", new { email = Address, newer = new { deep = new { deeper = 1 } }, Nested = (string?)null }).OkAsync();
        var code = await _server.CodeToAsync(Address);
        await Caller.PostAsync("auth/v1/users/me/email/_verify", new { code, newer = 1 }).OkAsync();
        await Caller.PostAsync("auth/v1/users/me/auth_factors/_search", new { newer = 1 }).OkAsync();
        await Caller.PostAsync($"v2/users/{_user}/email", new { email = $"new-{Address}", sendCode = new { newer = 1 }, newer = 1 }).OkAsync();
        await Caller.PostAsync($"v2/users/{_user}/email/verify", new { verificationCode = await _server.CodeToAsync($"new-{Address}"), newer = 1 }).OkAsync();
        await Caller.PostAsync($"v2/users/{_user}/email/send", new { newer = 1 }).OkAsync();
        await Caller.PostAsync($"v2/users/{_user}/otp_email", new { newer = 1 }).OkAsync();
        await Caller.SendAsync(HttpMethod.Delete, $"v2/users/{_user}/otp_email", new { newer = 1 }).OkAsync();
        await Caller.PostAsync($"v2beta/users/{_user}/otp_email", new { newer = 1 }).OkAsync();
        await Caller.PostAsync($"v2/users/{_user}/authentication_factors/_search", new { newer = 1 }).OkAsync();
        var added = await Caller.PostAsync($"v3alpha/users/{_user}/otp_email", new { newer = 1, email = new { address = $"second-{Address}", newer = 1, sendCode = new { newer = 1 } } }).OkAsync();
        await Caller.PostAsync($"v3alpha/users/{_user}/otp_email/{added.Result("otpEmailId")}/verify", new { code = await _server.CodeToAsync($"second-{Address}"), newer = 1 }).OkAsync();
        await Caller.PutAsync($"v3alpha/users/{_user}/email", new { newer = 1, email = new { address = $"third-{Address}", newer = 1 } }).OkAsync();
    }

    [Fact]
    public async Task Body_WhenItHasUnknownMembersInAChallenge_ShouldBeRefused()
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var (id, code) = await _server.ChallengedAsync(user, Address);
        var challenges = $"api/v1/users/{_user}/otp_email/challenges";
        var before = (await _server.StoredFactorsAsync(_user)).Sequence;

        (await user.CreateChallengeAsync(new { newer = 1 })).ShouldNameOnly("newer");
        (await user.CreateChallengeAsync(new { one = 1, two = 2 })).ShouldNameOnly("one", "two");
        (await user.CreateChallengeAsync(new { sendCode = new { newer = 1 } })).ShouldNameOnly("sendCode.newer");
        (await user.CreateChallengeAsync(new { returnCode = new { } })).ShouldNameOnly("returnCode");
        (await user.VerifyChallengeAsync(id, code)).Should().NotBeNull();
        (await user.PostAsync($"api/v1/user/me/otp_email/challenges/{id}/verify", new { passcode = code, newer = 1 })).ShouldNameOnly("newer");
        (await Trusted.PostAsync(challenges, new { newer = 1, returnCode = new { } })).ShouldNameOnly("newer");
        (await Trusted.PostAsync(challenges, new { returnCode = new { newer = 1 } })).ShouldNameOnly("returnCode.newer");
        (await Trusted.PostAsync($"{challenges}/{id}/resend", new { newer = 1 })).ShouldNameOnly("newer");
        (await Trusted.PostAsync($"{challenges}/{id}/resend", new { otpEmailId = id })).ShouldNameOnly("otpEmailId");
        (await Trusted.PostAsync($"{challenges}/{id}/verify", new { passcode = code, newer = 1 })).ShouldNameOnly("newer");
        (await _server.StoredFactorsAsync(_user)).Sequence.Should().Be(before + 1, "only the guess without them was taken");
    }

    [Fact]
    public async Task Challenge_WhenTheBodyIsBad_ShouldBeRefusedByName()
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var (id, _) = await _server.ChallengedAsync(user, Address);
        var verify = $"api/v1/user/me/otp_email/challenges/{id}/verify";

        (await user.PostAsync(verify, new { })).ShouldNameOnly("passcode");
        (await user.PostAsync(verify, new { passcode = (string?)null })).ShouldNameOnly("passcode");
        (await Trusted.CreateChallengeOfAsync(_user, new { sendCode = new { }, returnCode = new { } })).ShouldNameOnly("sendCode");
        foreach (var body in new[] { "{", "[]", "1", """{"passcode":12345678}""", """{"passcode":"1","passcode":"2"}""", """{"passcode":["12345678"]}""" })
        {
            var malformed = await user.SendTextAsync(HttpMethod.Post, verify, body);
            malformed.Status.Should().Be(HttpStatusCode.BadRequest);
            malformed.ErrorName.Should().Be("ParameterError");
        }

        var wrongType = await user.SendTextAsync(HttpMethod.Post, "api/v1/user/me/otp_email/challenges", """{"otpEmailId":1}""");
        wrongType.ErrorName.Should().Be("ParameterError");
        (await user.SendTextAsync(HttpMethod.Post, verify, """{"passcode":"12345678"}""", "text/plain")).ErrorName.Should().Be("UnsupportedMediaTypeError");
        (await user.SendTextAsync(HttpMethod.Post, verify, $$"""{"passcode":"{{new string('1', 17_000)}}"}""")).ErrorName.Should().Be("PayloadTooLargeError");
        (await user.SendAsync(HttpMethod.Put, verify)).ErrorName.Should().Be("MethodNotAllowedError");
        (await _server.StoredFactorsAsync(_user)).Budget.FailedAttempts.Should().Be(0);
    }

    /// <summary>The routes and bodies that take a choice, as format strings with the choice's members in place of <c>CHOICE</c>.</summary>
    public static TheoryData<string, string, string, bool> Choices => new()
    {
        { "POST", "v2/users/{0}/email", """{"email":"x-{0}@mouse.com",CHOICE}""", true },
        { "PUT", "v3alpha/users/{0}/email", """{"email":{"address":"x-{0}@mouse.com",CHOICE}}""", true },
        { "POST", "v3alpha/users/{0}/otp_email", """{"email":{"address":"x-{0}@mouse.com",CHOICE}}""", true },
        { "POST", "v2/users/{0}/email/resend", "{CHOICE}", false },
        { "POST", "v2/users/{0}/email/send", "{CHOICE}", false },
        { "POST", "v3alpha/users/{0}/email/resend", "{CHOICE}", false },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task Choice_WhenMoreThanOneIsGiven_ShouldBeCode3AndChangeNothing(string method, string route, string body, bool takesIsVerified)
    {
        await Caller.SetEmailAsync(Address).OkAsync();
        _server.Time.Advance(TimeSpan.FromSeconds(60));
        var before = (await _server.StoredVerificationAsync(_user))!.Sequence;
        var several = new List<string> { """ "sendCode":{},"returnCode":{} """ };
        if (takesIsVerified)
        {
            several.AddRange([""" "sendCode":{},"isVerified":true """, """ "returnCode":{},"isVerified":true """, """ "returnCode":{},"sendCode":{},"isVerified":true """]);
        }

        foreach (var choice in several)
        {
            foreach (var caller in new[] { Caller, Trusted })
            {
                (await SendAsync(caller, method, route, body, choice)).ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "REQUEST-v4LdM");
            }
        }

        (await _server.StoredVerificationAsync(_user))!.Sequence.Should().Be(before);
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task Choice_WhenOfAnotherJsonType_ShouldBeCode3(string method, string route, string body, bool takesIsVerified)
    {
        await Caller.SetEmailAsync(Address).OkAsync();
        foreach (var choice in new[] { "\"true\"", "1", "{}", "[]", "[true]" })
        {
            if (takesIsVerified)
            {
                (await SendAsync(Trusted, method, route, body, $"\"isVerified\":{choice}")).ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "REQUEST-jS0nX");
            }
        }

        foreach (var choice in new[] { "true", "1", "\"\"", "[]" })
        {
            (await SendAsync(Trusted, method, route, body, $"\"returnCode\":{choice}")).ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "REQUEST-jS0nX");
            (await SendAsync(Trusted, method, route, body, $"\"sendCode\":{choice}")).ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "REQUEST-jS0nX");
        }

        (await SendAsync(Trusted, method, route, body, "\"sendCode\":{\"urlTemplate\":1}")).ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "REQUEST-jS0nX");
    }

    [Theory]
    [InlineData("\"isVerified\":false")]
    [InlineData("\"isVerified\":null")]
    [InlineData("\"isVerified\":null,\"returnCode\":null,\"sendCode\":null")]
    [InlineData("\"isVerified\":false,\"sendCode\":{}")]
    public async Task Choice_WhenItSaysNothing_ShouldMailTheCode(string choice)
    {
        var (answer, _) = await _server.MailedAsync(Address, () =>
            Caller.SendTextAsync(HttpMethod.Post, $"v2/users/{_user}/email", $$"""{"email":"{{Address}}",{{choice}}}"""));
        answer.Results.Select(member => member.Key).Should().Equal("details");
        (await _server.StoredVerificationAsync(_user))!.IsVerified.Should().BeFalse();
    }

    [Fact]
    public async Task Body_WhenNoneIsNeeded_ShouldBeOptionalInEveryForm()
    {
        foreach (var form in new Func<string, HttpMethod, Task<OtpAnswer>>[]
        {
            (path, method) => Caller.SendAsync(method, path),
            (path, method) => Caller.SendAsync(method, path, new { }),
            (path, method) => Caller.SendTextAsync(method, path, ""),
            (path, method) => Caller.SendTextAsync(method, path, "", "text/plain"),
            (path, method) => Caller.SendTextAsync(method, path, "", "application/x-www-form-urlencoded"),
            (path, method) => Caller.SendTextAsync(method, path, "null"),
            (path, method) => Caller.SendTextAsync(method, path, "{}", "application/json; charset=utf-8"),
        })
        {
            var user = shared.NewUser();
            var address = $"{user}@mouse.com";
            var self = _server.As(user);
            await _server.VerifyAddressAsync(self, address);
            Task<OtpAnswer> SendAsync(HttpMethod method, string path) => form(path, method);
            foreach (var (method, path) in new[]
            {
                (HttpMethod.Post, "auth/v1/users/me/email/_resend_verification"), (HttpMethod.Post, "auth/v1/users/me/auth_factors/_search"),
                (HttpMethod.Post, "auth/v1/users/me/auth_factors/otp_email"), (HttpMethod.Delete, "auth/v1/users/me/auth_factors/otp_email"),
                (HttpMethod.Post, $"v2/users/{_user}/otp_email"), (HttpMethod.Delete, $"v2/users/{_user}/otp_email"),
                (HttpMethod.Post, $"v2beta/users/{_user}/otp_email"), (HttpMethod.Delete, $"v2beta/users/{_user}/otp_email"),
                (HttpMethod.Post, $"v2/users/{_user}/email/resend"), (HttpMethod.Post, $"v2/users/{_user}/email/send"), (HttpMethod.Post, $"v3alpha/users/{_user}/email/resend"),
                (HttpMethod.Post, $"v2/users/{_user}/authentication_factors/_search"), (HttpMethod.Post, $"v3alpha/users/{_user}/otp_email"),
                (HttpMethod.Post, "api/v1/user/me/otp_email/challenges"), (HttpMethod.Post, $"api/v1/users/{_user}/otp_email/challenges"),
                (HttpMethod.Post, "api/v1/user/me/otp_email/challenges/x/resend"), (HttpMethod.Post, $"api/v1/users/{_user}/otp_email/challenges/x/resend"),
                (HttpMethod.Put, "api/v1/user/me/email/otp"),
            })
            {
                var answer = await SendAsync(method, path);
                answer.Status.Should().NotBe(HttpStatusCode.UnsupportedMediaType, "{0} needs no body", path);
                answer.Text.Should().NotContainAny("REQUEST-", "ParameterError", "ValidateError");
                ((int)answer.Status).Should().BeLessThan(500);
            }
        }
    }

    [Theory]
    [InlineData("""{}""", "NOT_READY READY")]
    [InlineData("""{"states":[]}""", "NOT_READY READY")]
    [InlineData("""{"states":["AUTH_FACTOR_STATE_READY"]}""", "READY")]
    [InlineData("""{"states":["AUTH_FACTOR_STATE_NOT_READY"]}""", "NOT_READY")]
    [InlineData("""{"states":["AUTH_FACTOR_STATE_REMOVED"]}""", "REMOVED")]
    [InlineData("""{"authFactors":["OTP_EMAIL"]}""", "NOT_READY READY")]
    [InlineData("""{"authFactors":["OTP_SMS","OTP_EMAIL"],"states":["AUTH_FACTOR_STATE_READY","AUTH_FACTOR_STATE_REMOVED"]}""", "READY REMOVED")]
    [InlineData("""{"authFactors":["OTP_SMS"]}""", "")]
    [InlineData("""{"authFactors":["U2F","OTP"]}""", "")]
    public async Task List_WhenFiltered_ShouldShowTheFactorsAskedFor(string body, string states)
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        await user.AddFactorAsync(_user, new { address = $"second-{Address}" }).OkAsync();
        var third = await user.AddFactorAsync(_user, new { address = $"third-{Address}" }).OkAsync();
        await user.RemoveFactorAsync(_user, third.Result("otpEmailId")).OkAsync();

        var list = await user.SendTextAsync(HttpMethod.Post, $"v2/users/{_user}/authentication_factors/_search", body).OkAsync();

        FactorSteps.StatesOf(list).Should().BeEquivalentTo(states.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(state => $"AUTH_FACTOR_STATE_{state}"));
    }

    [Theory]
    [InlineData("""{"states":["READY"]}""")]
    [InlineData("""{"states":[2]}""")]
    [InlineData("""{"states":"AUTH_FACTOR_STATE_READY"}""")]
    [InlineData("""{"authFactors":["SOMETHING"]}""")]
    public async Task List_WhenTheFilterIsBad_ShouldBeCode3(string body) =>
        (await Caller.SendTextAsync(HttpMethod.Post, $"v2/users/{_user}/authentication_factors/_search", body))
            .ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "REQUEST-jS0nX");

    [Fact]
    [Trait("Requirement", "SEC-17")]
    public async Task Body_WhenItNamesWhatIsNotTheCallersToSet_ShouldNotChangeIt()
    {
        await Caller.PutAsync("auth/v1/users/me/email", new { email = Address, isVerified = true, isEmailVerified = true, verifiedAt = "2026-01-01T00:00:00Z", sequence = "99", numberOfAttempts = 0, returnCode = new { } }).OkAsync();
        (await _server.StoredVerificationAsync(_user))!.IsVerified.Should().BeFalse();
        var (_, code) = await _server.MailedAsync($"new-{Address}", async () =>
        {
            _server.Time.Advance(TimeSpan.FromSeconds(60));
            return await Caller.PutAsync($"v3alpha/users/{_user}/email", new { isVerified = true, returnCode = new { }, email = new { address = $"new-{Address}", state = "READY", sequence = "99" } });
        });
        (await _server.StoredVerificationAsync(_user))!.IsVerified.Should().BeFalse();
        (await Caller.PostAsync("auth/v1/users/me/email/_verify", new { code = FactorSteps.WrongFor(code).First(), isVerified = true, numberOfAttempts = 0 })).RpcId.Should().Be("CODE-woT0xc");
        var stored = (await _server.StoredVerificationAsync(_user))!;
        stored.IsVerified.Should().BeFalse();
        stored.Budget.FailedAttempts.Should().Be(1);
        stored.Sequence.Should().BeLessThan(20);

        var added = await Caller.PostAsync($"v3alpha/users/{_user}/otp_email", new
        {
            state = "AUTH_FACTOR_STATE_READY",
            isVerified = true,
            returnCode = new { },
            email = new { address = Address, state = "AUTH_FACTOR_STATE_READY", isReady = true, sequence = "99", numberOfAttempts = -100, id = Guid.Empty, userId = "somebody" },
        }).OkAsync();
        added.Results.ContainsKey("verificationCode").Should().BeFalse();
        var factor = (await _server.StoredFactorsAsync(_user)).Factors.Should().ContainSingle().Subject;
        factor.State.Should().Be(FactorState.NotReady);
        factor.Sequence.Should().BeLessThan(5);
        factor.Id.Should().NotBeEmpty();
        factor.UserId.Should().Be(_user);
        (await Caller.PostAsync($"v2/users/{_user}/otp_email", new { isVerified = true, state = "AUTH_FACTOR_STATE_READY" })).RpcId.Should().Be("COMMAND-KLJ2d");
    }

    [Theory]
    [InlineData("isVerified", "true")]
    [InlineData("state", "\"AUTH_FACTOR_STATE_READY\"")]
    [InlineData("sequence", "\"99\"")]
    [InlineData("numberOfAttempts", "0")]
    [InlineData("challengeId", "\"00000000-0000-0000-0000-000000000000\"")]
    [InlineData("userId", "\"somebody\"")]
    [Trait("Requirement", "SEC-17")]
    public async Task Challenge_WhenTheBodyNamesWhatIsNotTheCallersToSet_ShouldBeRefused(string member, string value)
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var (id, code) = await _server.ChallengedAsync(user, Address);
        var before = await _server.StoredFactorsAsync(_user);
        foreach (var path in new[] { "api/v1/user/me/otp_email/challenges", $"api/v1/users/{_user}/otp_email/challenges", $"api/v1/users/{_user}/otp_email/challenges/{id}/resend" })
        {
            (await user.SendTextAsync(HttpMethod.Post, path, $$"""{"{{member}}":{{value}}}""")).ShouldNameOnly(member);
        }

        var verify = $$"""{"passcode":"{{FactorSteps.WrongFor(code).First()}}","{{member}}":{{value}}}""";
        (await user.SendTextAsync(HttpMethod.Post, $"api/v1/user/me/otp_email/challenges/{id}/verify", verify)).ShouldNameOnly(member);
        var after = await _server.StoredFactorsAsync(_user);
        after.Sequence.Should().Be(before.Sequence);
        after.Budget.Should().Be(before.Budget);
    }

    private Task<OtpAnswer> SendAsync(OtpCaller caller, string method, string route, string body, string choice) => caller.SendTextAsync(
        new HttpMethod(method),
        route.Replace("{0}", _user, StringComparison.Ordinal),
        body.Replace("{0}", _user, StringComparison.Ordinal).Replace("CHOICE", choice, StringComparison.Ordinal));
}
