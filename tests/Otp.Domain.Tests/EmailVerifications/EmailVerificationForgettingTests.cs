using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.EmailVerifications;

/// <summary>What an <see cref="EmailVerification"/> lets go of when its time is over.</summary>
[Trait("Requirement", "SEC-27")]
public sealed class EmailVerificationForgettingTests
{
    private readonly VerificationScenario _scenario = new VerificationScenario().WithAddress(Some.Ana);

    private EmailVerification Verification => _scenario.Verification;

    [Fact]
    [Trait("Rule", "23")]
    public void ForgetExpired_WhenTheCodeExpiredAnHourAgo_ShouldForgetItAsOneChange()
    {
        var before = _scenario.WithPasscode().Snapshot();
        _scenario.At(Verification.Slot.Passcode!.ExpiresAt + TimeSpan.FromHours(1));

        Verification.ForgetExpired(_scenario.Now);

        _scenario.Snapshot().Should().Be(before with { Slot = before.Slot.Kill(), Sequence = before.Sequence + 1, ChangedAt = _scenario.Now });
        _scenario.GuessRight().Should().Be(GuessOutcome.NoPasscode);
    }

    [Fact]
    public void ForgetExpired_WhenTheCodeExpiredLessThanAnHourAgo_ShouldChangeNothing()
    {
        var before = _scenario.WithPasscode().Snapshot();
        _scenario.At(Verification.Slot.Passcode!.ExpiresAt + TimeSpan.FromHours(1) - Some.Tick);

        Verification.ForgetExpired(_scenario.Now);

        _scenario.Snapshot().Should().Be(before);
        _scenario.GuessRight().Should().Be(GuessOutcome.Expired);
    }

    [Fact]
    [Trait("Rule", "23")]
    public void ForgetExpired_WhenAQuietDayHasPassed_ShouldForgetTheGuessesAsOneChange()
    {
        _scenario.WithPasscode().WithWrongGuesses(2);
        Verification.WithdrawPasscode(_scenario.Now);
        var before = _scenario.Snapshot();

        Verification.ForgetExpired(_scenario.After(AttemptBudget.QuietPeriod).Now);

        _scenario.Snapshot().Should().Be(
            before with { Budget = AttemptBudget.Untouched, Sequence = before.Sequence + 1, ChangedAt = _scenario.Now });
    }

    [Fact]
    public void ForgetExpired_WhenGuessesStillCount_ShouldChangeNothing()
    {
        _scenario.WithPasscode().WithWrongGuesses(2);
        Verification.WithdrawPasscode(_scenario.Now);
        var before = _scenario.Snapshot();

        Verification.ForgetExpired(_scenario.After(AttemptBudget.QuietPeriod - Some.Tick).Now);

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "23")]
    public void ForgetExpired_WhenBothAreOver_ShouldBeOneChange()
    {
        var before = _scenario.WithPasscode().WithWrongGuesses(2).Snapshot();

        Verification.ForgetExpired(_scenario.After(TimeSpan.FromDays(2)).Now);

        _scenario.Snapshot().Should().Be(before with
        {
            Slot = before.Slot.Kill(),
            Budget = AttemptBudget.Untouched,
            Sequence = before.Sequence + 1,
            ChangedAt = _scenario.Now,
        });
    }

    [Fact]
    public void ForgetExpired_WhenCalledAgain_ShouldChangeNothing()
    {
        _scenario.WithPasscode().WithWrongGuesses(2);
        Verification.ForgetExpired(_scenario.After(TimeSpan.FromDays(2)).Now);
        var before = _scenario.Snapshot();

        Verification.ForgetExpired(_scenario.After(TimeSpan.FromDays(1)).Now);

        _scenario.Snapshot().Should().Be(before);
    }
}
