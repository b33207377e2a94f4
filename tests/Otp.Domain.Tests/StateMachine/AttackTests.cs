using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>An attacker who may trigger sends, and guesses wrong as fast as the rules let him (rule 9).</summary>
[Trait("Rule", "9")]
public sealed class AttackTests
{
    /// <summary>Where no lock comes, the attack stops here and the test fails.</summary>
    private const int FarTooMany = 200;

    private static readonly TimeSpan FirstDay = TimeSpan.FromHours(24);

    /// <summary>What the attacker does between two codes to get guesses back, and the exact number that he gets with the defaults.</summary>
    public static TheoryData<PasscodePurpose, string, int> Attacks => new()
    {
        { PasscodePurpose.EmailVerification, "nothing", 35 },
        { PasscodePurpose.FactorRegistration, "nothing", 35 },
        { PasscodePurpose.LoginChallenge, "nothing", 45 },
        { PasscodePurpose.EmailVerification, "change the address and back", 35 },
        { PasscodePurpose.LoginChallenge, "change the address and back", 45 },
        { PasscodePurpose.EmailVerification, "verify an own address", 35 },
        { PasscodePurpose.LoginChallenge, "verify an own address", 45 },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    [Trait("Requirement", "SEC-04")]
    [Trait("Requirement", "SEC-05")]
    public void Guess_WhenAlwaysWrongAsSoonAsPossible_ShouldGetThirtyToFortyFiveInTheFirstDay(PasscodePurpose purpose, string between, int expected)
    {
        var compared = GuessesInTheFirstDay(PasscodePolicy.DefaultFor(purpose), between, guessesPerCode: int.MaxValue);

        compared.Should().BeInRange(30, 45);
        compared.Should().Be(expected);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("change the address and back")]
    [InlineData("verify an own address")]
    [Trait("Requirement", "SEC-04")]
    public void Guess_WhenOneIsAlwaysLeftBeforeTheNextCode_ShouldGetNoMore(string between) =>
        GuessesInTheFirstDay(Some.Policy, between, guessesPerCode: 4).Should().BeInRange(30, 45);

    [Fact]
    [Trait("Requirement", "SEC-04")]
    public void Guess_WhenTheAttackGoesOnForAMonth_ShouldGetFiveADayOnceLocksLastADay()
    {
        var scenario = new VerificationScenario().WithAddress(Some.Ana);
        var compared = 0;
        while (scenario.Now < Some.Start.AddDays(30))
        {
            scenario.WithPasscode();
            compared += GuessUntilRefused(scenario, int.MaxValue, Some.Start.AddDays(30));
        }

        compared.Should().BeLessThanOrEqualTo(45 + (29 * 5));
    }

    private static int GuessesInTheFirstDay(PasscodePolicy policy, string between, int guessesPerCode)
    {
        var scenario = new VerificationScenario(policy).WithAddress(Some.Ana);
        var end = Some.Start + FirstDay;
        var compared = 0;
        while (scenario.WithPasscode().Now < end)
        {
            compared += GuessUntilRefused(scenario, guessesPerCode, end);
            if (between == "change the address and back")
            {
                scenario.WithAddress(Some.Bela).WithAddress(Some.Ana);
            }
            else if (between == "verify an own address")
            {
                scenario.WithVerified(Some.Bela).WithAddress(Some.Ana);
            }
        }

        return compared;
    }

    private static int GuessUntilRefused(VerificationScenario scenario, int atMost, DateTimeOffset end)
    {
        var compared = 0;
        while (compared < Math.Min(atMost, FarTooMany) && scenario.Now < end && scenario.GuessWrong() == GuessOutcome.Wrong)
        {
            compared++;
        }

        return compared;
    }
}
