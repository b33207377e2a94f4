using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.OtpEmailFactors;

/// <summary>All codes of a user's registrations and challenges have one budget (rules 7 to 10 and 12).</summary>
[Trait("Rule", "10")]
public sealed class SharedBudgetTests
{
    private readonly FactorsScenario _scenario = new();
    private readonly OtpEmailFactor _factor;

    public SharedBudgetTests() => _factor = _scenario.WithReady(Some.Ana);

    private UserFactors Factors => _scenario.Factors;

    [Fact]
    [Trait("Requirement", "SEC-04")]
    public void Guess_WhenSpreadOverParallelChallengesAndRegistrations_ShouldBeFiveInAll()
    {
        var challenges = Enumerable.Range(0, 3).Select(_ => _scenario.WithChallenge()).ToList();
        var registrations = new[] { _scenario.WithRegistration(Some.Bela), _scenario.WithRegistration(Some.Cleo) };

        challenges.ForEach(challenge => _scenario.GuessWrong(challenge).Should().Be(GuessOutcome.Wrong));
        foreach (var registration in registrations)
        {
            _scenario.GuessWrong(registration).Should().Be(GuessOutcome.Wrong);
        }

        _scenario.LockedUntil.Should().NotBeNull();
        challenges.ForEach(challenge => _scenario.GuessRight(challenge).Should().Be(GuessOutcome.Locked));
        registrations.Should().OnlyContain(registration => _scenario.GuessRight(registration) == GuessOutcome.Locked);
        Factors.RefusesChallengePasscode(null, _scenario.Now)!.Code.Should().Be("Passcode.Locked");
        Factors.RefusesRegistration(Some.Bela, _scenario.Now)!.Code.Should().Be("Passcode.Locked");
    }

    [Fact]
    public void AttemptsIn_WhenGuessedElsewhere_ShouldBeShownByEveryOpenCode()
    {
        var (challenge, other) = (_scenario.WithChallenge(), _scenario.WithChallenge());
        var registration = _scenario.WithRegistration(Some.Bela);

        _scenario.WithWrongGuesses(challenge, 2).WithWrongGuesses(registration, 1);

        foreach (var slot in new[] { challenge.Slot, other.Slot, registration.Slot })
        {
            slot.Passcode!.AttemptsIn(Factors.Budget, _scenario.Now).Should().Be(3);
        }
    }

    [Fact]
    [Trait("Rule", "7")]
    [Trait("Requirement", "SEC-04")]
    public void Guess_WhenFourAreSpentAndACodeIsHadAnyWay_ShouldHaveOneLeft()
    {
        var challenge = _scenario.WithChallenge();
        _scenario.WithWrongGuesses(challenge, 4);

        _scenario.WithResent(challenge);
        Left(challenge.Slot).Should().Be(1, "a resend restores nothing");
        Left(_scenario.WithChallenge().Slot).Should().Be(1, "nor does another challenge");
        var bela = _scenario.WithRegistration(Some.Bela);
        Left(bela.Slot).Should().Be(1, "nor a registration");
        Left(_scenario.WithRegistration(Some.Bela).Slot).Should().Be(1, "nor adding it once more");
        Factors.Remove(bela, _scenario.Now);
        Left(_scenario.WithRegistration(Some.Bela).Slot).Should().Be(1, "nor removing and adding it");
        Left(_scenario.WithRegistration(Some.Cleo).Slot).Should().Be(1, "nor another address");
        Factors.Remove(_factor, _scenario.Now);
        Left(_scenario.WithChallenge(_scenario.WithReady(Some.Ana)).Slot).Should().Be(1, "nor removing and adding the factor of the challenge");
        _scenario.ChangeContact(_scenario.After(TimeSpan.FromHours(1)).WithRegistration(Some.Bela).Address);
        _scenario.ChangeContact(Some.Ana);
        Left(_scenario.WithChallenge().Slot).Should().Be(1, "nor a change of the address and back, nor expiry");

        _scenario.Attempts.Should().Be(4);
        _scenario.WithLockByChallenge().LockedUntil.Should().NotBeNull();
    }

    [Theory]
    [InlineData(-1, 4)]
    [InlineData(0, 0)]
    [Trait("Rule", "7")]
    [Trait("Requirement", "SEC-04")]
    public void Guess_WhenAQuietDayHasPassed_ShouldStartAtZero(int millisecondsAfter, int attempts)
    {
        _scenario.WithWrongGuesses(_scenario.WithChallenge(), 4);

        _scenario.After(TimeSpan.FromHours(24) + (millisecondsAfter * Some.Tick)).Attempts.Should().Be(attempts);
        _scenario.WithChallenge().Slot.Passcode!.AttemptsIn(Factors.Budget, _scenario.Now).Should().Be(attempts);
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-05")]
    public void GuessChallenge_WhenTheFirstLock_ShouldLastTheLifetimeOfAChallenge()
    {
        _scenario.WithLockByChallenge();

        _scenario.LockedUntil.Should().Be(_scenario.Now.AddMinutes(5));
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-05")]
    public void GuessRegistration_WhenTheFirstLock_ShouldLastTheLifetimeOfARegistration()
    {
        _scenario.WithLockByRegistration(Some.Bela);

        _scenario.LockedUntil.Should().Be(_scenario.Now.AddMinutes(15));
    }

    [Theory]
    [InlineData("challenge, registration, challenge", new[] { 5, 10, 20 })]
    [InlineData("registration, challenge, registration", new[] { 15, 30, 60 })]
    [InlineData("challenge, challenge, registration, registration", new[] { 5, 10, 20, 40 })]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-05")]
    public void Guess_WhenLockedAgainByEitherPurpose_ShouldLastTwiceTheLast(string purposes, int[] minutes)
    {
        var lasted = new List<int>();
        foreach (var purpose in purposes.Split(", "))
        {
            _ = purpose == "challenge" ? _scenario.WithLockByChallenge() : _scenario.WithLockByRegistration(Some.Bela);
            lasted.Add((int)(_scenario.LockedUntil!.Value - _scenario.Now).TotalMinutes);
        }

        lasted.Should().Equal(minutes);
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-05")]
    public void Guess_WhenRemovedAndAddedBetweenLocks_ShouldStayLockedAndInTheSeries()
    {
        _scenario.WithLockByChallenge();
        var until = _scenario.LockedUntil;
        Factors.Remove(_factor, _scenario.Now);
        _scenario.WithReady(Some.Ana);

        _scenario.LockedUntil.Should().Be(until);
        _scenario.Challenge().Should().Be(PasscodeErrors.Locked(until!.Value));
        _scenario.WithLockByChallenge().LockedUntil.Should().Be(_scenario.Now.AddMinutes(10));
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-14")]
    public void RefusesRegistration_WhenBothLockAndIntervalStand_ShouldSayTheLaterOne()
    {
        _scenario.RegistrationPolicy = _scenario.RegistrationPolicy with { ResendInterval = TimeSpan.FromHours(1) };
        _scenario.WithRegistration(Some.Bela);
        _scenario.WithLockByChallenge();

        Factors.RefusesRegistration(Some.Bela, _scenario.Now).Should().Be(PasscodeErrors.Locked(Some.Start.AddHours(1)));
        Factors.RefusesRegistration(Some.Cleo, _scenario.Now).Should().Be(PasscodeErrors.Locked(Some.Start.AddMinutes(5)));
    }

    [Fact]
    [Trait("Rule", "9")]
    public void Guess_WhenTheLockHasEnded_ShouldStartAtZeroWithANewCodeAndNotReviveTheOld()
    {
        _scenario.ChallengePolicy = _scenario.ChallengePolicy with { Lifetime = TimeSpan.FromMinutes(1) };
        var registration = _scenario.WithRegistration(Some.Bela);
        _scenario.WithLockByChallenge().At(_scenario.LockedUntil!.Value);

        _scenario.Attempts.Should().Be(0);
        registration.Slot.Passcode!.IsExpiredAt(_scenario.Now).Should().BeFalse();
        _scenario.GuessRight(registration).Should().Be(GuessOutcome.Locked, "the code died with the lock");
        _scenario.GuessRight(_scenario.WithChallenge()).Should().Be(GuessOutcome.Right);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void GuessChallenge_WhenRightAndAllGuessesWereAtThatAddress_ShouldClearForAllCodes()
    {
        _scenario.WithLockByChallenge();
        var (challenge, other) = (_scenario.WithChallenge(), _scenario.WithChallenge());
        _scenario.WithWrongGuesses(challenge, 4).GuessRight(challenge).Should().Be(GuessOutcome.Right);

        _scenario.Attempts.Should().Be(0);
        _scenario.WithWrongGuesses(other, 5);
        _scenario.LockedUntil.Should().Be(_scenario.Now.AddMinutes(5), "the series began anew");
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-04")]
    public void GuessRegistration_WhenRightAtAnotherAddress_ShouldClearNothing()
    {
        _scenario.WithLockByChallenge();
        var challenge = _scenario.WithChallenge();
        _scenario.WithWrongGuesses(challenge, 4);

        _scenario.GuessRight(_scenario.WithRegistration(Some.Bela)).Should().Be(GuessOutcome.Right);

        _scenario.Attempts.Should().Be(4);
        _scenario.WithWrongGuesses(challenge, 1).LockedUntil.Should().Be(_scenario.Now.AddMinutes(10));
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-04")]
    public void GuessChallenge_WhenRightAfterGuessesAtSeveralAddresses_ShouldClearNothing()
    {
        _scenario.WithWrongGuesses(_scenario.WithRegistration(Some.Bela), 1);
        var challenge = _scenario.WithChallenge();
        _scenario.WithWrongGuesses(challenge, 1).GuessRight(challenge).Should().Be(GuessOutcome.Right);

        _scenario.Attempts.Should().Be(2);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void GuessRegistration_WhenRightAtTheAddressOfAllGuesses_ShouldClear()
    {
        var registration = _scenario.WithRegistration(Some.Bela);
        _scenario.WithWrongGuesses(registration, 4).GuessRight(registration).Should().Be(GuessOutcome.Right);

        _scenario.Attempts.Should().Be(0);
        Factors.Budget.GuessedAddress.Should().BeNull();
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-04")]
    public void GuessChallenge_WhenTheFactorHasMovedSince_ShouldClearNothing()
    {
        _scenario.WithWrongGuesses(_scenario.WithChallenge(), 4);
        _scenario.ChangeContact(Some.Bela);

        _scenario.GuessRight(_scenario.WithChallenge()).Should().Be(GuessOutcome.Right);

        _scenario.Attempts.Should().Be(4, "the guesses were at codes for the old address");
    }

    [Fact]
    [Trait("Rule", "12")]
    [Trait("Rule", "23")]
    public void Unlock_WhenLocked_ShouldEndLockCountAndSeriesAndBeOneChange()
    {
        _scenario.WithLockByChallenge();
        _scenario.WithLockByChallenge();
        var (sequence, epoch, own) = (Factors.Sequence, Factors.Budget.Epoch, _factor.Sequence);
        _scenario.After(TimeSpan.FromMinutes(1));

        Factors.Unlock(_scenario.Now);

        _scenario.LockedUntil.Should().BeNull();
        _scenario.Attempts.Should().Be(0);
        Factors.Budget.Should().BeEquivalentTo(AttemptBudget.Untouched, options => options.Excluding(budget => budget.Epoch));
        Factors.Budget.Epoch.Should().Be(epoch + 1);
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
        _factor.Sequence.Should().Be(own, "it had no code to lose");
        _scenario.WithLockByChallenge().LockedUntil.Should().Be(_scenario.Now.AddMinutes(5), "the series is over");
    }

    [Fact]
    [Trait("Rule", "12")]
    public void Unlock_WhenCodesAreLive_ShouldKillThemAll()
    {
        var registration = _scenario.WithRegistration(Some.Bela);
        var challenge = _scenario.WithChallenge();
        var own = registration.Sequence;
        _scenario.After(TimeSpan.FromSeconds(1));

        Factors.Unlock(_scenario.Now);

        registration.Slot.Passcode.Should().BeNull();
        registration.Sequence.Should().Be(own + 1);
        registration.ChangedAt.Should().Be(_scenario.Now);
        challenge.Slot.Passcode.Should().BeNull();
        _scenario.GuessRight(registration).Should().Be(GuessOutcome.NoPasscode);
        _scenario.GuessRight(challenge).Should().Be(GuessOutcome.NoPasscode);
        registration.State.Should().Be(FactorState.NotReady);
        Factors.FindChallenge(challenge.Id, _scenario.Now).Should().BeSameAs(challenge, "it can be sent again");
        _scenario.WithResent(challenge).GuessRight(challenge).Should().Be(GuessOutcome.Right);
    }

    [Fact]
    [Trait("Rule", "12")]
    public void Unlock_WhenAChallengeIsVerified_ShouldLeaveItVerified()
    {
        var challenge = _scenario.WithChallenge();
        _scenario.GuessRight(challenge);

        Factors.Unlock(_scenario.Now);

        Factors.FindChallenge(challenge.Id, _scenario.Now)!.IsVerified.Should().BeTrue();
    }

    [Fact]
    [Trait("Rule", "12")]
    public void Unlock_WhenAFactorWasRemoved_ShouldNotTouchIt()
    {
        var removed = _scenario.WithRegistration(Some.Bela);
        Factors.Remove(removed, _scenario.Now);
        var sequence = removed.Sequence;

        Factors.Unlock(_scenario.Now);

        removed.Sequence.Should().Be(sequence);
        removed.State.Should().Be(FactorState.Removed);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void Guess_WhenAPurposeAllowsFewerThanStand_ShouldDeliverNoDeadCodeAndGiveNoGuessBack()
    {
        _scenario.RegistrationPolicy = _scenario.RegistrationPolicy with { MaxAttempts = 2 };
        var early = _scenario.WithRegistration(Some.Bela);
        _scenario.WithWrongGuesses(_scenario.WithChallenge(), 3);

        _scenario.GuessRight(early).Should().Be(GuessOutcome.Locked, "its own two attempts are used up");
        var late = _scenario.WithRegistration(Some.Cleo);
        Left(late.Slot).Should().Be(1);
        _scenario.WithWrongGuesses(late, 1).LockedUntil.Should().Be(_scenario.Now.AddMinutes(15));
    }

    private int Left(PasscodeSlot slot) => slot.Passcode!.MaxAttempts - slot.Passcode.AttemptsIn(Factors.Budget, _scenario.Now);
}
