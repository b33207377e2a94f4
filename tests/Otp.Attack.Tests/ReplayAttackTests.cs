using System.Net;
using Otp.Attack.Tests.Targets;
using Otp.TestKit;

namespace Otp.Attack.Tests;

/// <summary>A code that was right once, or is right elsewhere.</summary>
public sealed class ReplayAttackTests(EagerTargets targets) : IClassFixture<EagerTargets>
{
    [Theory, BothTargets]
    [Trait("Requirement", "SEC-02")]
    public async Task Code_WhenUsed_ShouldNotWorkAgain(Setup setup)
    {
        var (victim, code) = await Victim.WithCodeAsync(await targets.GetAsync(setup));
        await victim.Caller.VerifyEmailAsync(code).OkAsync();
        await victim.Caller.AddContactFactorAsync().OkAsync();
        var (challenge, challengeCode) = await victim.ChallengedAsync(code);
        (await victim.Caller.VerifyChallengeAsync(challenge, challengeCode)).IsVerified.Should().BeTrue();
        var (factor, factorCode) = await victim.RegisteredAsync($"second-{victim.Address}");
        await victim.Caller.VerifyFactorAsync(victim.User, factor, factorCode).OkAsync();

        (await victim.Caller.VerifyChallengeAsync(challenge, challengeCode)).Status.Should().Be(HttpStatusCode.Conflict);
        (await victim.Caller.VerifyFactorAsync(victim.User, factor, factorCode)).RpcId.Should().Be("COMMAND-qRd7y");
        (await victim.Caller.VerifyEmailAsync(code)).RpcId.Should().Be("CODE-woT0xc", "it is spent");
        var (second, _) = await victim.ChallengedByOperatorAsync();
        await ShouldBeWrongAsync(victim, second, challengeCode);

        // There and back: the address is the same again, and unverified, and still the code is spent.
        await victim.Caller.SetEmailAsync($"other-{victim.Address}").OkAsync();
        await victim.Caller.SetEmailAsync(victim.Address).OkAsync();
        (await victim.Caller.VerifyEmailAsync(code)).RpcId.Should().Be("CODE-woT0xc");
        (await victim.Caller.MyEmailAsync()).Text.Should().NotContain("\"isEmailVerified\":true");
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-07")]
    public async Task Code_WhenSuperseded_ShouldNotWork(Setup setup)
    {
        var (victim, code) = await Victim.WithCodeAsync(await targets.GetAsync(setup));
        await victim.Caller.PostAsync("auth/v1/users/me/email/_resend_verification").OkAsync();
        var newCode = await victim.Target.CodeToAsync(victim.Address, code);
        (await victim.Caller.VerifyEmailAsync(code)).RpcId.Should().Be("CODE-woT0xc");
        await victim.Caller.VerifyEmailAsync(newCode).OkAsync();

        var address = $"second-{victim.Address}";
        var (factor, factorCode) = await victim.RegisteredAsync(address);
        await victim.Caller.AddFactorAsync(victim.User, new { address }).OkAsync();
        var newFactorCode = await victim.Target.CodeToAsync(address, factorCode);
        (await victim.Caller.VerifyFactorAsync(victim.User, factor, factorCode)).RpcId.Should().Be("CODE-woT0xc");
        await victim.Caller.VerifyFactorAsync(victim.User, factor, newFactorCode).OkAsync();

        await victim.Caller.AddContactFactorAsync().OkAsync();
        var (challenge, challengeCode) = await victim.ChallengedAsync(newCode);
        await victim.Caller.ResendChallengeAsync(challenge).OkAsync();
        var newChallengeCode = await victim.Target.CodeToAsync(victim.Address, challengeCode);
        await ShouldBeWrongAsync(victim, challenge, challengeCode);
        (await victim.Caller.VerifyChallengeAsync(challenge, newChallengeCode)).IsVerified.Should().BeTrue();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-07")]
    public async Task Code_WhenTheAddressHasChanged_ShouldNotWork(Setup setup)
    {
        var (victim, code) = await Victim.WithCodeAsync(await targets.GetAsync(setup));
        var address = $"other-{victim.Address}";
        await victim.Caller.SetEmailAsync(address).OkAsync();

        (await victim.Caller.VerifyEmailAsync(code)).RpcId.Should().Be("CODE-woT0xc");
        (await victim.Caller.GuessAsync(code)).IsVerified.Should().BeFalse();
        await victim.Caller.VerifyEmailAsync(await victim.Target.CodeToAsync(address)).OkAsync();
        (await victim.Caller.StatusAsync()).Result("email").Should().Be(address);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-07")]
    public async Task Code_WhenOfAnotherChallengeOrPurpose_ShouldNotWork(Setup setup)
    {
        var victim = await Victim.WithFactorAsync(await targets.GetAsync(setup));
        var (first, firstCode) = await victim.ChallengedByOperatorAsync();
        var (second, secondCode) = await victim.ChallengedByOperatorAsync();
        await ShouldBeWrongAsync(victim, first, secondCode);
        await ShouldBeWrongAsync(victim, second, firstCode);

        // One address for a factor and for the user itself, so that only the purpose differs.
        var address = $"second-{victim.Address}";
        var (factor, factorCode) = await victim.RegisteredAsync(address);
        await ShouldBeWrongAsync(victim, first, factorCode);
        await victim.Caller.SetEmailAsync(address).OkAsync();
        var contactCode = await victim.Target.CodeToAsync(address, factorCode);
        await ShouldBeWrongAsync(victim, second, contactCode);
        (await victim.Caller.VerifyEmailAsync(factorCode)).RpcId.Should().Be("CODE-woT0xc");
        (await victim.Caller.VerifyEmailAsync(firstCode)).RpcId.Should().Be("CODE-woT0xc");

        // The factors have one guess left: all codes still work where they belong.
        (await victim.Caller.VerifyChallengeAsync(first, firstCode)).IsVerified.Should().BeTrue();
        (await victim.Caller.VerifyFactorAsync(victim.User, factor, contactCode)).RpcId.Should().Be("CODE-woT0xc");
        await victim.Caller.VerifyFactorAsync(victim.User, factor, factorCode).OkAsync();
        await victim.Caller.VerifyEmailAsync(contactCode).OkAsync();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-07")]
    public async Task Code_WhenOfAnotherUser_ShouldNotWork(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var (victim, code) = await Victim.WithCodeAsync(target);
        var (eve, _) = await Victim.WithCodeAsync(target);
        (await eve.Caller.VerifyAsync(code)).IsVerified.Should().BeFalse();

        var rich = await Victim.WithFactorAsync(target);
        var poor = await Victim.WithFactorAsync(target);
        var (id, richCode) = await rich.ChallengedByOperatorAsync();
        var (poorId, _) = await poor.ChallengedByOperatorAsync();
        await ShouldBeWrongAsync(poor, poorId, richCode);
        (await poor.Caller.VerifyChallengeAsync(id, richCode)).Status.Should().Be(HttpStatusCode.NotFound);
        (await rich.Caller.VerifyChallengeAsync(id, richCode)).IsVerified.Should().BeTrue();
        (await victim.Caller.VerifyAsync(code)).IsVerified.Should().BeTrue();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-04")]
    public async Task Code_WhenGuessedOverAllWaysToRenewIt_ShouldGetFiveGuesses(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var (victim, code) = await Victim.WithCodeAsync(target);
        var guesses = new List<string> { code };
        async Task GuessAsync(int counted)
        {
            var guess = Guesses.Except(code).Except(guesses).First();
            guesses.Add(guess);
            (await victim.Caller.VerifyAsync(guess)).Attempts.Should().Be(counted);
        }

        await GuessAsync(1);
        await victim.Caller.PostAsync("auth/v1/users/me/email/_resend_verification").OkAsync();
        guesses.Add(await target.CodeToAsync(victim.Address, code));
        await GuessAsync(2);
        await victim.Caller.SetEmailAsync($"other-{victim.Address}").OkAsync();
        var own = await target.CodeToAsync($"other-{victim.Address}");
        guesses.Add(own);
        await GuessAsync(3);
        await victim.Caller.VerifyEmailAsync(own).OkAsync();
        await victim.Caller.SetEmailAsync(victim.Address).OkAsync();
        await GuessAsync(4);
        await GuessAsync(5);

        (await victim.Caller.SetEmailAsync($"third-{victim.Address}")).Status.Should().Be(HttpStatusCode.TooManyRequests);
        (await victim.Caller.RequestCodeAsync()).Status.Should().Be(HttpStatusCode.TooManyRequests);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-07")]
    public async Task Code_WhenItsFactorWasRemovedOrItsUserUnlocked_ShouldNotWork(Setup setup)
    {
        var victim = await Victim.WithFactorAsync(await targets.GetAsync(setup));
        var (before, code) = await victim.ChallengedByOperatorAsync();
        await victim.Operator.UnlockAsync(victim.User).OkAsync();
        (await victim.Caller.VerifyChallengeAsync(before, code)).Status.Should().NotBe(HttpStatusCode.OK);

        var (challenge, challengeCode) = await victim.ChallengedByOperatorAsync();
        await victim.Caller.RemoveContactFactorAsync().OkAsync();
        (await victim.Caller.VerifyChallengeAsync(challenge, challengeCode)).Status.Should().Be(HttpStatusCode.NotFound);
        await victim.Caller.AddContactFactorAsync().OkAsync();
        (await victim.Caller.VerifyChallengeAsync(challenge, challengeCode)).Status.Should().Be(HttpStatusCode.NotFound, "it is another factor");
    }

    private static async Task ShouldBeWrongAsync(Victim victim, string challenge, string code)
    {
        var answer = await victim.Caller.VerifyChallengeAsync(challenge, code);
        answer.Status.Should().Be(HttpStatusCode.BadRequest, answer.Text);
        answer.ErrorName.Should().Be("InvalidPasscodeError");
    }
}
