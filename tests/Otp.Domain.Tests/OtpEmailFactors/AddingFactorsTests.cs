using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.OtpEmailFactors;

public sealed class AddingFactorsTests
{
    private readonly FactorsScenario _scenario = new();

    private UserFactors Factors => _scenario.Factors;

    [Fact]
    [Trait("Rule", "23")]
    public void Start_WhenNew_ShouldHaveNothingAndBeginAtOne()
    {
        Factors.UserId.Should().Be(Some.UserId);
        Factors.Factors.Should().BeEmpty();
        Factors.Challenges.Should().BeEmpty();
        Factors.Budget.Should().Be(AttemptBudget.Untouched);
        Factors.Sequence.Should().Be(1);
        Factors.CreatedAt.Should().Be(Some.Start);
        Factors.ChangedAt.Should().Be(Some.Start);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Start_WhenThereIsNoUser_ShouldThrow(string? userId) =>
        FluentActions.Invoking(() => UserFactors.Start(userId!, Some.Start)).Should().Throw<ArgumentException>();

    [Fact]
    [Trait("Rule", "18")]
    public void AddReady_WhenTheAddressIsFree_ShouldBeReadyAtOnceWithoutACode()
    {
        _scenario.After(TimeSpan.FromMinutes(1)).AddReady(Some.Ana).Should().BeNull();

        var factor = Factors.Factors.Should().ContainSingle().Subject;
        factor.Id.Should().Be(FactorsScenario.Id(1));
        factor.UserId.Should().Be(Some.UserId);
        factor.Address.Should().Be(Some.Ana);
        factor.CanonicalAddress.Should().Be(Some.Ana.Canonical);
        factor.State.Should().Be(FactorState.Ready);
        factor.Slot.Should().Be(PasscodeSlot.Empty);
        factor.CreatedAt.Should().Be(_scenario.Now);
        factor.ChangedAt.Should().Be(_scenario.Now);
    }

    [Fact]
    [Trait("Rule", "23")]
    public void AddReady_WhenAccepted_ShouldBeOneChangeOfTheAggregate()
    {
        _scenario.After(TimeSpan.FromMinutes(1)).WithReady(Some.Ana);

        Factors.Sequence.Should().Be(2);
        Factors.ChangedAt.Should().Be(_scenario.Now);
    }

    [Fact]
    [Trait("Rule", "18")]
    public void AddReady_WhenOneIsNotReadyThere_ShouldBecomeReadyKeepItsIdAndKillItsCode()
    {
        var factor = _scenario.WithRegistration(Some.Ana);
        var (id, sequence) = (factor.Id, factor.Sequence);
        _scenario.After(TimeSpan.FromSeconds(1)).AddReady(EmailAddress.Parse("ANA@Example.com")).Should().BeNull();

        Factors.Factors.Should().ContainSingle().Which.Should().BeSameAs(factor);
        factor.Id.Should().Be(id);
        factor.State.Should().Be(FactorState.Ready);
        factor.Slot.Passcode.Should().BeNull();
        factor.Slot.ResendAvailableAt.Should().BeNull();
        factor.Sequence.Should().Be(sequence + 1);
        factor.CreatedAt.Should().Be(Some.Start);
        factor.ChangedAt.Should().Be(_scenario.Now);
        _scenario.GuessRight(factor).Should().Be(GuessOutcome.AlreadyVerified);
    }

    [Fact]
    [Trait("Rule", "18")]
    public void AddReady_WhenReadyThere_ShouldRefuseAndChangeNothing()
    {
        _scenario.WithReady(Some.Ana);
        var before = _scenario.After(TimeSpan.FromSeconds(1)).Snapshot();

        _scenario.AddReady(EmailAddress.Parse("Ana@EXAMPLE.com")).Should().Be(OtpEmailFactorErrors.AlreadyExists);
        Factors.Invoking(f => f.AddReady(FactorsScenario.Id(9), Some.Ana, _scenario.Now)).Should().Throw<RefusedException>().WithMessage("*AlreadyExists*");

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "10")]
    public void AddReady_WhenLocked_ShouldBeAllowedAndLeaveTheLock()
    {
        _scenario.WithLockByRegistration(Some.Bela);
        var budget = Factors.Budget;

        _scenario.AddReady(Some.Ana).Should().BeNull();

        Factors.Budget.Should().Be(budget);
    }

    [Fact]
    [Trait("Rule", "17")]
    public void RefusesFactor_WhenTenAreThereWithThoseThatAreNotReady_ShouldBeTooMany()
    {
        FillUp();
        Factors.Factors.Select(factor => factor.State).Distinct().Should().HaveCount(2, "those that are not ready count");
        var before = _scenario.Snapshot();

        Factors.RefusesFactor(Some.Ana).Should().Be(OtpEmailFactorErrors.TooMany);
        Factors.RefusesRegistration(Some.Ana, _scenario.Now).Should().Be(OtpEmailFactorErrors.TooMany);
        Factors.Invoking(f => f.AddReady(FactorsScenario.Id(99), Some.Ana, _scenario.Now)).Should().Throw<RefusedException>().WithMessage("*TooMany*");
        Invoking(() => AddForRegistration(Some.Ana)).Should().Throw<RefusedException>().WithMessage("*TooMany*");

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "17")]
    public void RefusesFactor_WhenNineAreThere_ShouldBeNull()
    {
        FillUp();
        Factors.Remove(Factors.Factors.First(), _scenario.Now);

        Factors.RefusesFactor(Some.Ana).Should().BeNull("those that are removed do not count");
        _scenario.AddReady(Some.Ana).Should().BeNull();
        Factors.RefusesFactor(Some.Bela).Should().Be(OtpEmailFactorErrors.TooMany);
    }

    [Fact]
    [Trait("Rule", "18")]
    public void RefusesFactor_WhenTenAreThereAndOneOfThemIsAtTheAddress_ShouldBeAlreadyExistsOrNullWhereItIsNotReady()
    {
        FillUp();
        var ready = Factors.Factors.First(factor => factor.State == FactorState.Ready);
        var notReady = Factors.Factors.First(factor => factor.State == FactorState.NotReady);

        Factors.RefusesFactor(ready.Address).Should().Be(OtpEmailFactorErrors.AlreadyExists);
        Factors.RefusesFactor(notReady.Address).Should().BeNull();
        _scenario.AddReady(notReady.Address).Should().BeNull();
        notReady.State.Should().Be(FactorState.Ready);
        Factors.Factors.Should().HaveCount(UserFactors.MaxFactors);
    }

    [Fact]
    public void MaxFactors_WhenRead_ShouldBeTen() => UserFactors.MaxFactors.Should().Be(10);

    [Fact]
    [Trait("Rule", "19")]
    public void AddForRegistration_WhenTheAddressIsFree_ShouldNotBeReadyAndHoldTheCode()
    {
        var factor = _scenario.WithRegistration(Some.Bela);

        factor.Id.Should().Be(FactorsScenario.Id(1));
        factor.UserId.Should().Be(Some.UserId);
        factor.Address.Should().Be(Some.Bela);
        factor.State.Should().Be(FactorState.NotReady);
        factor.Slot.Passcode!.Hash.Should().Be(_scenario.Sent[0].Hash);
        factor.Slot.Passcode.ExpiresAt.Should().Be(_scenario.Now.AddMinutes(15));
        factor.Slot.Passcode.MaxAttempts.Should().Be(5);
        factor.Slot.ResendAvailableAt.Should().Be(_scenario.Now.AddSeconds(60));
        factor.Slot.DeliveryId.Should().Be(_scenario.Sent[0].DeliveryId);
        Factors.Sequence.Should().Be(2);
    }

    [Fact]
    public void AddForRegistration_WhenNothingIsMailed_ShouldHaveNoDelivery()
    {
        var factor = AddForRegistration(Some.Bela);

        factor.Slot.DeliveryId.Should().BeNull();
        factor.Slot.Passcode.Should().NotBeNull();
    }

    [Fact]
    [Trait("Rule", "7")]
    [Trait("Rule", "19")]
    public void AddForRegistration_WhenNotReadyThere_ShouldKeepTheIdAndReplaceTheCode()
    {
        var factor = _scenario.WithRegistration(Some.Bela);
        var (id, first, sequence) = (factor.Id, _scenario.CodeOf(factor.Id), factor.Sequence);
        var again = _scenario.WithRegistration(EmailAddress.Parse("BELA@example.org"));

        again.Should().BeSameAs(factor);
        factor.Id.Should().Be(id);
        factor.Sequence.Should().Be(sequence + 1);
        factor.ChangedAt.Should().Be(_scenario.Now).And.Be(Some.Start.AddSeconds(60));
        factor.CreatedAt.Should().Be(Some.Start);
        Factors.Factors.Should().ContainSingle();
        _scenario.Guess(factor, first).Should().Be(GuessOutcome.Wrong);
        _scenario.GuessRight(factor).Should().Be(GuessOutcome.Right);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(59_999, true)]
    [InlineData(60_000, false)]
    [Trait("Rule", "8")]
    [Trait("Requirement", "SEC-14")]
    public void RefusesRegistration_WhenWithinTheResendInterval_ShouldSayUntilWhen(int millisecondsLater, bool refused)
    {
        _scenario.WithRegistration(Some.Bela);
        _scenario.After(millisecondsLater * Some.Tick);

        Factors.RefusesRegistration(Some.Bela, _scenario.Now).Should().Be(refused ? PasscodeErrors.TooSoon(Some.Start.AddSeconds(60)) : null);
    }

    [Fact]
    [Trait("Rule", "8")]
    public void RefusesRegistration_WhenTheIntervalOfAnotherRegistrationRuns_ShouldBeNull()
    {
        _scenario.WithRegistration(Some.Bela);

        Factors.RefusesRegistration(Some.Cleo, _scenario.Now).Should().BeNull();
    }

    [Fact]
    [Trait("Rule", "8")]
    public void AddForRegistration_WhenTooSoon_ShouldThrowChangeNothingAndKeepTheOldCodeAlive()
    {
        var factor = _scenario.WithRegistration(Some.Bela);
        var before = _scenario.After(TimeSpan.FromSeconds(1)).Snapshot();

        Invoking(() => AddForRegistration(Some.Bela)).Should().Throw<RefusedException>().WithMessage("*TooSoon*");

        _scenario.Snapshot().Should().Be(before);
        _scenario.GuessRight(factor).Should().Be(GuessOutcome.Right);
    }

    [Fact]
    [Trait("Rule", "9")]
    public void AddForRegistration_WhenLocked_ShouldRefuseAndAddNothing()
    {
        _scenario.WithLockByRegistration(Some.Bela);
        var before = _scenario.Snapshot();

        Factors.RefusesRegistration(Some.Cleo, _scenario.Now).Should().Be(PasscodeErrors.Locked(_scenario.Now.AddMinutes(15)));
        Invoking(() => AddForRegistration(Some.Cleo)).Should().Throw<RefusedException>().WithMessage("*Locked*");

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "18")]
    [Trait("Rule", "19")]
    public void RefusesRegistration_WhenReadyThereAndLocked_ShouldBeAlreadyExists()
    {
        _scenario.WithReady(Some.Ana);
        _scenario.WithLockByRegistration(Some.Bela);

        Factors.RefusesRegistration(Some.Ana, _scenario.Now).Should().Be(OtpEmailFactorErrors.AlreadyExists, "that there is one is checked first");
        Invoking(() => AddForRegistration(Some.Ana)).Should().Throw<RefusedException>().WithMessage("*AlreadyExists*");
    }

    [Fact]
    [Trait("Rule", "17")]
    public void AddForRegistration_WhenTheOneThereWasRemoved_ShouldBeANewOne()
    {
        var old = _scenario.WithReady(Some.Bela);
        Factors.Remove(old, _scenario.Now);

        var factor = _scenario.WithRegistration(Some.Bela);

        factor.Should().NotBeSameAs(old);
        factor.Id.Should().NotBe(old.Id);
        old.State.Should().Be(FactorState.Removed);
    }

    [Fact]
    public void Find_WhenRemovedOrUnknown_ShouldBeNull()
    {
        var (ana, bela) = (_scenario.WithReady(Some.Ana), _scenario.WithRegistration(Some.Bela));

        Factors.Find(ana.Id).Should().BeSameAs(ana);
        Factors.Find(bela.Id).Should().BeSameAs(bela);
        Factors.Find(FactorsScenario.Id(77)).Should().BeNull();

        Factors.Remove(ana, _scenario.Now);
        Factors.Find(ana.Id).Should().BeNull();
        Factors.FindAt(Some.Ana).Should().BeNull();
    }

    [Fact]
    public void FindAt_WhenSpeltOtherwise_ShouldGoByTheCanonicalForm()
    {
        var factor = _scenario.WithReady(Some.Ana);

        Factors.FindAt(EmailAddress.Parse("aNa@EXAMPLE.COM")).Should().BeSameAs(factor);
        Factors.FindAt(Some.Bela).Should().BeNull();
        Factors.FindAt(null).Should().BeNull();
    }

    /// <summary>Ten factors, every other one ready.</summary>
    private void FillUp()
    {
        for (var n = 1; n <= 10; n++)
        {
            var address = EmailAddress.Parse($"further-{n}@example.com");
            Factors.RefusesFactor(address).Should().BeNull();
            _ = n % 2 == 0 ? _scenario.WithReady(address) : _scenario.WithRegistration(address);
        }
    }

    private OtpEmailFactor AddForRegistration(EmailAddress address) => Factors.AddForRegistration(
        FactorsScenario.Id(88), address, TestHasher.HashForVerification(address, "12345678"), null, _scenario.RegistrationPolicy, _scenario.Now);

    private static Action Invoking(Action action) => action;
}
