using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.EmailVerifications;

/// <summary>Codes, guesses and locks of <see cref="EmailVerification"/>.</summary>
public sealed class EmailVerificationPasscodeTests
{
    private readonly VerificationScenario _scenario = new VerificationScenario().WithAddress(Some.Ana);

    private EmailVerification Verification => _scenario.Verification;

    [Fact]
    [Trait("Rule", "8")]
    public void RefusesPasscodeRequest_WhenNothingStandsAgainstIt_ShouldBeNull() =>
        Verification.RefusesPasscodeRequest(_scenario.Now).Should().BeNull();

    [Fact]
    [Trait("Rule", "13")]
    public void RefusesPasscodeRequest_WhenThereIsNoAddress_ShouldBeNotFound() =>
        new VerificationScenario().Request().Should().Be(EmailVerificationErrors.NotFound);

    [Fact]
    [Trait("Rule", "15")]
    public void RefusesPasscodeRequest_WhenVerified_ShouldBeAlreadyVerified()
    {
        _scenario.WithPasscode().GuessRight();

        _scenario.Request().Should().Be(EmailVerificationErrors.AlreadyVerified);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(59_999, true)]
    [InlineData(60_000, false)]
    [InlineData(60_001, false)]
    [Trait("Rule", "8")]
    public void RefusesPasscodeRequest_WhenWithinTheResendInterval_ShouldSayUntilWhen(int millisecondsLater, bool refused)
    {
        var until = _scenario.WithPasscode().Now.AddSeconds(60);
        _scenario.After(millisecondsLater * Some.Tick);

        Verification.RefusesPasscodeRequest(_scenario.Now).Should().Be(refused ? PasscodeErrors.TooSoon(until) : null);
    }

    [Fact]
    [Trait("Rule", "8")]
    public void RefusesPasscodeRequest_WhenThereIsNoResendInterval_ShouldNotRefuse()
    {
        var scenario = new VerificationScenario(Some.Policy with { ResendInterval = TimeSpan.Zero }).WithAddress(Some.Ana).WithPasscode();

        scenario.Request().Should().BeNull();
    }

    [Fact]
    [Trait("Rule", "8")]
    public void RefusesPasscodeRequest_WhenThereIsNoResendIntervalAndAnotherRequestWasFaster_ShouldNotRefuse()
    {
        var scenario = new VerificationScenario(Some.Policy with { ResendInterval = TimeSpan.Zero }).WithAddress(Some.Ana).WithPasscode();

        scenario.Verification.RefusesPasscodeRequest(scenario.Now.AddMilliseconds(-100)).Should().BeNull("its time was taken before the other one's, and it came second");
    }

    [Fact]
    [Trait("Rule", "8")]
    public void IssuePasscode_WhenRefusedByTheInterval_ShouldThrowChangeNothingAndKeepTheOldCodeAlive()
    {
        var before = _scenario.WithPasscode().Snapshot();

        _scenario.Invoking(s => Issue(s)).Should().Throw<InvalidOperationException>().WithMessage("*TooSoon*");

        _scenario.Snapshot().Should().Be(before);
        _scenario.GuessRight().Should().Be(GuessOutcome.Right);
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-05")]
    public void IssuePasscode_WhenLocked_ShouldThrowAndChangeNothing()
    {
        var before = _scenario.WithLock().After(TimeSpan.FromMinutes(5)).Snapshot();

        _scenario.Invoking(s => Issue(s)).Should().Throw<InvalidOperationException>().WithMessage("*Locked*");

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "23")]
    public void IssuePasscode_WhenAccepted_ShouldBeOneChangeAndHoldTheCode()
    {
        var sequence = Verification.Sequence;
        _scenario.After(TimeSpan.FromMinutes(1)).WithPasscode();

        Verification.Sequence.Should().Be(sequence + 1);
        Verification.ChangedAt.Should().Be(_scenario.Now);
        Verification.Slot.Passcode!.ExpiresAt.Should().Be(_scenario.Now.AddMinutes(15));
        Verification.Slot.DeliveryId.Should().Be(Some.DeliveryId(1));
    }

    [Fact]
    public void IssuePasscode_WhenNothingIsMailed_ShouldHaveNoDelivery()
    {
        Verification.IssuePasscode(TestHasher.HashForVerification(Some.Ana, "123456"), null, _scenario.Policy, _scenario.Now);

        Verification.Slot.DeliveryId.Should().BeNull();
        Verification.Slot.Passcode.Should().NotBeNull();
    }

    [Fact]
    [Trait("Rule", "7")]
    public void IssuePasscode_WhenResent_ShouldKillTheOldCode()
    {
        _scenario.WithPasscode().WithPasscode();

        _scenario.Guess(_scenario.Codes[0]).Should().Be(GuessOutcome.Wrong);
        _scenario.Guess(_scenario.Codes[1]).Should().Be(GuessOutcome.Right);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(23 * 60)]
    [Trait("Rule", "7")]
    [Trait("Requirement", "SEC-04")]
    public void IssuePasscode_WhenResentOrExpired_ShouldNotRestoreTheBudget(int minutesLater)
    {
        _scenario.WithPasscode().WithWrongGuesses(4).After(TimeSpan.FromMinutes(minutesLater)).WithPasscode();

        Verification.Slot.Passcode!.AttemptsIn(Verification.Budget, _scenario.Now).Should().Be(4);
        _scenario.GuessWrong().Should().Be(GuessOutcome.Wrong);
        _scenario.GuessRight().Should().Be(GuessOutcome.Locked);
    }

    [Theory]
    [InlineData(-1, 4)]
    [InlineData(0, 0)]
    [Trait("Rule", "7")]
    [Trait("Requirement", "SEC-04")]
    public void IssuePasscode_WhenAfterAQuietDay_ShouldStartAtZero(int millisecondsAfter, int attempts)
    {
        _scenario.WithPasscode().WithWrongGuesses(4).After(TimeSpan.FromHours(24) + (millisecondsAfter * Some.Tick)).WithPasscode();

        Verification.Slot.Passcode!.AttemptsIn(Verification.Budget, _scenario.Now).Should().Be(attempts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [Trait("Rule", "9")]
    public void IssuePasscode_WhenTheAllowedAttemptsWereLowered_ShouldNotDeliverADeadCode(int maxAttempts)
    {
        _scenario.WithPasscode().WithWrongGuesses(4);
        _scenario.Policy = _scenario.Policy with { MaxAttempts = maxAttempts };

        _scenario.WithPasscode();

        Verification.Slot.Passcode!.IsLiveIn(Verification.Budget, _scenario.Now).Should().BeTrue();
        _scenario.GuessWrong().Should().Be(GuessOutcome.Wrong);
        _scenario.LockedUntil.Should().NotBeNull("one guess is all that was left");
    }

    [Fact]
    [Trait("Rule", "6")]
    [Trait("Rule", "23")]
    public void Guess_WhenWrong_ShouldCountOneAndBeOneChange()
    {
        var sequence = _scenario.WithPasscode().Verification.Sequence;
        _scenario.After(TimeSpan.FromSeconds(1));

        _scenario.GuessWrong().Should().Be(GuessOutcome.Wrong);

        _scenario.Attempts.Should().Be(1);
        Verification.Sequence.Should().Be(sequence + 1);
        Verification.ChangedAt.Should().Be(_scenario.Now);
        Verification.IsVerified.Should().BeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [Trait("Rule", "4")]
    [Trait("Rule", "23")]
    public void Guess_WhenRight_ShouldVerifyClearTheBudgetAndBeOneChange(int wrongBefore)
    {
        _scenario.WithPasscode().WithWrongGuesses(wrongBefore).After(TimeSpan.FromMinutes(2));
        var sequence = Verification.Sequence;

        _scenario.GuessRight().Should().Be(GuessOutcome.Right);

        Verification.IsVerified.Should().BeTrue();
        Verification.VerifiedAt.Should().Be(_scenario.Now);
        Verification.LastVerifiedAddress.Should().Be(Some.Ana);
        Verification.Slot.Passcode.Should().BeNull();
        _scenario.Attempts.Should().Be(0);
        Verification.Sequence.Should().Be(sequence + 1);
        Verification.ChangedAt.Should().Be(_scenario.Now);
    }

    [Fact]
    [Trait("Rule", "4")]
    [Trait("Rule", "24")]
    public void Guess_WhenVerifiedAlready_ShouldChangeNothingWhateverTheGuess()
    {
        _scenario.WithPasscode().GuessRight();
        var before = _scenario.After(TimeSpan.FromSeconds(1)).Snapshot();

        _scenario.GuessRight().Should().Be(GuessOutcome.AlreadyVerified);
        _scenario.GuessWrong().Should().Be(GuessOutcome.AlreadyVerified);

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "24")]
    public void Guess_WhenThereWasNeverACode_ShouldChangeNothing()
    {
        var before = _scenario.Snapshot();

        _scenario.GuessWrong().Should().Be(GuessOutcome.NoPasscode);

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "24")]
    public void Guess_WhenThereIsNoAddress_ShouldBeNoPasscode() => new VerificationScenario().GuessWrong().Should().Be(GuessOutcome.NoPasscode);

    [Theory]
    [InlineData(-1, GuessOutcome.Right)]
    [InlineData(0, GuessOutcome.Expired)]
    [Trait("Rule", "5")]
    public void Guess_WhenAroundTheExpiry_ShouldFailFromExpiresAtOn(int millisecondsAfter, GuessOutcome expected)
    {
        _scenario.WithPasscode().After(Some.Policy.Lifetime + (millisecondsAfter * Some.Tick));

        _scenario.GuessRight().Should().Be(expected);
    }

    [Fact]
    [Trait("Rule", "5")]
    public void Guess_WhenExpired_ShouldChangeNothing()
    {
        var before = _scenario.WithPasscode().After(Some.Policy.Lifetime).Snapshot();

        _scenario.GuessRight().Should().Be(GuessOutcome.Expired);
        _scenario.GuessWrong().Should().Be(GuessOutcome.Expired);

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Rule", "24")]
    [Trait("Requirement", "SEC-05")]
    public void Guess_WhenItExhausts_ShouldBeWrongAndLockAndLaterGuessesChangeNothing()
    {
        _scenario.WithPasscode().WithWrongGuesses(5);
        var before = _scenario.Snapshot();

        _scenario.GuessRight().Should().Be(GuessOutcome.Locked);
        _scenario.GuessWrong().Should().Be(GuessOutcome.Locked);

        _scenario.Snapshot().Should().Be(before);
        _scenario.LockedUntil.Should().Be(_scenario.Now.AddMinutes(15));
        Verification.Slot.Passcode!.AttemptsIn(Verification.Budget, _scenario.Now).Should().Be(5);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void Guess_WhenTheLockHasEndedButTheCodeHasNot_ShouldStillFail()
    {
        var scenario = new VerificationScenario(Some.Policy with { Lifetime = TimeSpan.FromMinutes(15) }).WithAddress(Some.Ana).WithPasscode();
        scenario.WithWrongGuesses(5).Policy = Some.Policy with { Lifetime = TimeSpan.FromMinutes(1) };
        scenario.At(scenario.LockedUntil!.Value);

        scenario.GuessRight().Should().Be(GuessOutcome.Locked, "an exhausted code is named before an expired one");
        scenario.WithPasscode().GuessRight().Should().Be(GuessOutcome.Right);
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-14")]
    public void RefusesNewPasscode_WhenLocked_ShouldSayUntilWhenAndThatIsEnough()
    {
        var until = _scenario.WithLock().LockedUntil!.Value;

        Verification.RefusesNewPasscode(until - Some.Tick).Should().Be(PasscodeErrors.Locked(until));
        Verification.RefusesNewPasscode(until).Should().BeNull();
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-14")]
    public void RefusesNewPasscode_WhenTheResendIntervalOutlastsTheLock_ShouldSayTheLaterOne()
    {
        var scenario = new VerificationScenario(Some.Policy with { ResendInterval = TimeSpan.FromHours(1) }).WithAddress(Some.Ana).WithLock();
        var interval = scenario.Now.AddHours(1);

        scenario.Verification.RefusesNewPasscode(scenario.Now).Should().Be(PasscodeErrors.Locked(interval));
        scenario.At(scenario.LockedUntil!.Value).Request().Should().Be(PasscodeErrors.TooSoon(interval));
        scenario.At(interval).Request().Should().BeNull();
    }

    [Fact]
    [Trait("Requirement", "SEC-05")]
    public void Request_WhenRepeatedWithoutAGuess_ShouldNeverLock()
    {
        for (var i = 0; i < 100; i++)
        {
            _scenario.WithPasscode();
        }

        _scenario.LockedUntil.Should().BeNull();
        _scenario.Attempts.Should().Be(0);
    }

    [Theory]
    [InlineData(false, 30)]
    [InlineData(true, 15)]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-05")]
    public void Guess_WhenLockedAgain_ShouldDoubleUnlessASuccessCameBetween(bool success, int minutes)
    {
        _scenario.WithLock();
        if (success)
        {
            _scenario.WithPasscode().GuessRight();
            _scenario.WithAddress(Some.Bela);
        }

        _scenario.WithLock();

        _scenario.LockedUntil.Should().Be(_scenario.Now.AddMinutes(minutes));
    }

    [Fact]
    [Trait("Rule", "8")]
    public void Guess_WhenRight_ShouldEndTheResendInterval()
    {
        _scenario.WithPasscode().GuessRight();
        _scenario.WithAddress(Some.Bela);

        _scenario.Request().Should().BeNull();
    }

    /// <summary>What the code was really made for, beside being this user's code for this address.</summary>
    public static TheoryData<string> OtherPlaces => new() { "purpose", "user", "address", "subject", "key" };

    [Theory]
    [MemberData(nameof(OtherPlaces))]
    [Trait("Rule", "2")]
    [Trait("Requirement", "SEC-07")]
    public void Guess_WhenTheCodeIsBoundToSomethingElse_ShouldBeWrong(string differs)
    {
        _scenario.WithPasscode();
        var here = new PasscodeBinding(PasscodePurpose.EmailVerification, Some.UserId, Some.Ana, Guid.Empty);
        var candidate = differs switch
        {
            "purpose" => TestHasher.Hash(here with { Purpose = PasscodePurpose.FactorRegistration }, _scenario.LastCode),
            "user" => TestHasher.Hash(here with { UserId = "user-2" }, _scenario.LastCode),
            "address" => TestHasher.Hash(here with { Address = Some.Bela }, _scenario.LastCode),
            "subject" => TestHasher.Hash(here with { SubjectId = Some.DeliveryId(1) }, _scenario.LastCode),
            _ => TestHasher.Hash(here, _scenario.LastCode, "key-2"),
        };

        Verification.Guess(candidate, _scenario.Policy, _scenario.Now).Should().Be(GuessOutcome.Wrong);
        Verification.IsVerified.Should().BeFalse();
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Rule", "14")]
    [Trait("Requirement", "SEC-04")]
    public void Guess_WhenAnOwnAddressIsVerifiedBetween_ShouldNotLaunderGuessesAtAnother()
    {
        _scenario.WithPasscode().WithWrongGuesses(4).WithVerified(Some.Bela).WithAddress(Some.Ana).WithPasscode();

        _scenario.Attempts.Should().Be(4);
        _scenario.GuessWrong().Should().Be(GuessOutcome.Wrong);
        _scenario.LockedUntil.Should().NotBeNull();
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-04")]
    public void Guess_WhenGuessesAtBothAddressesStand_ShouldNotLaunderByVerifyingEither()
    {
        _scenario.WithPasscode().WithWrongGuesses(3).WithAddress(Some.Bela).WithPasscode().WithWrongGuesses(1).GuessRight();

        _scenario.Attempts.Should().Be(4);
        _scenario.WithAddress(Some.Ana).WithPasscode().GuessRight().Should().Be(GuessOutcome.Right);
        _scenario.Attempts.Should().Be(4);
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-04")]
    public void Guess_WhenAnOwnAddressIsVerifiedBetweenLocks_ShouldNotEndTheSeries()
    {
        _scenario.WithLock().At(_scenario.LockedUntil!.Value).WithVerified(Some.Bela).WithAddress(Some.Ana).WithLock();

        _scenario.LockedUntil.Should().Be(_scenario.Now.AddMinutes(30));
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-04")]
    public void Claim_WhenATrustedAddressIsVerifiedByIt_ShouldNotTouchTheBudget()
    {
        _scenario.WithPasscode().WithWrongGuesses(4);

        _scenario.Claim(Some.Ana, trusted: true);

        Verification.IsVerified.Should().BeTrue();
        _scenario.Attempts.Should().Be(4);
    }

    [Fact]
    [Trait("Rule", "10")]
    [Trait("Requirement", "SEC-04")]
    public void ChangeAddress_WhenThereAndBack_ShouldKeepTheCount()
    {
        _scenario.WithPasscode().WithWrongGuesses(4).WithAddress(Some.Bela).WithAddress(Some.Ana).WithPasscode();

        _scenario.Attempts.Should().Be(4);
    }

    [Fact]
    [Trait("Rule", "10")]
    [Trait("Requirement", "SEC-04")]
    public void ChangeAddress_WhenLocked_ShouldStayLocked()
    {
        var until = _scenario.WithLock().LockedUntil!.Value;

        _scenario.WithAddress(Some.Bela).Request().Should().Be(PasscodeErrors.Locked(until));
        _scenario.WithAddress(Some.Ana).Request().Should().Be(PasscodeErrors.Locked(until));
        _scenario.GuessWrong().Should().Be(GuessOutcome.Locked);
    }

    [Fact]
    [Trait("Rule", "8")]
    [Trait("Rule", "14")]
    public void ChangeAddress_WhenACodeIsLive_ShouldKillItAndKeepTheResendInterval()
    {
        var interval = _scenario.WithPasscode().Now.AddSeconds(60);

        _scenario.WithAddress(Some.Bela);

        _scenario.GuessRight().Should().Be(GuessOutcome.NoPasscode);
        _scenario.Request().Should().Be(PasscodeErrors.TooSoon(interval));
    }

    [Fact]
    [Trait("Rule", "14")]
    [Trait("Requirement", "SEC-07")]
    [Trait("Requirement", "SEC-08")]
    public void ChangeAddress_WhenThereAndBack_ShouldNotReviveTheCode()
    {
        _scenario.WithPasscode().WithAddress(Some.Bela).WithAddress(Some.Ana);

        _scenario.GuessRight().Should().Be(GuessOutcome.NoPasscode);
        Verification.IsVerified.Should().BeFalse();
    }

    [Fact]
    [Trait("Rule", "14")]
    [Trait("Requirement", "SEC-07")]
    [Trait("Requirement", "SEC-08")]
    public void Guess_WhenTheCodeWasMailedToTheOldAddress_ShouldNotVerifyTheNewOne()
    {
        _scenario.WithPasscode().WithAddress(Some.Bela).WithPasscode();

        _scenario.Guess(_scenario.Codes[0]).Should().Be(GuessOutcome.Wrong);
        Verification.Guess(TestHasher.HashForVerification(Some.Ana, _scenario.Codes[0]), _scenario.Policy, _scenario.Now).Should().Be(GuessOutcome.Wrong);

        Verification.IsVerified.Should().BeFalse();
    }

    [Fact]
    [Trait("Rule", "9")]
    public void CanonicalAddress_WhenTheSpellingChanges_ShouldStillBeTheSameForTheBudget()
    {
        _scenario.WithPasscode().WithWrongGuesses(4);
        _scenario.Claim(EmailAddress.Parse("ANA@Example.com"));

        _scenario.GuessRight().Should().Be(GuessOutcome.Right);
        _scenario.Attempts.Should().Be(0);
    }

    private static void Issue(VerificationScenario scenario) => scenario.Verification.IssuePasscode(
        TestHasher.HashForVerification(Some.Ana, "654321"), null, scenario.Policy, scenario.Now);
}
