using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>An attacker who may add factors and create challenges, and guesses wrong as fast as the rules let him (rules 9 and 10).</summary>
[Trait("Rule", "9")]
[Trait("Rule", "10")]
[Trait("Requirement", "SEC-04")]
public sealed class FactorAttackTests
{
    private static readonly DateTimeOffset End = Some.Start.AddHours(24);

    private readonly FactorsScenario _scenario = new();
    private int _compared;

    public FactorAttackTests() => _scenario.WithReady(Some.Ana);

    [Theory]
    [InlineData("one challenge at a time", 45)]
    [InlineData("ten challenges at a time", 45)]
    [InlineData("remove and add the factor", 45)]
    [InlineData("move the contact and back", 45)]
    [InlineData("prove an own address", 45)]
    [InlineData("registrations at new addresses", 35)]
    [InlineData("registrations and challenges", 35)]
    public void Guess_WhenAlwaysWrongAsSoonAsPossible_ShouldGetNoMoreThanFortyFiveInTheFirstDay(string attack, int expected)
    {
        for (var round = 0; _scenario.Now < End && round < 500; round++)
        {
            Attack(attack);
        }

        _compared.Should().Be(expected);
    }

    private void Attack(string attack)
    {
        switch (attack)
        {
            case "one challenge at a time":
                GuessUntilRefused(_scenario.WithChallenge());
                break;
            case "ten challenges at a time":
                var challenges = Enumerable.Range(0, 10).Select(_ => _scenario.WithChallenge()).ToList();
                challenges.ForEach(GuessUntilRefused);
                break;
            case "remove and add the factor":
                GuessUntilRefused(_scenario.WithChallenge(), 4);
                _scenario.Factors.Remove(_scenario.Factors.FindAt(Some.Ana)!, _scenario.Now);
                _scenario.WithReady(Some.Ana);
                break;
            case "move the contact and back":
                GuessUntilRefused(_scenario.WithChallenge(), 4);
                _scenario.ChangeContact(Some.Bela);
                _scenario.ChangeContact(Some.Ana);
                break;
            case "prove an own address":
                GuessUntilRefused(_scenario.WithChallenge(), 4);
                ProveOwnAddress();
                break;
            case "registrations at new addresses":
                var registration = _scenario.WithRegistration(Some.Bela);
                GuessUntilRefused(registration);
                _scenario.Factors.Remove(registration, _scenario.Now);
                break;
            default:
                GuessUntilRefused(_scenario.WithRegistration(Some.Bela));
                GuessUntilRefused(_scenario.WithChallenge());
                break;
        }
    }

    private void ProveOwnAddress()
    {
        if (_scenario.LockedUntil is not null)
        {
            return;
        }

        var own = _scenario.WithRegistration(Some.Cleo);
        _scenario.GuessRight(own).Should().Be(GuessOutcome.Right);
        _scenario.Factors.Remove(own, _scenario.Now);
    }

    private void GuessUntilRefused(OtpEmailChallenge challenge) => GuessUntilRefused(challenge, int.MaxValue);

    private void GuessUntilRefused(OtpEmailChallenge challenge, int atMost) => GuessUntilRefused(() => _scenario.GuessWrong(challenge), atMost);

    private void GuessUntilRefused(OtpEmailFactor factor) => GuessUntilRefused(() => _scenario.GuessWrong(factor), int.MaxValue);

    private void GuessUntilRefused(Func<GuessOutcome> guess, int atMost)
    {
        for (var i = 0; i < Math.Min(atMost, 100) && _scenario.Now < End && guess() == GuessOutcome.Wrong; i++)
        {
            _compared++;
        }
    }
}
