using System.Net;
using Otp.Attack.Tests.Targets;
using Otp.TestKit;

namespace Otp.Attack.Tests;

/// <summary>Many requests at the same time, over all processes, to get more than one is due.</summary>
[Collection(SharedTargets.Name)]
public sealed class RaceAttackTests(SharedTargets targets)
{
    private const int WrongGuesses = 200;
    private const int RightGuesses = 100;
    private const int Requests = 40;

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-03")]
    public async Task Verification_When200WrongGuessesArriveTogether_ShouldCountFive(Setup setup)
    {
        var (victim, code) = await Victim.WithCodeAsync(await targets.GetAsync(setup));

        var answers = await Task.WhenAll(Guesses.Except(code).Take(WrongGuesses).Select(victim.Caller.VerifyAsync));

        answers.Should().OnlyContain(answer => answer.Status == HttpStatusCode.OK && !answer.IsVerified);
        answers.Select(answer => answer.Attempts).Should().OnlyContain(count => count <= 5);
        (await victim.CountedAsync()).Should().Be(5);
        foreach (var process in victim.Target.Processes)
        {
            (await new OtpCaller(process.Client, victim.Caller.Token).VerifyAsync(code)).IsVerified.Should().BeFalse("the budget is used up");
        }

        (await victim.CountedAsync()).Should().Be(5);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-03")]
    public async Task Challenge_When200WrongGuessesArriveTogether_ShouldCountFive(Setup setup)
    {
        var victim = await Victim.WithFactorAsync(await targets.GetAsync(setup));
        var (id, code) = await victim.ChallengedAsync();

        var answers = await Task.WhenAll(Guesses.Except(code).Take(WrongGuesses).Select(guess => victim.Caller.VerifyChallengeAsync(id, guess)));

        answers.CountByStatus().Should().BeEquivalentTo(new Dictionary<HttpStatusCode, int> { [HttpStatusCode.BadRequest] = 5, [HttpStatusCode.TooManyRequests] = WrongGuesses - 5 });
        answers.Where(answer => answer.Status == HttpStatusCode.BadRequest).Select(answer => (int)answer.Error["data"]!["numberOfAttempts"]!)
            .Should().BeEquivalentTo([1, 2, 3, 4, 5], "each is told of its own count");
        (await victim.CountedAtFactorsAsync()).Should().Be(5);
        (await victim.Caller.VerifyChallengeAsync(id, code)).Status.Should().Be(HttpStatusCode.TooManyRequests, "the right code comes too late");
        (await victim.Caller.ChallengeAsync(id)).IsVerified.Should().BeFalse();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-03")]
    public async Task Registration_When200WrongGuessesArriveTogether_ShouldCountFive(Setup setup)
    {
        var victim = await Victim.VerifiedAsync(await targets.GetAsync(setup));
        var (id, code) = await victim.RegisteredAsync($"second-{victim.Address}");

        var answers = await Task.WhenAll(Guesses.Except(code).Take(WrongGuesses).Select(guess => victim.Caller.VerifyFactorAsync(victim.User, id, guess)));

        answers.Count(answer => answer.Status == HttpStatusCode.BadRequest && answer.RpcId == "CODE-woT0xc").Should().Be(5);
        answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests).Should().Be(WrongGuesses - 5);
        (await victim.CountedAtFactorsAsync()).Should().Be(5);
        (await victim.Caller.VerifyFactorAsync(victim.User, id, code)).Status.Should().Be(HttpStatusCode.TooManyRequests, "the right code comes too late");
        (await victim.Caller.MyFactorsAsync()).Text.Should().NotContain("READY");
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-02")]
    public async Task Verification_When100RightGuessesArriveTogether_ShouldChangeOnce(Setup setup)
    {
        var (victim, code) = await Victim.WithCodeAsync(await targets.GetAsync(setup));
        var before = await victim.Target.Database.ReadNumberAsync($"SELECT sequence FROM email_verifications WHERE user_id = '{victim.User}'");

        var answers = await Task.WhenAll(Enumerable.Range(0, RightGuesses).Select(_ => victim.Caller.VerifyAsync(code)));

        answers.Should().OnlyContain(answer => answer.Status == HttpStatusCode.OK && answer.IsVerified);
        (await victim.Target.Database.ReadNumberAsync($"SELECT sequence FROM email_verifications WHERE user_id = '{victim.User}'")).Should().Be(before + 1);
        (await CountAuditAsync(victim, "PasscodeAccepted")).Should().Be(1, "exactly one of them makes the change");
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-02")]
    public async Task Challenge_When100RightGuessesArriveTogether_ShouldSucceedOnce(Setup setup)
    {
        var victim = await Victim.WithFactorAsync(await targets.GetAsync(setup));
        var (id, code) = await victim.ChallengedAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, RightGuesses).Select(_ => victim.Caller.VerifyChallengeAsync(id, code)));

        answers.CountByStatus().Should().BeEquivalentTo(new Dictionary<HttpStatusCode, int> { [HttpStatusCode.OK] = 1, [HttpStatusCode.Conflict] = RightGuesses - 1 });
        (await CountAuditAsync(victim, "PasscodeAccepted")).Should().Be(1);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-02")]
    public async Task Registration_When100RightGuessesArriveTogether_ShouldSucceedOnce(Setup setup)
    {
        var victim = await Victim.VerifiedAsync(await targets.GetAsync(setup));
        var (id, code) = await victim.RegisteredAsync($"second-{victim.Address}");

        var answers = await Task.WhenAll(Enumerable.Range(0, RightGuesses).Select(_ => victim.Caller.VerifyFactorAsync(victim.User, id, code)));

        answers.CountByStatus().Should().BeEquivalentTo(new Dictionary<HttpStatusCode, int> { [HttpStatusCode.OK] = 1, [HttpStatusCode.BadRequest] = RightGuesses - 1 });
        (await CountAuditAsync(victim, "FactorReady")).Should().Be(1);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-12")]
    public async Task RequestCode_When40ArriveTogetherForOneUser_ShouldSendOne(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var user = target.NewUser();
        var address = $"{user}@mouse.example";

        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => target.As(user, address).RequestCodeAsync()));

        await ShouldSendOneAsync(target, user, address, answers);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-12")]
    public async Task ResendCode_When40ArriveTogetherForOneUser_ShouldSendNone(Setup setup)
    {
        var (victim, code) = await Victim.WithCodeAsync(await targets.GetAsync(setup));

        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(number => (number % 3) switch
        {
            0 => victim.Caller.PostAsync("auth/v1/users/me/email/_resend_verification"),
            1 => victim.Caller.PostAsync($"v2/users/{victim.User}/email/resend"),
            _ => victim.Caller.RequestCodeAsync(),
        }));

        answers.Should().OnlyContain(answer => answer.Status == HttpStatusCode.TooManyRequests && answer.RetryAfter <= TimeSpan.FromSeconds(60));
        (await victim.Target.DeliveredAsync(victim.User)).Should().Be(1, "the first code's mail");
        await victim.Caller.VerifyEmailAsync(code).OkAsync();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-12")]
    public async Task AddFactor_When40ArriveTogetherForOneAddress_ShouldSendOne(Setup setup)
    {
        var victim = await Victim.VerifiedAsync(await targets.GetAsync(setup));
        var address = $"second-{victim.Address}";
        var before = await victim.Target.DeliveredAsync(victim.User);

        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => victim.Caller.AddFactorAsync(victim.User, new { address })));

        answers.CountByStatus().Should().BeEquivalentTo(new Dictionary<HttpStatusCode, int> { [HttpStatusCode.OK] = 1, [HttpStatusCode.TooManyRequests] = Requests - 1 });
        (await victim.Target.DeliveredAsync(victim.User)).Should().Be(before + 1);
        (await victim.Target.MailsToAsync(address)).Should().ContainSingle();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-12")]
    public async Task ResendChallenge_When40ArriveTogether_ShouldSendNone(Setup setup)
    {
        var victim = await Victim.WithFactorAsync(await targets.GetAsync(setup));
        var (id, code) = await victim.ChallengedAsync();
        var before = await victim.Target.DeliveredAsync(victim.User);

        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => victim.Caller.ResendChallengeAsync(id)));

        answers.Should().OnlyContain(answer => answer.Status == HttpStatusCode.TooManyRequests && answer.RetryAfter <= TimeSpan.FromSeconds(60));
        (await victim.Target.DeliveredAsync(victim.User)).Should().Be(before);
        (await victim.Caller.VerifyChallengeAsync(id, code)).IsVerified.Should().BeTrue("what is refused does not kill the code");
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-12")]
    public async Task RequestCode_When40UsersSpellOneAddressDifferently_ShouldKeepTheRecipientsLimit(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var name = target.NewUser("flood");

        // Dots are not in it: only some mail hosts take them as nothing.
        string Spell(int number) => (number % 4) switch
        {
            0 => $"{name}@mouse.example",
            1 => $"{name.ToUpperInvariant()}@Mouse.EXAMPLE",
            2 => $"{name}+{number}@mouse.example",
            _ => $"{name}+Tag.{number}@MOUSE.example",
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(number => target.As($"{name}-{number}", Spell(number)).RequestCodeAsync()));

        answers.CountByStatus().Should().BeEquivalentTo(new Dictionary<HttpStatusCode, int> { [HttpStatusCode.OK] = 5, [HttpStatusCode.TooManyRequests] = Requests - 5 });
        (await target.Database.ReadNumberAsync($"SELECT COUNT(*) FROM outbox_messages WHERE user_id LIKE '{name}-%'")).Should().Be(5);
    }

    private static async Task ShouldSendOneAsync(Target target, string user, string address, OtpAnswer[] answers)
    {
        answers.CountByStatus().Should().BeEquivalentTo(new Dictionary<HttpStatusCode, int> { [HttpStatusCode.OK] = 1, [HttpStatusCode.TooManyRequests] = Requests - 1 });
        var code = await target.CodeToAsync(address);
        (await target.DeliveredAsync(user)).Should().Be(1);
        (await target.MailsToAsync(address)).Should().ContainSingle();
        (await target.As(user, address).VerifyAsync(code)).IsVerified.Should().BeTrue("the code of the one that was sent is the live one");
    }

    private static async Task<int> CountAuditAsync(Victim victim, string action)
    {
        var list = await victim.Target.AsOperator(Target.Home, Target.Read).GetAsync($"api/v1/audit?userId={victim.User}").OkAsync();
        return list.Results["items"]!.AsArray().Count(entry => string.Equals(((string)entry!["action"]!).Replace("_", "", StringComparison.Ordinal), action, StringComparison.OrdinalIgnoreCase));
    }
}
