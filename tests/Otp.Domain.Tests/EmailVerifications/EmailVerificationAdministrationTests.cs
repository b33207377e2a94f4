using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.EmailVerifications;

/// <summary>What only a caller with the permission can do to an <see cref="EmailVerification"/>.</summary>
public sealed class EmailVerificationAdministrationTests
{
    private readonly VerificationScenario _scenario = new VerificationScenario().WithAddress(Some.Ana);

    private EmailVerification Verification => _scenario.Verification;

    [Fact]
    [Trait("Rule", "12")]
    [Trait("Rule", "23")]
    public void Unlock_WhenLocked_ShouldEndLockCountAndSeriesAndBeOneChange()
    {
        _scenario.WithLock().WithLock();
        var (sequence, epoch) = (Verification.Sequence, Verification.Budget.Epoch);
        _scenario.After(TimeSpan.FromMinutes(1));

        Verification.Unlock(_scenario.Now);

        _scenario.LockedUntil.Should().BeNull();
        _scenario.Attempts.Should().Be(0);
        Verification.Budget.Should().BeEquivalentTo(AttemptBudget.Untouched, options => options.Excluding(budget => budget.Epoch));
        Verification.Budget.Epoch.Should().Be(epoch + 1);
        Verification.Sequence.Should().Be(sequence + 1);
        Verification.ChangedAt.Should().Be(_scenario.Now);
        Verification.IsVerified.Should().BeFalse();
        Verification.Address.Should().Be(Some.Ana);
        _scenario.WithLock().LockedUntil.Should().Be(_scenario.Now.AddMinutes(15), "the series is over");
    }

    [Fact]
    [Trait("Rule", "12")]
    public void Unlock_WhenACodeIsLive_ShouldKillItAndLetANewOneBeAskedFor()
    {
        _scenario.WithPasscode();

        Verification.Unlock(_scenario.Now);

        _scenario.GuessRight().Should().Be(GuessOutcome.NoPasscode);
        Verification.Slot.IsCarriedBy(Some.DeliveryId(1), Verification.Budget, _scenario.Now).Should().BeFalse();
        _scenario.Request().Should().BeNull();
        _scenario.GuessRight().Should().Be(GuessOutcome.Right);
    }

    [Fact]
    [Trait("Rule", "12")]
    public void Unlock_WhenVerified_ShouldStayVerified()
    {
        var since = _scenario.WithVerified(Some.Bela).Now;

        Verification.Unlock(_scenario.After(TimeSpan.FromMinutes(1)).Now);

        Verification.VerifiedAt.Should().Be(since);
        Verification.LastVerifiedAddress.Should().Be(Some.Bela);
    }

    [Fact]
    [Trait("Rule", "14")]
    [Trait("Rule", "23")]
    public void MarkVerifiedByAdministrator_WhenThereIsAnAddress_ShouldBeVerifiedAndBeOneChange()
    {
        _scenario.WithPasscode();
        var sequence = Verification.Sequence;
        _scenario.After(TimeSpan.FromSeconds(5));

        Verification.MarkVerifiedByAdministrator(_scenario.Now);

        Verification.IsVerified.Should().BeTrue();
        Verification.VerifiedAt.Should().Be(_scenario.Now);
        Verification.LastVerifiedAddress.Should().Be(Some.Ana);
        Verification.Slot.Passcode.Should().BeNull();
        Verification.Slot.ResendAvailableAt.Should().BeNull();
        Verification.Slot.IsCarriedBy(Some.DeliveryId(1), Verification.Budget, _scenario.Now).Should().BeFalse();
        Verification.Sequence.Should().Be(sequence + 1);
        Verification.ChangedAt.Should().Be(_scenario.Now);
        _scenario.GuessRight().Should().Be(GuessOutcome.AlreadyVerified);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void MarkVerifiedByAdministrator_WhenLocked_ShouldVerifyAndLeaveTheBudget()
    {
        var budget = _scenario.WithLock().Verification.Budget;

        Verification.MarkVerifiedByAdministrator(_scenario.Now);

        Verification.IsVerified.Should().BeTrue();
        Verification.Budget.Should().Be(budget);
    }

    [Fact]
    public void MarkVerifiedByAdministrator_WhenThereIsNoAddress_ShouldThrowAndChangeNothing()
    {
        var scenario = new VerificationScenario();
        var before = scenario.Snapshot();

        scenario.Invoking(s => s.Verification.MarkVerifiedByAdministrator(s.Now)).Should().Throw<InvalidOperationException>().WithMessage("*no address*");

        scenario.Snapshot().Should().Be(before);
    }
}
