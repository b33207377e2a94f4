using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.OtpEmailFactors;

public sealed class ChallengeTests
{
    private readonly FactorsScenario _scenario = new();
    private readonly OtpEmailFactor _factor;

    public ChallengeTests() => _factor = _scenario.WithReady(Some.Ana);

    private UserFactors Factors => _scenario.Factors;

    [Fact]
    [Trait("Rule", "20")]
    public void FindForChallenge_WhenTheContactFactorIsReady_ShouldBeItThoughAnotherIsOlder()
    {
        var own = _scenario.After(TimeSpan.FromDays(1)).WithReady(Some.Bela);

        Factors.FindForChallenge(EmailAddress.Parse("Bela@Example.ORG")).Should().BeSameAs(own);
    }

    [Fact]
    [Trait("Rule", "20")]
    public void FindForChallenge_WhenTheContactFactorIsNotReady_ShouldBeTheOldestThatIsReady()
    {
        _scenario.WithRegistration(Some.Bela);
        _scenario.After(TimeSpan.FromDays(1)).WithReady(Some.Cleo);

        Factors.FindForChallenge(Some.Bela).Should().BeSameAs(_factor);
    }

    [Fact]
    [Trait("Rule", "20")]
    public void FindForChallenge_WhenThereIsNoContactFactorOrNoContact_ShouldBeTheOldestThatIsReady()
    {
        var scenario = new FactorsScenario();
        scenario.WithRegistration(Some.Ana);
        var bela = scenario.WithReady(Some.Bela);
        scenario.After(TimeSpan.FromSeconds(1)).WithReady(Some.Cleo);

        scenario.Factors.FindForChallenge(EmailAddress.Parse("dora@example.com")).Should().BeSameAs(bela);
        scenario.Factors.FindForChallenge(null).Should().BeSameAs(bela);
    }

    [Fact]
    [Trait("Rule", "20")]
    public void FindForChallenge_WhenTheNewerHasTheLowerId_ShouldGoByTheTimeOfAddingFirst()
    {
        var factors = UserFactors.Start(Some.UserId, Some.Start);
        var older = factors.AddReady(FactorsScenario.Id(2), Some.Ana, Some.Start);
        var newer = factors.AddReady(FactorsScenario.Id(1), Some.Bela, Some.Start + Some.Tick);

        factors.FindForChallenge(null).Should().BeSameAs(older);
        factors.Remove(older, Some.Start + Some.Tick);
        factors.FindForChallenge(null).Should().BeSameAs(newer);
    }

    [Fact]
    [Trait("Rule", "20")]
    public void FindForChallenge_WhenAddedAtTheSameTime_ShouldGoByTheId()
    {
        var factors = UserFactors.Start(Some.UserId, Some.Start);
        factors.AddReady(FactorsScenario.Id(2), Some.Ana, Some.Start);
        var lower = factors.AddReady(FactorsScenario.Id(1), Some.Bela, Some.Start);

        factors.FindForChallenge(null).Should().BeSameAs(lower);
    }

    [Fact]
    [Trait("Rule", "20")]
    public void FindForChallenge_WhenNoneIsReady_ShouldBeNull()
    {
        Factors.Remove(_factor, _scenario.Now);
        _scenario.WithRegistration(Some.Bela);

        Factors.FindForChallenge(Some.Ana).Should().BeNull();
        Factors.FindForChallenge(Some.Bela).Should().BeNull();
        _scenario.Challenge().Should().Be(OtpEmailFactorErrors.NotFound);
    }

    [Fact]
    [Trait("Rule", "20")]
    [Trait("Rule", "23")]
    public void StartChallenge_WhenTheFactorIsReady_ShouldBeBoundToItAndBeOneChange()
    {
        var sequence = Factors.Sequence;
        _scenario.After(TimeSpan.FromSeconds(1));

        var challenge = Factors.StartChallenge(FactorsScenario.Id(5), _factor, _scenario.Now);

        Factors.Challenges.Should().ContainSingle().Which.Should().BeSameAs(challenge);
        challenge.Id.Should().Be(FactorsScenario.Id(5));
        challenge.UserId.Should().Be(Some.UserId);
        challenge.FactorId.Should().Be(_factor.Id);
        challenge.Address.Should().Be(Some.Ana);
        challenge.CreatedAt.Should().Be(_scenario.Now);
        challenge.IsVerified.Should().BeFalse();
        challenge.VerifiedAt.Should().BeNull();
        challenge.Slot.Should().Be(PasscodeSlot.Empty);
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
        _scenario.GuessWrong(challenge).Should().Be(GuessOutcome.NoPasscode, "it has no code yet");
    }

    [Theory]
    [InlineData(FactorState.NotReady)]
    [InlineData(FactorState.Removed)]
    [Trait("Rule", "20")]
    public void StartChallenge_WhenTheFactorIsNotReady_ShouldThrowAndChangeNothing(FactorState state)
    {
        var factor = _scenario.WithRegistration(Some.Bela);
        if (state == FactorState.Removed)
        {
            Factors.Remove(factor, _scenario.Now);
        }

        var before = _scenario.Snapshot();

        Factors.Invoking(f => f.StartChallenge(FactorsScenario.Id(5), factor, _scenario.Now)).Should().Throw<RefusedException>().WithMessage("*NotFound*");

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "23")]
    public void IssueChallengePasscode_WhenAccepted_ShouldHoldTheCodeAndBeOneChange()
    {
        var challenge = _scenario.WithChallenge();
        var sequence = Factors.Sequence;
        _scenario.WithResent(challenge);

        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now).And.Be(Some.Start.AddSeconds(60));
        challenge.Slot.Passcode!.Hash.Should().Be(_scenario.Sent[1].Hash);
        challenge.Slot.Passcode.ExpiresAt.Should().Be(_scenario.Now.AddMinutes(5));
        challenge.Slot.DeliveryId.Should().Be(_scenario.Sent[1].DeliveryId);
        challenge.PasscodeExpiresAt.Should().Be(_scenario.Now.AddMinutes(5));
    }

    [Fact]
    [Trait("Rule", "7")]
    public void IssueChallengePasscode_WhenResent_ShouldKillTheOldCode()
    {
        var challenge = _scenario.WithChallenge();
        _scenario.WithResent(challenge);

        _scenario.Guess(challenge, _scenario.Sent[0].Text).Should().Be(GuessOutcome.Wrong);
        _scenario.Guess(challenge, _scenario.Sent[1].Text).Should().Be(GuessOutcome.Right);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(59_999, true)]
    [InlineData(60_000, false)]
    [Trait("Rule", "8")]
    [Trait("Requirement", "SEC-14")]
    public void RefusesChallengePasscode_WhenWithinTheResendInterval_ShouldRefuseThatChallengeAlone(int millisecondsLater, bool refused)
    {
        var challenge = _scenario.WithChallenge();
        _scenario.After(millisecondsLater * Some.Tick);

        Factors.RefusesChallengePasscode(challenge, _scenario.Now).Should().Be(refused ? PasscodeErrors.TooSoon(Some.Start.AddSeconds(60)) : null);
        Factors.RefusesChallengePasscode(null, _scenario.Now).Should().BeNull("a new challenge is not a resend");
    }

    [Fact]
    [Trait("Rule", "8")]
    public void IssueChallengePasscode_WhenTooSoon_ShouldThrowChangeNothingAndKeepTheOldCodeAlive()
    {
        var challenge = _scenario.WithChallenge();
        var before = _scenario.After(TimeSpan.FromSeconds(1)).Snapshot();

        Factors.Invoking(f => Issue(f, challenge)).Should().Throw<RefusedException>().WithMessage("*TooSoon*");

        _scenario.Snapshot().Should().Be(before);
        _scenario.GuessRight(challenge).Should().Be(GuessOutcome.Right);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void IssueChallengePasscode_WhenLocked_ShouldThrowAndChangeNothing()
    {
        var challenge = _scenario.WithChallenge();
        _scenario.WithLockByChallenge();
        var before = _scenario.After(TimeSpan.FromMinutes(2)).Snapshot();

        Factors.RefusesChallengePasscode(challenge, _scenario.Now).Should().Be(PasscodeErrors.Locked(Some.Start.AddMinutes(5)));
        Factors.RefusesChallengePasscode(null, _scenario.Now).Should().Be(PasscodeErrors.Locked(Some.Start.AddMinutes(5)));
        Factors.Invoking(f => Issue(f, challenge)).Should().Throw<RefusedException>().WithMessage("*Locked*");

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "24")]
    public void IssueChallengePasscode_WhenVerified_ShouldBeRefusedAsVerifiedEvenWhenLocked()
    {
        var challenge = _scenario.WithChallenge();
        _scenario.GuessRight(challenge);
        _scenario.WithLockByChallenge();
        var before = _scenario.Snapshot();

        Factors.RefusesChallengePasscode(challenge, _scenario.Now).Should().Be(OtpEmailFactorErrors.ChallengeAlreadyVerified);
        Factors.Invoking(f => Issue(f, challenge)).Should().Throw<RefusedException>().WithMessage("*AlreadyVerified*");

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "20")]
    [Trait("Rule", "23")]
    public void GuessChallenge_WhenRight_ShouldBeVerifiedWithTheTimeAndBeOneChange()
    {
        var challenge = _scenario.WithChallenge();
        var (sequence, own) = (Factors.Sequence, _factor.Sequence);
        _scenario.After(TimeSpan.FromSeconds(5)).GuessRight(challenge).Should().Be(GuessOutcome.Right);

        challenge.IsVerified.Should().BeTrue();
        challenge.VerifiedAt.Should().Be(_scenario.Now);
        challenge.Slot.Passcode.Should().BeNull();
        challenge.PasscodeExpiresAt.Should().Be(Some.Start.AddMinutes(5), "it is shown also when the code is used up");
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
        _factor.Sequence.Should().Be(own);
    }

    [Fact]
    [Trait("Rule", "4")]
    [Trait("Rule", "24")]
    [Trait("Requirement", "SEC-02")]
    public void GuessChallenge_WhenVerifiedAlready_ShouldNotBeComparedAndChangeNothing()
    {
        var challenge = _scenario.WithChallenge();
        _scenario.GuessRight(challenge);
        _scenario.WithLockByChallenge();
        var before = _scenario.After(TimeSpan.FromSeconds(1)).Snapshot();

        _scenario.Guess(challenge, _scenario.Sent[0].Text).Should().Be(GuessOutcome.AlreadyVerified);
        _scenario.GuessWrong(challenge).Should().Be(GuessOutcome.AlreadyVerified);

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "6")]
    [Trait("Rule", "23")]
    public void GuessChallenge_WhenWrong_ShouldCountOneAndBeOneChange()
    {
        var challenge = _scenario.WithChallenge();
        var sequence = Factors.Sequence;
        _scenario.After(TimeSpan.FromSeconds(5)).GuessWrong(challenge).Should().Be(GuessOutcome.Wrong);

        _scenario.Attempts.Should().Be(1);
        challenge.IsVerified.Should().BeFalse();
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
    }

    [Fact]
    [Trait("Rule", "24")]
    public void GuessChallenge_WhenJudged_ShouldFollowTheOrder()
    {
        var (challenge, other) = (_scenario.WithChallenge(), _scenario.WithChallenge());
        var withoutCode = Factors.StartChallenge(FactorsScenario.Id(50), _factor, _scenario.Now);
        _scenario.GuessRight(other);

        _scenario.GuessWrong(withoutCode).Should().Be(GuessOutcome.NoPasscode);
        _scenario.WithWrongGuesses(challenge, 5).After(TimeSpan.FromMinutes(4));
        _scenario.GuessWrong(other).Should().Be(GuessOutcome.AlreadyVerified, "verified comes before locked");
        _scenario.GuessWrong(withoutCode).Should().Be(GuessOutcome.Locked, "locked comes before no code");
        _scenario.GuessRight(challenge).Should().Be(GuessOutcome.Locked, "locked comes before right");
        _scenario.After(TimeSpan.FromMinutes(1)).LockedUntil.Should().BeNull();
        _scenario.GuessRight(challenge).Should().Be(GuessOutcome.Locked, "exhausted comes before expired");
        _scenario.GuessWrong(withoutCode).Should().Be(GuessOutcome.NoPasscode);
    }

    [Theory]
    [InlineData(-1, GuessOutcome.Right)]
    [InlineData(0, GuessOutcome.Expired)]
    [InlineData(1, GuessOutcome.Expired)]
    [Trait("Rule", "5")]
    public void GuessChallenge_WhenAroundTheExpiry_ShouldFailFromExpiresAtOn(int milliseconds, GuessOutcome expected)
    {
        var challenge = _scenario.WithChallenge();
        _scenario.At(Some.Start.AddMinutes(5) + (milliseconds * Some.Tick)).GuessRight(challenge).Should().Be(expected);

        challenge.IsVerified.Should().Be(expected == GuessOutcome.Right);
    }

    [Fact]
    [Trait("Rule", "5")]
    public void GuessChallenge_WhenExpired_ShouldNotCountNorChangeAnything()
    {
        var challenge = _scenario.WithChallenge();
        var before = _scenario.After(TimeSpan.FromMinutes(5)).Snapshot();

        _scenario.GuessWrong(challenge).Should().Be(GuessOutcome.Expired);

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "2")]
    [Trait("Requirement", "SEC-07")]
    public void GuessChallenge_WhenTheCodeIsFromElsewhere_ShouldBeWrongAndCounted()
    {
        var bela = _scenario.WithReady(Some.Bela);
        var registration = _scenario.WithRegistration(Some.Cleo);
        var (challenge, twin, other) = (_scenario.WithChallenge(_factor), _scenario.WithChallenge(_factor), _scenario.WithChallenge(bela));

        _scenario.Guess(challenge, _scenario.CodeOf(registration.Id)).Should().Be(GuessOutcome.Wrong);
        _scenario.Guess(challenge, _scenario.CodeOf(twin.Id)).Should().Be(GuessOutcome.Wrong);
        _scenario.Guess(challenge, _scenario.CodeOf(other.Id)).Should().Be(GuessOutcome.Wrong);
        _scenario.Guess(registration, _scenario.CodeOf(challenge.Id)).Should().Be(GuessOutcome.Wrong);

        _scenario.Attempts.Should().Be(4);
        Factors.Challenges.Should().OnlyContain(one => !one.IsVerified);
        registration.State.Should().Be(FactorState.NotReady);
    }

    [Fact]
    [Trait("Rule", "2")]
    [Trait("Requirement", "SEC-07")]
    public void GuessChallenge_WhenTheTextIsRightButBoundElsewhere_ShouldBeWrong()
    {
        var challenge = _scenario.WithChallenge();
        var binding = FactorsScenario.BindingOf(challenge);
        PasscodeBinding[] elsewhere =
        [
            binding with { Purpose = PasscodePurpose.FactorRegistration },
            binding with { UserId = "user-2" },
            binding with { Address = Some.Cleo },
            binding with { SubjectId = _factor.Id },
        ];

        foreach (var other in elsewhere)
        {
            var candidate = TestHasher.Hash(other, _scenario.CodeOf(challenge.Id));
            Factors.GuessChallenge(challenge, candidate, _scenario.ChallengePolicy, _scenario.Now).Should().Be(GuessOutcome.Wrong);
        }
    }

    [Fact]
    [Trait("Rule", "4")]
    [Trait("Requirement", "SEC-02")]
    public void GuessChallenge_WhenAnotherOfTheSameFactorIsVerified_ShouldStandByItself()
    {
        var (first, second) = (_scenario.WithChallenge(), _scenario.WithChallenge());
        _scenario.GuessRight(first);

        second.IsVerified.Should().BeFalse();
        _scenario.Guess(second, _scenario.CodeOf(first.Id)).Should().Be(GuessOutcome.Wrong);
        _scenario.GuessRight(second).Should().Be(GuessOutcome.Right);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [Trait("Rule", "20")]
    public void FindChallenge_WhenAroundADayLater_ShouldBeGoneFromThatMomentOn(int milliseconds, bool there)
    {
        var (open, verified) = (_scenario.WithChallenge(), _scenario.WithChallenge());
        _scenario.GuessRight(verified);
        var now = Some.Start.AddHours(24) + (milliseconds * Some.Tick);

        Factors.FindChallenge(open.Id, now).Should().Be(there ? open : null);
        Factors.FindChallenge(verified.Id, now).Should().Be(there ? verified : null);
        open.IsGoneAt(now).Should().Be(!there);
    }

    [Fact]
    [Trait("Rule", "20")]
    public void FindChallenge_WhenThereAreSeveral_ShouldGoByTheId()
    {
        var (first, second) = (_scenario.WithChallenge(), _scenario.WithChallenge());

        Factors.FindChallenge(first.Id, _scenario.Now).Should().BeSameAs(first);
        Factors.FindChallenge(second.Id, _scenario.Now).Should().BeSameAs(second);
        Factors.FindChallenge(FactorsScenario.Id(99), _scenario.Now).Should().BeNull();
        Factors.FindChallenge(_factor.Id, _scenario.Now).Should().BeNull();
    }

    [Fact]
    [Trait("Rule", "20")]
    public void IsCarriedBy_WhenTheChallengeIsVerifiedResentOrUnlocked_ShouldBeFalseForItsOldMail()
    {
        var (verified, resent) = (_scenario.WithChallenge(), _scenario.WithChallenge());
        IsCarried(verified, 0).Should().BeTrue();
        _scenario.GuessRight(verified);
        IsCarried(verified, 0).Should().BeFalse();

        IsCarried(resent, 1).Should().BeTrue();
        _scenario.WithResent(resent);
        IsCarried(resent, 1).Should().BeFalse();
        IsCarried(resent, 2).Should().BeTrue();
        Factors.Unlock(_scenario.Now);
        IsCarried(resent, 2).Should().BeFalse();
    }

    [Fact]
    [Trait("Rule", "9")]
    public void IsCarriedBy_WhenAnotherChallengeExhaustsTheBudget_ShouldBeFalseAlsoAfterTheLock()
    {
        var challenge = _scenario.WithChallenge();
        _scenario.ChallengePolicy = _scenario.ChallengePolicy with { Lifetime = TimeSpan.FromMinutes(1) };
        _scenario.WithLockByChallenge();

        IsCarried(challenge, 0).Should().BeFalse();
        _scenario.After(TimeSpan.FromMinutes(1)).LockedUntil.Should().BeNull();
        IsCarried(challenge, 0).Should().BeFalse();
        _scenario.GuessRight(challenge).Should().Be(GuessOutcome.Locked);
    }

    private bool IsCarried(OtpEmailChallenge challenge, int mail) =>
        challenge.Slot.IsCarriedBy(_scenario.Sent[mail].DeliveryId, Factors.Budget, _scenario.Now);

    private void Issue(UserFactors factors, OtpEmailChallenge challenge) => factors.IssueChallengePasscode(
        challenge, TestHasher.Hash(FactorsScenario.BindingOf(challenge), "12345678"), null, _scenario.ChallengePolicy, _scenario.Now);
}
