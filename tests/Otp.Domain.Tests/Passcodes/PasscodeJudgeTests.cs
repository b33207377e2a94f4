using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.Passcodes;

[Trait("Rule", "24")]
public sealed class PasscodeJudgeTests
{
    private const string Code = "123456";

    private static readonly DateTimeOffset Start = Some.Start;

    /// <summary>Locked, code at all, exhausted, expired, right, and what becomes of it: each condition hides all to the right of it.</summary>
    public static TheoryData<bool, bool, bool, bool, bool, GuessOutcome> Order => new()
    {
        { true, false, false, false, false, GuessOutcome.Locked },
        { true, true, false, false, true, GuessOutcome.Locked },
        { true, true, true, false, true, GuessOutcome.Locked },
        { true, true, true, true, true, GuessOutcome.Locked },
        { true, true, false, true, false, GuessOutcome.Locked },
        { false, false, false, false, false, GuessOutcome.NoPasscode },
        { false, true, true, false, false, GuessOutcome.Locked },
        { false, true, true, false, true, GuessOutcome.Locked },
        { false, true, true, true, false, GuessOutcome.Locked },
        { false, true, true, true, true, GuessOutcome.Locked },
        { false, true, false, true, false, GuessOutcome.Expired },
        { false, true, false, true, true, GuessOutcome.Expired },
        { false, true, false, false, false, GuessOutcome.Wrong },
        { false, true, false, false, true, GuessOutcome.Right },
    };

    [Theory]
    [MemberData(nameof(Order))]
    [Trait("Rule", "5")]
    public void Judge_WhenSeveralThingsAreWrong_ShouldNameTheFirst(bool locked, bool exists, bool exhausted, bool expired, bool right, GuessOutcome expected)
    {
        var policy = Some.Policy with { Lifetime = TimeSpan.FromHours(1) };
        var now = expired ? Start.AddHours(1) : Start.AddMinutes(30);
        // The code is of the first epoch; an exhausted one saw a lock that has ended.
        var atIssue = AttemptBudget.Untouched;
        var passcode = exists ? IssuedPasscode.Issue(Hash(Code), policy, atIssue, Start) : null;
        var budget = exhausted ? atIssue.WithLock(Start) : atIssue;
        if (locked)
        {
            budget = budget.WithLock(now);
        }

        var (outcome, after) = PasscodeJudge.Judge(passcode, budget, Hash(right ? Code : "000000"), Some.Ana.Canonical, policy.Lifetime, now);

        outcome.Should().Be(expected);
        (after == budget).Should().Be(outcome is not (GuessOutcome.Wrong or GuessOutcome.Right) || right, "only a wrong guess counts");
    }

    [Fact]
    [Trait("Rule", "6")]
    public void Judge_WhenWrong_ShouldCountOneAtThatAddress()
    {
        var (outcome, budget) = Judge(AttemptBudget.Untouched, "000000");

        outcome.Should().Be(GuessOutcome.Wrong);
        budget.AttemptsAt(Start).Should().Be(1);
        budget.GuessedAddress.Should().Be(Some.Ana.Canonical);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void Judge_WhenTheGuessExhausts_ShouldBeAnsweredAsWrongAndLock()
    {
        var (outcome, budget) = Judge(AttemptBudget.Untouched.WithFailures(4, Start), "000000");

        outcome.Should().Be(GuessOutcome.Wrong);
        budget.LockedUntil.Should().Be(Start + Some.Policy.Lifetime);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void Judge_WhenRight_ShouldEndTheCount()
    {
        var (outcome, budget) = Judge(AttemptBudget.Untouched.WithFailures(4, Start), Code);

        outcome.Should().Be(GuessOutcome.Right);
        budget.AttemptsAt(Start).Should().Be(0);
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-04")]
    public void Judge_WhenRightAfterGuessesAtAnotherAddress_ShouldKeepTheCount()
    {
        var (outcome, budget) = Judge(AttemptBudget.Untouched.WithFailures(4, Start, Some.Bela.Canonical), Code);

        outcome.Should().Be(GuessOutcome.Right);
        budget.AttemptsAt(Start).Should().Be(4);
    }

    [Fact]
    public void Judge_WhenTheCodeWasIssuedWithOtherLimits_ShouldCountAgainstThose()
    {
        var passcode = IssuedPasscode.Issue(Hash(Code), Some.Policy with { MaxAttempts = 2 }, AttemptBudget.Untouched, Start);

        var (_, budget) = PasscodeJudge.Judge(
            passcode, AttemptBudget.Untouched.WithFailures(1, Start), Hash("000000"), Some.Ana.Canonical, Some.Policy.Lifetime, Start);

        budget.IsLockedAt(Start).Should().BeTrue();
    }

    private static (GuessOutcome Outcome, AttemptBudget Budget) Judge(AttemptBudget budget, string guess) => PasscodeJudge.Judge(
        IssuedPasscode.Issue(Hash(Code), Some.Policy, budget, Start), budget, Hash(guess), Some.Ana.Canonical, Some.Policy.Lifetime, Start);

    private static PasscodeHash Hash(string code) => TestHasher.HashForVerification(Some.Ana, code);
}
