using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.OtpEmailFactors;

/// <summary>What <see cref="UserFactors"/> let go of when its time is over.</summary>
[Trait("Requirement", "SEC-27")]
public sealed class FactorsForgettingTests
{
    private readonly FactorsScenario _scenario = new();

    private UserFactors Factors => _scenario.Factors;

    [Fact]
    [Trait("Rule", "23")]
    public void ForgetExpired_WhenARegistrationCodeExpiredAnHourAgo_ShouldForgetItAsOneChangeOfEach()
    {
        var factor = _scenario.WithRegistration(Some.Bela);
        var (slot, sequence, own) = (factor.Slot, Factors.Sequence, factor.Sequence);

        Factors.ForgetExpired(_scenario.At(AnHourAfter(slot)).Now);

        factor.Slot.Should().Be(slot.Kill());
        factor.Sequence.Should().Be(own + 1);
        factor.ChangedAt.Should().Be(_scenario.Now);
        factor.State.Should().Be(FactorState.NotReady);
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
        _scenario.GuessRight(factor).Should().Be(GuessOutcome.NoPasscode);
    }

    [Fact]
    [Trait("Rule", "23")]
    public void ForgetExpired_WhenAChallengeCodeExpiredAnHourAgo_ShouldForgetItAsOneChange()
    {
        var challenge = _scenario.WithChallenge(_scenario.WithReady(Some.Ana));
        var (slot, sequence, expiresAt) = (challenge.Slot, Factors.Sequence, challenge.PasscodeExpiresAt);

        Factors.ForgetExpired(_scenario.At(AnHourAfter(slot)).Now);

        challenge.Slot.Should().Be(slot.Kill());
        challenge.PasscodeExpiresAt.Should().Be(expiresAt, "it is still told");
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
        _scenario.GuessRight(challenge).Should().Be(GuessOutcome.NoPasscode);
    }

    [Fact]
    public void ForgetExpired_WhenTheCodesExpiredLessThanAnHourAgo_ShouldChangeNothing()
    {
        _scenario.ChallengePolicy = _scenario.ChallengePolicy with { Lifetime = _scenario.RegistrationPolicy.Lifetime };
        var registration = _scenario.WithRegistration(Some.Bela);
        _scenario.WithChallenge(_scenario.WithReady(Some.Ana));
        var before = _scenario.Snapshot();

        Factors.ForgetExpired(_scenario.At(AnHourAfter(registration.Slot) - Some.Tick).Now);

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "23")]
    public void ForgetExpired_WhenAQuietDayHasPassed_ShouldForgetTheGuessesAsOneChange()
    {
        var factor = WithGuessesButNoCode();
        var (sequence, own) = (Factors.Sequence, factor.Sequence);

        Factors.ForgetExpired(_scenario.After(AttemptBudget.QuietPeriod).Now);

        Factors.Budget.Should().Be(AttemptBudget.Untouched);
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
        factor.Sequence.Should().Be(own, "nothing of it has changed");
    }

    [Fact]
    public void ForgetExpired_WhenGuessesStillCount_ShouldChangeNothing()
    {
        WithGuessesButNoCode();
        var before = _scenario.Snapshot();

        Factors.ForgetExpired(_scenario.After(AttemptBudget.QuietPeriod - Some.Tick).Now);

        _scenario.Snapshot().Should().Be(before);
    }

    // Two things at a time, and then three: none may hide that another has changed.
    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, false)]
    [InlineData(true, true, true)]
    [Trait("Rule", "23")]
    public void ForgetExpired_WhenSeveralAreOver_ShouldForgetAllAsOneChange(bool registered, bool challenged, bool guessed)
    {
        var ready = _scenario.WithReady(Some.Ana);
        if (registered)
        {
            _scenario.WithRegistration(Some.Bela);
        }

        if (challenged)
        {
            _scenario.WithChallenge(ready);
        }

        if (guessed)
        {
            GuessWrong();
        }

        var sequence = Factors.Sequence;

        Factors.ForgetExpired(_scenario.After(TimeSpan.FromDays(2)).Now);

        Factors.Factors.Should().NotContain(factor => factor.Slot.Passcode != null);
        Factors.Challenges.Should().NotContain(challenge => challenge.Slot.Passcode != null);
        Factors.Budget.Should().Be(AttemptBudget.Untouched);
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
    }

    // With several of a kind, the one that stays comes last.
    [Fact]
    [Trait("Rule", "23")]
    public void ForgetExpired_WhenOnlyTheOlderCodesAreOver_ShouldForgetThoseAndKeepTheOthers()
    {
        var (oldFactor, oldChallenge) = (_scenario.WithRegistration(Some.Bela), _scenario.WithChallenge(_scenario.WithReady(Some.Ana)));
        _scenario.After(TimeSpan.FromHours(2));
        var (factor, challenge) = (_scenario.WithRegistration(Some.Cleo), _scenario.WithChallenge());
        var sequence = Factors.Sequence;

        Factors.ForgetExpired(_scenario.Now);

        oldFactor.Slot.Passcode.Should().BeNull();
        oldChallenge.Slot.Passcode.Should().BeNull();
        Factors.Sequence.Should().Be(sequence + 1);
        _scenario.GuessRight(factor).Should().Be(GuessOutcome.Right);
        _scenario.GuessRight(challenge).Should().Be(GuessOutcome.Right);
    }

    [Fact]
    public void ForgetExpired_WhenThereIsNothing_ShouldChangeNothing()
    {
        _scenario.WithReady(Some.Ana);
        var before = _scenario.Snapshot();

        Factors.ForgetExpired(_scenario.After(TimeSpan.FromDays(2)).Now);

        _scenario.Snapshot().Should().Be(before);
    }

    private static DateTimeOffset AnHourAfter(PasscodeSlot slot) => slot.Passcode!.ExpiresAt + TimeSpan.FromHours(1);

    /// <summary>Guesses that count, at a registration that was removed since: no code is left to forget.</summary>
    private OtpEmailFactor WithGuessesButNoCode()
    {
        var other = _scenario.WithRegistration(Some.Cleo);
        _scenario.WithWrongGuesses(other, 2);
        Factors.Remove(other, _scenario.Now);
        return _scenario.WithReady(Some.Ana);
    }

    private void GuessWrong()
    {
        if (Factors.Challenges.LastOrDefault() is { } challenge)
        {
            _scenario.WithWrongGuesses(challenge, 1);
        }
        else
        {
            _scenario.WithWrongGuesses(Factors.FindAt(Some.Bela)!, 1);
        }
    }
}
