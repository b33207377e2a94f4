using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.EmailVerifications;

/// <summary>Taking back the code of an <see cref="EmailVerification"/>.</summary>
public sealed class EmailVerificationWithdrawalTests
{
    private readonly VerificationScenario _scenario = new VerificationScenario().WithAddress(Some.Ana);

    private EmailVerification Verification => _scenario.Verification;

    [Fact]
    [Trait("Rule", "23")]
    public void WithdrawPasscode_WhenThereIsACode_ShouldKillItAsOneChange()
    {
        var before = _scenario.WithPasscode().After(TimeSpan.FromSeconds(1)).Snapshot();

        Verification.WithdrawPasscode(_scenario.Now);

        Verification.Slot.Passcode.Should().BeNull();
        Verification.Sequence.Should().Be(before.Sequence + 1);
        Verification.ChangedAt.Should().Be(_scenario.Now);
        _scenario.GuessRight().Should().Be(GuessOutcome.NoPasscode);
        Verification.IsVerified.Should().BeFalse();
    }

    [Fact]
    public void WithdrawPasscode_WhenTheMailStillWaits_ShouldMakeItNeedless()
    {
        _scenario.WithPasscode();

        Verification.WithdrawPasscode(_scenario.Now);

        Verification.Slot.IsCarriedBy(Some.DeliveryId(1), Verification.Budget, _scenario.Now).Should().BeFalse();
        Verification.Slot.DeliveryId.Should().Be(Some.DeliveryId(1), "the status still tells what became of the mail");
    }

    [Fact]
    [Trait("Rule", "8")]
    public void WithdrawPasscode_WhenWithinTheResendInterval_ShouldNotShortenIt()
    {
        var until = _scenario.WithPasscode().Now.AddSeconds(60);

        Verification.WithdrawPasscode(_scenario.Now);

        _scenario.Request()!.RetryAt.Should().Be(until);
    }

    [Fact]
    [Trait("Rule", "7")]
    public void WithdrawPasscode_WhenGuessesStand_ShouldNotRestoreTheBudget()
    {
        _scenario.WithPasscode().WithWrongGuesses(2);

        Verification.WithdrawPasscode(_scenario.Now);

        _scenario.Attempts.Should().Be(2);
        _scenario.WithPasscode().Attempts.Should().Be(2);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void WithdrawPasscode_WhenLocked_ShouldNotEndTheLock()
    {
        var until = _scenario.WithLock().LockedUntil;

        Verification.WithdrawPasscode(_scenario.Now);

        _scenario.LockedUntil.Should().NotBeNull().And.Be(until);
        _scenario.Request()!.RetryAt.Should().Be(until);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Rule", "23")]
    public void WithdrawPasscode_WhenThereIsNoCode_ShouldChangeNothing(bool verified)
    {
        if (verified)
        {
            _scenario.WithPasscode().GuessRight();
        }

        var before = _scenario.After(TimeSpan.FromSeconds(1)).Snapshot();

        Verification.WithdrawPasscode(_scenario.Now);

        _scenario.Snapshot().Should().Be(before);
    }
}
