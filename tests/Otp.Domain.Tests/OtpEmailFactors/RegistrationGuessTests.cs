using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.OtpEmailFactors;

public sealed class RegistrationGuessTests
{
    private readonly FactorsScenario _scenario = new();
    private readonly OtpEmailFactor _factor;

    public RegistrationGuessTests() => _factor = _scenario.WithRegistration(Some.Bela);

    private UserFactors Factors => _scenario.Factors;

    [Fact]
    [Trait("Rule", "19")]
    [Trait("Rule", "23")]
    public void GuessRegistration_WhenRight_ShouldBeReadyAndOneChangeOfEach()
    {
        var (sequence, own) = (Factors.Sequence, _factor.Sequence);
        _scenario.After(TimeSpan.FromSeconds(5)).GuessRight(_factor).Should().Be(GuessOutcome.Right);

        _factor.State.Should().Be(FactorState.Ready);
        _factor.Slot.Passcode.Should().BeNull();
        _factor.Sequence.Should().Be(own + 1);
        _factor.ChangedAt.Should().Be(_scenario.Now);
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
    }

    [Fact]
    [Trait("Rule", "6")]
    [Trait("Rule", "23")]
    public void GuessRegistration_WhenWrong_ShouldCountOneAndBeOneChangeOfTheAggregate()
    {
        var (sequence, own) = (Factors.Sequence, _factor.Sequence);
        _scenario.After(TimeSpan.FromSeconds(5)).GuessWrong(_factor).Should().Be(GuessOutcome.Wrong);

        _scenario.Attempts.Should().Be(1);
        _factor.State.Should().Be(FactorState.NotReady);
        _factor.Sequence.Should().Be(own);
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
    }

    [Fact]
    [Trait("Rule", "4")]
    [Trait("Rule", "24")]
    [Trait("Requirement", "SEC-02")]
    public void GuessRegistration_WhenReadyAlready_ShouldNotBeComparedAndChangeNothing()
    {
        _scenario.GuessRight(_factor);
        var before = _scenario.After(TimeSpan.FromSeconds(1)).Snapshot();

        _scenario.Guess(_factor, _scenario.Sent[0].Text).Should().Be(GuessOutcome.AlreadyVerified);
        _scenario.GuessWrong(_factor).Should().Be(GuessOutcome.AlreadyVerified);

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "24")]
    public void GuessRegistration_WhenReadyAndLocked_ShouldBeAlreadyVerified()
    {
        _scenario.GuessRight(_factor);
        _scenario.WithLockByRegistration(Some.Cleo);

        _scenario.GuessWrong(_factor).Should().Be(GuessOutcome.AlreadyVerified);
    }

    [Fact]
    [Trait("Rule", "5")]
    [Trait("Rule", "24")]
    public void GuessRegistration_WhenLocked_ShouldBeLockedAndChangeNothing()
    {
        _scenario.WithWrongGuesses(_factor, 5);
        var before = _scenario.After(TimeSpan.FromMinutes(1)).Snapshot();

        _scenario.GuessRight(_factor).Should().Be(GuessOutcome.Locked);
        _scenario.GuessWrong(_factor).Should().Be(GuessOutcome.Locked);

        _scenario.Snapshot().Should().Be(before);
    }

    [Theory]
    [InlineData(-1, GuessOutcome.Right)]
    [InlineData(0, GuessOutcome.Expired)]
    [InlineData(1, GuessOutcome.Expired)]
    [Trait("Rule", "5")]
    public void GuessRegistration_WhenAroundTheExpiry_ShouldFailFromExpiresAtOn(int milliseconds, GuessOutcome expected)
    {
        _scenario.At(Some.Start.AddMinutes(15) + (milliseconds * Some.Tick)).GuessRight(_factor).Should().Be(expected);

        _factor.State.Should().Be(expected == GuessOutcome.Right ? FactorState.Ready : FactorState.NotReady);
    }

    [Fact]
    [Trait("Rule", "5")]
    public void GuessRegistration_WhenExpired_ShouldNotCountNorChangeAnything()
    {
        var before = _scenario.After(TimeSpan.FromMinutes(15)).Snapshot();

        _scenario.GuessWrong(_factor).Should().Be(GuessOutcome.Expired);

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "2")]
    [Trait("Requirement", "SEC-07")]
    public void GuessRegistration_WhenTheCodeIsOfAnotherRegistration_ShouldBeWrongAndCounted()
    {
        var other = _scenario.WithRegistration(Some.Cleo);

        _scenario.Guess(_factor, _scenario.CodeOf(other.Id)).Should().Be(GuessOutcome.Wrong);

        _scenario.Attempts.Should().Be(1);
        _scenario.GuessRight(other).Should().Be(GuessOutcome.Right);
        _factor.State.Should().Be(FactorState.NotReady);
    }

    [Fact]
    [Trait("Rule", "2")]
    [Trait("Requirement", "SEC-07")]
    public void GuessRegistration_WhenTheTextIsRightButBoundElsewhere_ShouldBeWrong()
    {
        var binding = FactorsScenario.BindingOf(_factor);
        PasscodeBinding[] elsewhere =
        [
            binding with { Purpose = PasscodePurpose.LoginChallenge },
            binding with { UserId = "user-2" },
            binding with { Address = Some.Cleo },
            binding with { SubjectId = FactorsScenario.Id(9) },
        ];

        foreach (var other in elsewhere)
        {
            var candidate = TestHasher.Hash(other, _scenario.CodeOf(_factor.Id));
            Factors.GuessRegistration(_factor, candidate, _scenario.RegistrationPolicy, _scenario.Now).Should().Be(GuessOutcome.Wrong);
        }
    }

    [Fact]
    [Trait("Rule", "24")]
    public void GuessRegistration_WhenUnlocked_ShouldHaveNoPasscode()
    {
        Factors.Unlock(_scenario.Now);

        _scenario.GuessRight(_factor).Should().Be(GuessOutcome.NoPasscode);
    }

    [Fact]
    [Trait("Rule", "19")]
    public void IsCarriedBy_WhenTheFactorIsReadyReplacedRemovedOrUnlocked_ShouldBeFalseForItsOldMail()
    {
        IsCarried(_factor, 0).Should().BeTrue();

        _scenario.WithRegistration(Some.Bela);
        IsCarried(_factor, 0).Should().BeFalse("the code was replaced");
        IsCarried(_factor, 1).Should().BeTrue();
        _scenario.GuessRight(_factor);
        IsCarried(_factor, 1).Should().BeFalse("the code is used up");

        var removed = _scenario.WithRegistration(Some.Cleo);
        IsCarried(removed, 2).Should().BeTrue();
        Factors.Remove(removed, _scenario.Now);
        IsCarried(removed, 2).Should().BeFalse("the factor is removed");

        var unlocked = _scenario.WithRegistration(Some.Cleo);
        IsCarried(unlocked, 3).Should().BeTrue();
        Factors.Unlock(_scenario.Now);
        IsCarried(unlocked, 3).Should().BeFalse("the user was unlocked");
    }

    private bool IsCarried(OtpEmailFactor factor, int mail) => factor.Slot.IsCarriedBy(_scenario.Sent[mail].DeliveryId, Factors.Budget, _scenario.Now);
}
