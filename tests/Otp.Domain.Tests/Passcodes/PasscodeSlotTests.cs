using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.Passcodes;

public sealed class PasscodeSlotTests
{
    private static readonly DateTimeOffset Start = Some.Start;
    private static readonly PasscodePolicy Policy = Some.Policy;
    private static readonly PasscodeHash Hash = TestHasher.HashForVerification(Some.Ana, "123456");
    private static readonly Guid Mail = Some.DeliveryId(1);
    private static readonly DomainError Verified = OtpEmailFactorErrors.ChallengeAlreadyVerified;

    [Fact]
    public void Empty_WhenRead_ShouldHoldNothing()
    {
        PasscodeSlot.Empty.Passcode.Should().BeNull();
        PasscodeSlot.Empty.ResendAvailableAt.Should().BeNull();
        PasscodeSlot.Empty.DeliveryId.Should().BeNull();
    }

    [Fact]
    public void Holding_WhenIssued_ShouldKeepTheLimitsOfThatMoment()
    {
        var budget = AttemptBudget.Untouched.WithLock(Start.AddHours(-1)).WithFailures(2, Start);

        var slot = Holding(budget);

        slot.ResendAvailableAt.Should().Be(Start.AddSeconds(60));
        slot.DeliveryId.Should().Be(Mail);
        slot.Passcode!.Hash.Should().Be(Hash);
        slot.Passcode.CreatedAt.Should().Be(Start);
        slot.Passcode.ExpiresAt.Should().Be(Start.AddMinutes(15));
        slot.Passcode.MaxAttempts.Should().Be(5);
        slot.Passcode.Epoch.Should().Be(1);
        slot.Passcode.AttemptsIn(budget, Start).Should().Be(2, "a new code starts with the count that stands (rule 7)");
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [Trait("Rule", "5")]
    public void IsExpiredAt_WhenAroundTheEnd_ShouldBeExpiredFromExpiresAtOn(int millisecondsAfter, bool expired)
    {
        var code = Issue(AttemptBudget.Untouched);
        var now = code.ExpiresAt + (millisecondsAfter * Some.Tick);

        code.IsExpiredAt(now).Should().Be(expired);
        code.IsLiveIn(AttemptBudget.Untouched, now).Should().Be(!expired);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [Trait("Rule", "5")]
    public void IsExhaustedIn_WhenGuessesAreCounted_ShouldBeExhaustedAtTheMaximum(int failures, bool exhausted)
    {
        var code = Issue(AttemptBudget.Untouched);
        var budget = AttemptBudget.Untouched.WithFailures(failures, Start);

        code.AttemptsIn(budget, Start).Should().Be(failures);
        code.IsExhaustedIn(budget, Start).Should().Be(exhausted);
        code.IsLiveIn(budget, Start).Should().Be(!exhausted);
    }

    // Codes of one purpose may allow fewer guesses than those of another that shares the budget.
    [Theory]
    [InlineData(4, false)]
    [InlineData(3, true)]
    [InlineData(2, true)]
    [Trait("Rule", "10")]
    public void IsExhaustedIn_WhenTheCodeAllowsFewerThanWereCounted_ShouldBeExhausted(int maxAttempts, bool exhausted)
    {
        var code = IssuedPasscode.Issue(Hash, Policy with { MaxAttempts = maxAttempts }, AttemptBudget.Untouched, Start);

        code.IsExhaustedIn(AttemptBudget.Untouched.WithFailures(3, Start), Start).Should().Be(exhausted);
    }

    [Fact]
    [Trait("Rule", "5")]
    public void IsExhaustedIn_WhenTheLockHasEnded_ShouldStayDeadAndShowAllAttempts()
    {
        var code = IssuedPasscode.Issue(Hash, Policy with { Lifetime = TimeSpan.FromHours(24) }, AttemptBudget.Untouched, Start);
        var budget = AttemptBudget.Untouched.WithLock(Start);
        var afterLock = budget.LockedUntil!.Value;

        code.IsExpiredAt(afterLock).Should().BeFalse();
        code.AttemptsIn(budget, afterLock).Should().Be(5);
        code.IsExhaustedIn(budget, afterLock).Should().BeTrue();
        code.IsLiveIn(budget, afterLock).Should().BeFalse();
    }

    [Fact]
    [Trait("Rule", "12")]
    public void IsLiveIn_WhenUnlocked_ShouldBeDead()
    {
        var budget = AttemptBudget.Untouched.WithFailures(1, Start);
        var code = Issue(budget);

        code.IsLiveIn(budget, Start).Should().BeTrue();
        code.IsLiveIn(budget.Unlock(), Start).Should().BeFalse();
        code.IsExhaustedIn(budget.Unlock(), Start).Should().BeTrue();
    }

    [Fact]
    [Trait("Rule", "9")]
    public void IsLiveIn_WhenIssuedAfterALock_ShouldBeAlive()
    {
        var budget = AttemptBudget.Untouched.WithLock(Start);
        var afterLock = budget.LockedUntil!.Value;
        var code = IssuedPasscode.Issue(Hash, Policy, budget, afterLock);

        code.AttemptsIn(budget, afterLock).Should().Be(0);
        code.IsLiveIn(budget, afterLock).Should().BeTrue();
    }

    [Fact]
    [Trait("Rule", "8")]
    public void Spend_WhenTheCodeIsUsedUp_ShouldEndTheResendInterval()
    {
        var spent = Holding(AttemptBudget.Untouched).Spend();

        spent.Passcode.Should().BeNull();
        spent.ResendAvailableAt.Should().BeNull();
        spent.DeliveryId.Should().Be(Mail);
    }

    [Fact]
    [Trait("Rule", "8")]
    public void Kill_WhenTheCodeDiesUnused_ShouldKeepTheResendInterval()
    {
        var killed = Holding(AttemptBudget.Untouched).Kill();

        killed.Passcode.Should().BeNull();
        killed.ResendAvailableAt.Should().Be(Start.AddSeconds(60));
        killed.DeliveryId.Should().Be(Mail);
    }

    [Fact]
    [Trait("Rule", "8")]
    [Trait("Requirement", "SEC-14")]
    public void RefusesNewPasscode_WhenLockAndIntervalStand_ShouldBeLockedUntilTheLaterOfThem()
    {
        var locked = AttemptBudget.Untouched.WithLock(Start);
        var slot = Holding(AttemptBudget.Untouched);
        var slow = PasscodeSlot.Holding(Hash, Mail, Policy with { ResendInterval = TimeSpan.FromHours(1) }, AttemptBudget.Untouched, Start);

        PasscodeSlot.Empty.RefusesNewPasscode(AttemptBudget.Untouched, Start).Should().BeNull();
        PasscodeSlot.Empty.RefusesNewPasscode(locked, Start).Should().Be(PasscodeErrors.Locked(Start.AddMinutes(15)));
        slot.RefusesNewPasscode(AttemptBudget.Untouched, Start).Should().Be(PasscodeErrors.TooSoon(Start.AddSeconds(60)));
        slot.RefusesNewPasscode(AttemptBudget.Untouched, Start.AddSeconds(60)).Should().BeNull();
        slot.RefusesNewPasscode(locked, Start).Should().Be(PasscodeErrors.Locked(Start.AddMinutes(15)));
        slow.RefusesNewPasscode(locked, Start).Should().Be(PasscodeErrors.Locked(Start.AddHours(1)));
        slow.RefusesNewPasscode(locked, Start.AddMinutes(15)).Should().Be(PasscodeErrors.TooSoon(Start.AddHours(1)));
    }

    [Fact]
    [Trait("Rule", "24")]
    public void Explain_WhenTheOutcomeNeedsNoFigures_ShouldBeTheErrorOfTheCatalogue()
    {
        Explain(GuessOutcome.Right).Should().BeNull();
        Explain(GuessOutcome.AlreadyVerified).Should().Be(Verified);
        Explain(GuessOutcome.NoPasscode).Should().Be(PasscodeErrors.Missing);
        Explain(GuessOutcome.Expired).Should().Be(PasscodeErrors.Expired);
        FluentActions.Invoking(() => Explain((GuessOutcome)99)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(1, 1, 4, false)]
    [InlineData(4, 4, 1, false)]
    [InlineData(5, 5, 0, true)]
    [Trait("Rule", "24")]
    public void Explain_WhenWrong_ShouldTellTheAttemptsAlsoOfTheGuessThatExhausts(int failures, int attempts, int remaining, bool isMax)
    {
        var slot = Holding(AttemptBudget.Untouched);
        var error = slot.Explain(GuessOutcome.Wrong, Verified, AttemptBudget.Untouched.WithFailures(failures, Start), Start)!;

        error.Code.Should().Be("Passcode.Wrong");
        error.Kind.Should().Be(ErrorKind.InvalidArgument);
        error.Data.Should().BeEquivalentTo(new Dictionary<string, object>
        {
            ["numberOfAttempts"] = attempts,
            ["remainingAttempts"] = remaining,
            ["isMaxAttempts"] = isMax,
        });
    }

    [Fact]
    [Trait("Rule", "24")]
    [Trait("Requirement", "SEC-14")]
    public void Explain_WhenLocked_ShouldSayFromWhenOnANewCodeCanBeHad()
    {
        var slot = Holding(AttemptBudget.Untouched);
        var locked = AttemptBudget.Untouched.WithLock(Start);

        slot.Explain(GuessOutcome.Locked, Verified, locked, Start).Should().Be(PasscodeErrors.Locked(Start.AddMinutes(15)));
        slot.Explain(GuessOutcome.Locked, Verified, locked, Start.AddMinutes(15)).Should().Be(PasscodeErrors.Locked(Start.AddMinutes(15)), "now");
        slot.Explain(GuessOutcome.Locked, Verified, AttemptBudget.Untouched.Unlock(), Start).Should().Be(PasscodeErrors.Locked(Start.AddSeconds(60)));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [Trait("Requirement", "SEC-27")]
    public void ForgetExpired_WhenAroundAnHourAfterTheEnd_ShouldForgetTheCodeFromThereOn(int millisecondsAfter, bool remembered)
    {
        var slot = Holding(AttemptBudget.Untouched);

        var after = slot.ForgetExpired(slot.Passcode!.ExpiresAt + TimeSpan.FromHours(1) + (millisecondsAfter * Some.Tick));

        after.Should().Be(remembered ? slot : slot.Kill());
        after.ResendAvailableAt.Should().Be(slot.ResendAvailableAt);
        after.DeliveryId.Should().Be(Mail);
    }

    [Fact]
    [Trait("Requirement", "SEC-27")]
    public void ForgetExpired_WhenThereIsNoCode_ShouldStayAsItIs()
    {
        var slot = Holding(AttemptBudget.Untouched).Kill();

        slot.ForgetExpired(Start.AddDays(100)).Should().BeSameAs(slot);
        PasscodeSlot.Empty.ForgetExpired(Start).Should().BeSameAs(PasscodeSlot.Empty);
    }

    [Fact]
    public void IsCarriedBy_WhenTheMailHasTheLiveCode_ShouldBeTrue() =>
        Holding(AttemptBudget.Untouched).IsCarriedBy(Mail, AttemptBudget.Untouched, Start).Should().BeTrue();

    [Fact]
    public void IsCarriedBy_WhenTheCodeWouldNotSucceedAnyMore_ShouldBeFalse()
    {
        var (slot, budget) = (Holding(AttemptBudget.Untouched), AttemptBudget.Untouched);

        slot.IsCarriedBy(Some.DeliveryId(2), budget, Start).Should().BeFalse("another mail");
        slot.IsCarriedBy(Mail, budget, Start.AddMinutes(15)).Should().BeFalse("expired");
        slot.IsCarriedBy(Mail, budget.WithLock(Start), Start).Should().BeFalse("exhausted");
        slot.IsCarriedBy(Mail, budget.Unlock(), Start).Should().BeFalse("unlocked since");
        slot.Kill().IsCarriedBy(Mail, budget, Start).Should().BeFalse("killed");
        slot.Spend().IsCarriedBy(Mail, budget, Start).Should().BeFalse("used up");
        PasscodeSlot.Holding(Hash, null, Policy, budget, Start).IsCarriedBy(Guid.Empty, budget, Start).Should().BeFalse("not mailed");
        PasscodeSlot.Empty.IsCarriedBy(Mail, budget, Start).Should().BeFalse("no code");
    }

    private static PasscodeSlot Holding(AttemptBudget budget) => PasscodeSlot.Holding(Hash, Mail, Policy, budget, Start);

    private static IssuedPasscode Issue(AttemptBudget budget) => IssuedPasscode.Issue(Hash, Policy, budget, Start);

    private static DomainError? Explain(GuessOutcome outcome) => Holding(AttemptBudget.Untouched).Explain(outcome, Verified, AttemptBudget.Untouched, Start);
}
