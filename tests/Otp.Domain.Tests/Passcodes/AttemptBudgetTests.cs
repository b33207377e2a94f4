using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.Passcodes;

public sealed class AttemptBudgetTests
{
    private const string Ana = "ana@example.com";
    private const string Bela = "bela@example.org";

    private static readonly DateTimeOffset Start = Some.Start;
    private static readonly TimeSpan Lifetime = Some.Policy.Lifetime;

    [Fact]
    public void Untouched_WhenRead_ShouldHaveNothing()
    {
        AttemptBudget.Untouched.AttemptsAt(Start).Should().Be(0);
        AttemptBudget.Untouched.IsLockedAt(Start).Should().BeFalse();
        AttemptBudget.Untouched.Epoch.Should().Be(0);
        AttemptBudget.Untouched.GuessedAddress.Should().BeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [Trait("Rule", "6")]
    public void CountFailure_WhenBelowTheLimit_ShouldCountOneEachAndNotLock(int times)
    {
        var budget = AttemptBudget.Untouched.WithFailures(times, Start);

        budget.AttemptsAt(Start).Should().Be(times);
        budget.LastFailedAt.Should().Be(Start);
        budget.LockedUntil.Should().BeNull();
        budget.Epoch.Should().Be(0);
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-05")]
    public void CountFailure_WhenExhausting_ShouldLockForOneLifetimeAndBeginAnEpoch()
    {
        var budget = AttemptBudget.Untouched.WithFailures(5, Start);

        budget.AttemptsAt(Start).Should().Be(5);
        budget.LockedUntil.Should().Be(Start + Lifetime);
        budget.Epoch.Should().Be(1);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void CountFailure_WhenOneAttemptIsAllowed_ShouldLockAtOnce() =>
        AttemptBudget.Untouched.CountFailure(Ana, maxAttempts: 1, Lifetime, Start).LockedUntil.Should().Be(Start + Lifetime);

    [Fact]
    [Trait("Rule", "9")]
    public void IsLockedAt_WhenAtTheEndOfTheLock_ShouldBeOver()
    {
        var budget = AttemptBudget.Untouched.WithLock(Start);
        var end = Start + Lifetime;

        budget.IsLockedAt(Start).Should().BeTrue();
        budget.IsLockedAt(end - Some.Tick).Should().BeTrue();
        budget.IsLockedAt(end).Should().BeFalse();
    }

    [Fact]
    [Trait("Rule", "9")]
    public void AttemptsAt_WhenTheLockEnds_ShouldStartAtZeroAgain()
    {
        var budget = AttemptBudget.Untouched.WithLock(Start);
        var end = Start + Lifetime;

        budget.AttemptsAt(end - Some.Tick).Should().Be(5);
        budget.AttemptsAt(end).Should().Be(0);
        budget.WithFailures(1, end).AttemptsAt(end).Should().Be(1);
        budget.WithFailures(1, end).AttemptsAt(end + Lifetime).Should().Be(1, "an old lock must not end a new count");
    }

    [Theory]
    [InlineData(-1, 4)]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [Trait("Rule", "7")]
    [Trait("Requirement", "SEC-04")]
    public void AttemptsAt_WhenAQuietDayHasPassed_ShouldBeZeroFromThatMomentOn(int millisecondsAfter, int attempts)
    {
        var now = Start + TimeSpan.FromHours(24) + (millisecondsAfter * Some.Tick);

        AttemptBudget.Untouched.WithFailures(4, Start).AttemptsAt(now).Should().Be(attempts);
    }

    [Fact]
    [Trait("Rule", "7")]
    [Trait("Requirement", "SEC-04")]
    public void AttemptsAt_WhenAnotherWrongGuessCameWithinTheDay_ShouldCountTheDayFromThat()
    {
        var later = Start + AttemptBudget.QuietPeriod - Some.Tick;
        var budget = AttemptBudget.Untouched.WithFailures(3, Start).WithFailures(1, later);

        budget.AttemptsAt(later + AttemptBudget.QuietPeriod - Some.Tick).Should().Be(4);
        budget.AttemptsAt(later + AttemptBudget.QuietPeriod).Should().Be(0);
    }

    [Theory]
    [InlineData(1, 15)]
    [InlineData(2, 30)]
    [InlineData(3, 60)]
    [InlineData(4, 120)]
    [InlineData(7, 960)]
    [InlineData(8, 1440)]
    [InlineData(9, 1440)]
    [InlineData(40, 1440)]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-05")]
    public void CountFailure_WhenLockedAgain_ShouldDoubleUpToADay(int locks, int minutes)
    {
        var before = AttemptBudget.Untouched.WithLocksInARow(locks - 1, Start);
        var at = before.LockedUntil ?? Start;

        var budget = before.WithLock(at);

        budget.LockedUntil.Should().Be(at.AddMinutes(minutes));
        budget.IsLockedAt(at.AddMinutes(minutes) - Some.Tick).Should().BeTrue();
        budget.Epoch.Should().Be(locks);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void CountFailure_WhenTheLifetimeIsADay_ShouldLockForADayAndNoLonger()
    {
        var day = TimeSpan.FromHours(24);
        var first = AttemptBudget.Untouched.CountFailure(Ana, 1, day, Start);

        first.LockedUntil.Should().Be(Start + day);
        first.CountFailure(Ana, 1, day, Start + day).LockedUntil.Should().Be(Start + day + day);
    }

    [Theory]
    [InlineData(-1, 30)]
    [InlineData(0, 15)]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-05")]
    public void CountFailure_WhenThirtyDaysAfterTheLock_ShouldHaveForgottenTheSeries(int millisecondsAfter, int minutes)
    {
        var budget = AttemptBudget.Untouched.WithLock(Start);
        var now = budget.LockedUntil!.Value + TimeSpan.FromDays(30) + (millisecondsAfter * Some.Tick);

        budget.WithLock(now).LockedUntil.Should().Be(now.AddMinutes(minutes));
    }

    [Fact]
    [Trait("Rule", "10")]
    public void CountFailure_WhenAnotherPurposeIsExhaustedNext_ShouldLastTwiceTheLast()
    {
        var login = TimeSpan.FromMinutes(5);
        var first = AttemptBudget.Untouched.CountFailure(Ana, 1, Lifetime, Start);
        var now = first.LockedUntil!.Value;

        first.CountFailure(Ana, 1, login, now).LockedUntil.Should().Be(now + (2 * Lifetime));
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-05")]
    public void AfterSuccess_WhenAllGuessesWereAtThatAddress_ShouldEndCountAndSeriesAndKeepTheEpoch()
    {
        var locked = AttemptBudget.Untouched.WithLock(Start);
        var now = locked.LockedUntil!.Value;

        var budget = locked.WithFailures(4, now).AfterSuccess(Ana, now);

        budget.AttemptsAt(now).Should().Be(0);
        budget.Epoch.Should().Be(1);
        budget.GuessedAddress.Should().BeNull();
        budget.WithLock(now).LockedUntil.Should().Be(now + Lifetime);
    }

    [Theory]
    [InlineData(Bela)]
    [InlineData(AttemptBudget.MixedAddresses)]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-04")]
    public void AfterSuccess_WhenGuessesWereAtAnotherAddress_ShouldKeepCountAndSeries(string successAt)
    {
        var locked = AttemptBudget.Untouched.WithLock(Start);
        var now = locked.LockedUntil!.Value;

        var budget = locked.WithFailures(4, now).AfterSuccess(successAt, now);

        budget.AttemptsAt(now).Should().Be(4);
        budget.WithFailures(1, now).LockedUntil.Should().Be(now + (2 * Lifetime));
    }

    [Theory]
    [InlineData(Ana)]
    [InlineData(Bela)]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-04")]
    public void AfterSuccess_WhenGuessesWereAtSeveralAddresses_ShouldClearForNoneOfThem(string successAt)
    {
        var budget = AttemptBudget.Untouched.WithFailures(2, Start, Ana).WithFailures(1, Start, Bela);

        budget.GuessedAddress.Should().Be(AttemptBudget.MixedAddresses);
        budget.AfterSuccess(successAt, Start).AttemptsAt(Start).Should().Be(3);
        budget.WithFailures(1, Start, Ana).GuessedAddress.Should().Be(AttemptBudget.MixedAddresses);
    }

    [Fact]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-04")]
    public void AfterSuccess_WhenTheSeriesWasAtAnotherAddressAndTheCountIsZero_ShouldKeepTheSeries()
    {
        var locked = AttemptBudget.Untouched.WithLock(Start, Ana);
        var now = locked.LockedUntil!.Value;

        locked.AfterSuccess(Bela, now).WithLock(now, Bela).LockedUntil.Should().Be(now + (2 * Lifetime));
    }

    [Fact]
    [Trait("Rule", "9")]
    public void AfterSuccess_WhenTheOtherGuessesAreForgotten_ShouldClear()
    {
        var now = Start + AttemptBudget.QuietPeriod;
        var budget = AttemptBudget.Untouched.WithFailures(4, Start, Ana).WithFailures(2, now, Bela);

        budget.GuessedAddress.Should().Be(Bela);
        budget.AfterSuccess(Bela, now).AttemptsAt(now).Should().Be(0);
    }

    [Fact]
    public void MixedAddresses_WhenRead_ShouldBeNoAddress() =>
        Otp.Domain.Emails.EmailAddress.TryParse(AttemptBudget.MixedAddresses, out _).Should().BeFalse();

    [Fact]
    [Trait("Rule", "12")]
    public void Unlock_WhenLocked_ShouldEndCountLockAndSeriesAndBeginAnEpoch()
    {
        var budget = AttemptBudget.Untouched.WithLocksInARow(3, Start).Unlock();

        budget.IsLockedAt(Start).Should().BeFalse();
        budget.AttemptsAt(Start).Should().Be(0);
        budget.Epoch.Should().Be(4);
        budget.GuessedAddress.Should().BeNull();
        budget.WithLock(Start).LockedUntil.Should().Be(Start + Lifetime);
    }

    [Fact]
    public void Epoch_WhenAnythingHappens_ShouldNeverGoBack()
    {
        var locked = AttemptBudget.Untouched.WithLocksInARow(2, Start);
        var longAfter = Start.AddDays(100);

        AttemptBudget[] successors =
        [
            locked.AsOf(longAfter), locked.AfterSuccess(Ana, longAfter), locked.AfterSuccess(Bela, Start),
            locked.CountFailure(Ana, 5, Lifetime, longAfter),
        ];

        successors.Should().OnlyContain(budget => budget.Epoch == 2);
    }

    // Rule 10: registrations and challenges of a user share one budget, and their limits are configured apart.
    [Fact]
    [Trait("Rule", "10")]
    [Trait("Requirement", "SEC-04")]
    public void CountFailure_WhenPurposesOfUnequalLimitsShareTheBudget_ShouldNotGiveGuessesBack()
    {
        var registration = Some.Policy with { MaxAttempts = 10 };
        var challenge = Some.Policy with { MaxAttempts = 3 };
        var budget = AttemptBudget.Untouched;
        var code = IssuedPasscode.Issue(TestHasher.HashForVerification(Some.Ana, "123456"), registration, budget, Start);
        var wrong = TestHasher.HashForVerification(Some.Ana, "000000");
        var compared = 0;

        for (var i = 0; i < 40 && code.IsLiveIn(budget, Start); i++)
        {
            (_, budget) = PasscodeJudge.Judge(code, budget, wrong, Ana, registration.Lifetime, Start);
            compared++;
            if (!budget.IsLockedAt(Start))
            {
                IssuedPasscode.Issue(wrong, challenge, budget, Start).IsLiveIn(budget, Start).Should().BeTrue("no code is born dead");
            }
        }

        compared.Should().BeLessThanOrEqualTo(registration.MaxAttempts, "asking for a challenge must not restore guesses at a registration code");
    }

    [Fact]
    [Trait("Requirement", "SEC-27")]
    public void AsOf_WhenTheLockHasEnded_ShouldForgetTheGuessesAndKeepTheSeriesForAMonth()
    {
        var locked = AttemptBudget.Untouched.WithLock(Start);
        var end = locked.LockedUntil!.Value;

        locked.AsOf(end - Some.Tick).Should().Be(locked);
        locked.AsOf(end).FailedAttempts.Should().Be(0);
        locked.AsOf(end).LastFailedAt.Should().BeNull();
        locked.AsOf(end).LockedUntil.Should().Be(end);
        locked.AsOf(end).LastLock.Should().Be(Lifetime);
        locked.AsOf(end).GuessedAddress.Should().Be(Ana, "it says whose success ends the series");
        locked.AsOf(end + AttemptBudget.SeriesMemory - Some.Tick).Should().Be(locked.AsOf(end));
    }

    [Fact]
    [Trait("Requirement", "SEC-27")]
    public void AsOf_WhenTheSeriesIsForgotten_ShouldHoldTheEpochAlone()
    {
        var locked = AttemptBudget.Untouched.WithLock(Start);

        var forgotten = locked.AsOf(locked.LockedUntil!.Value + AttemptBudget.SeriesMemory);

        forgotten.LastFailedAt.Should().BeNull();
        forgotten.LockedUntil.Should().BeNull();
        forgotten.LastLock.Should().BeNull();
        forgotten.GuessedAddress.Should().BeNull();
        forgotten.Epoch.Should().Be(1);
    }

    [Fact]
    public void AsOf_WhenAppliedOnTheWay_ShouldNotChangeWhatIsSeenLater()
    {
        AttemptBudget[] budgets =
        [
            AttemptBudget.Untouched.WithFailures(3, Start),
            AttemptBudget.Untouched.WithLock(Start),
            AttemptBudget.Untouched.WithLocksInARow(9, Start),
            AttemptBudget.Untouched.WithLock(Start).WithFailures(2, Start.AddMinutes(20), Bela),
        ];
        TimeSpan[] times = [TimeSpan.Zero, Lifetime, TimeSpan.FromHours(24), TimeSpan.FromDays(12), TimeSpan.FromDays(30), TimeSpan.FromDays(31), TimeSpan.FromDays(60)];

        foreach (var budget in budgets)
        {
            foreach (var (first, second) in times.SelectMany(first => times.Where(second => second >= first).Select(second => (first, second))))
            {
                budget.AsOf(Start + first).AsOf(Start + second).Should().Be(budget.AsOf(Start + second));
                budget.AsOf(Start + first).AttemptsAt(Start + second).Should().Be(budget.AttemptsAt(Start + second));
                budget.AsOf(Start + first).IsLockedAt(Start + second).Should().Be(budget.IsLockedAt(Start + second));
            }
        }
    }
}
