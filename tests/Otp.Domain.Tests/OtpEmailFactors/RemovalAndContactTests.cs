using Otp.Domain.Emails;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.OtpEmailFactors;

public sealed class RemovalAndContactTests
{
    private readonly FactorsScenario _scenario = new();

    private UserFactors Factors => _scenario.Factors;

    [Fact]
    [Trait("Rule", "21")]
    [Trait("Rule", "23")]
    public void Remove_WhenReady_ShouldBeRemovedAndOneChangeOfEach()
    {
        var factor = _scenario.WithReady(Some.Ana);
        var (sequence, own) = (Factors.Sequence, factor.Sequence);
        _scenario.After(TimeSpan.FromMinutes(1));

        Factors.Remove(factor, _scenario.Now);

        factor.State.Should().Be(FactorState.Removed);
        factor.Sequence.Should().Be(own + 1);
        factor.ChangedAt.Should().Be(_scenario.Now);
        factor.CreatedAt.Should().Be(Some.Start);
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
    }

    [Fact]
    [Trait("Rule", "21")]
    public void Remove_WhenNotReady_ShouldKillItsCode()
    {
        var factor = _scenario.WithRegistration(Some.Bela);

        Factors.Remove(factor, _scenario.Now);

        factor.Slot.Passcode.Should().BeNull();
        _scenario.GuessRight(factor).Should().Be(GuessOutcome.NoPasscode);
        factor.State.Should().Be(FactorState.Removed);
    }

    [Fact]
    [Trait("Rule", "21")]
    public void Remove_WhenChallengesAreOpen_ShouldEndThoseOfThatFactorAlone()
    {
        var (ana, bela) = (_scenario.WithReady(Some.Ana), _scenario.WithReady(Some.Bela));
        var (first, second, other) = (_scenario.WithChallenge(ana), _scenario.WithChallenge(ana), _scenario.WithChallenge(bela));

        Factors.Remove(ana, _scenario.Now);

        Factors.FindChallenge(first.Id, _scenario.Now).Should().BeNull();
        Factors.FindChallenge(second.Id, _scenario.Now).Should().BeNull();
        Factors.FindChallenge(other.Id, _scenario.Now).Should().BeSameAs(other);
    }

    [Fact]
    [Trait("Rule", "21")]
    public void Remove_WhenAChallengeIsVerified_ShouldLeaveItToBeSeen()
    {
        var challenge = _scenario.WithChallenge(_scenario.WithReady(Some.Ana));
        _scenario.GuessRight(challenge);

        Factors.Remove(Factors.FindAt(Some.Ana)!, _scenario.Now);

        Factors.FindChallenge(challenge.Id, _scenario.Now).Should().BeSameAs(challenge, "what was proven stays proven; only open ones die");
    }

    [Fact]
    [Trait("Rule", "21")]
    [Trait("Requirement", "SEC-07")]
    public void Remove_WhenAddedAgainAtTheSameAddress_ShouldNotReviveChallengesNorTheRegistrationCode()
    {
        var challenge = _scenario.WithChallenge(_scenario.WithReady(Some.Ana));
        Factors.Remove(Factors.FindAt(Some.Ana)!, _scenario.Now);
        _scenario.WithReady(Some.Ana);

        Factors.FindChallenge(challenge.Id, _scenario.Now).Should().BeNull();

        var old = _scenario.WithRegistration(Some.Bela);
        Factors.Remove(old, _scenario.Now);
        var again = _scenario.WithRegistration(Some.Bela);
        _scenario.Guess(again, _scenario.CodeOf(old.Id)).Should().Be(GuessOutcome.Wrong);
    }

    [Fact]
    [Trait("Rule", "22")]
    [Trait("Rule", "23")]
    public void FollowContact_WhenNothingStandsAtTheNewAddress_ShouldMoveTheFactorWithItsId()
    {
        var factor = _scenario.WithReady(Some.Ana);
        var other = _scenario.WithReady(Some.Cleo);
        var (id, sequence, own) = (factor.Id, Factors.Sequence, factor.Sequence);
        _scenario.After(TimeSpan.FromMinutes(1));

        _scenario.ChangeContact(Some.Bela).Should().BeNull();

        factor.Id.Should().Be(id);
        factor.State.Should().Be(FactorState.Ready);
        factor.Address.Should().Be(Some.Bela);
        factor.CanonicalAddress.Should().Be(Some.Bela.Canonical);
        factor.Sequence.Should().Be(own + 1);
        factor.ChangedAt.Should().Be(_scenario.Now);
        Factors.FindAt(Some.Ana).Should().BeNull();
        Factors.FindAt(Some.Bela).Should().BeSameAs(factor);
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
        other.Address.Should().Be(Some.Cleo);
    }

    [Fact]
    [Trait("Rule", "22")]
    [Trait("Rule", "23")]
    public void FollowContact_WhenOneIsReadyAtTheNewAddress_ShouldKeepThatAndRemoveTheOld()
    {
        var (old, there) = (_scenario.WithReady(Some.Ana), _scenario.WithReady(Some.Bela));
        var (sequence, own) = (Factors.Sequence, there.Sequence);
        _scenario.After(TimeSpan.FromMinutes(1));

        _scenario.ChangeContact(Some.Bela).Should().BeSameAs(old);

        old.State.Should().Be(FactorState.Removed);
        old.Address.Should().Be(Some.Ana);
        there.State.Should().Be(FactorState.Ready);
        there.Sequence.Should().Be(own);
        Factors.FindAt(Some.Bela).Should().BeSameAs(there);
        Factors.Sequence.Should().Be(sequence + 1);
        Factors.ChangedAt.Should().Be(_scenario.Now);
    }

    [Fact]
    [Trait("Rule", "22")]
    [Trait("Rule", "23")]
    public void FollowContact_WhenOneIsNotReadyAtTheNewAddress_ShouldGiveWayWithItsCode()
    {
        var (own, there) = (_scenario.WithReady(Some.Ana), _scenario.WithRegistration(Some.Bela));
        var sequence = Factors.Sequence;

        _scenario.ChangeContact(Some.Bela).Should().BeNull();

        there.State.Should().Be(FactorState.Removed);
        there.Slot.Passcode.Should().BeNull();
        own.Address.Should().Be(Some.Bela);
        Factors.FindAt(Some.Bela).Should().BeSameAs(own);
        Factors.Sequence.Should().Be(sequence + 1);
    }

    [Fact]
    [Trait("Rule", "22")]
    public void FollowContact_WhenTheFactorAtTheOldAddressIsNotReady_ShouldChangeNothing()
    {
        var factor = _scenario.WithRegistration(Some.Ana);
        _scenario.WithReady(Some.Bela);
        var before = _scenario.After(TimeSpan.FromMinutes(1)).Snapshot();

        _scenario.ChangeContact(Some.Bela).Should().BeNull();

        _scenario.Snapshot().Should().Be(before);
        _scenario.GuessRight(factor).Should().Be(GuessOutcome.Right);
    }

    [Fact]
    [Trait("Rule", "22")]
    public void FollowContact_WhenThereIsNoFactorAtTheOldAddress_ShouldChangeNothing()
    {
        _scenario.WithReady(Some.Bela);
        _scenario.WithRegistration(Some.Cleo);
        var before = _scenario.After(TimeSpan.FromMinutes(1)).Snapshot();

        Factors.FollowContact(Some.Ana, Some.Bela, _scenario.Now).Should().BeNull();
        Factors.FollowContact(Some.Ana, Some.Cleo, _scenario.Now).Should().BeNull();

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "22")]
    public void FollowContact_WhenTheFactorWasRemoved_ShouldChangeNothing()
    {
        Factors.Remove(_scenario.WithReady(Some.Ana), _scenario.Now);
        var before = _scenario.After(TimeSpan.FromMinutes(1)).Snapshot();

        _scenario.ChangeContact(Some.Bela).Should().BeNull();

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "22")]
    public void FollowContact_WhenItIsTheSameAddressSpeltOtherwise_ShouldChangeNothing()
    {
        _scenario.WithReady(Some.Ana);
        var before = _scenario.After(TimeSpan.FromMinutes(1)).Snapshot();

        Factors.FollowContact(Some.Ana, EmailAddress.Parse("ANA@Example.com"), _scenario.Now).Should().BeNull();

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "22")]
    [Trait("Requirement", "SEC-07")]
    public void FindChallenge_WhenItsFactorMovedToAnotherAddress_ShouldBeNull()
    {
        var factor = _scenario.WithReady(Some.Ana);
        var (open, verified) = (_scenario.WithChallenge(factor), _scenario.WithChallenge(factor));
        _scenario.GuessRight(verified);

        _scenario.ChangeContact(Some.Bela);

        Factors.FindChallenge(open.Id, _scenario.Now).Should().BeNull("its code went to the old address");
        Factors.FindChallenge(verified.Id, _scenario.Now).Should().BeSameAs(verified);
        var next = _scenario.WithChallenge();
        next.Address.Should().Be(Some.Bela);
        next.FactorId.Should().Be(factor.Id);
        Factors.FindChallenge(next.Id, _scenario.Now).Should().BeSameAs(next);
    }

    [Fact]
    [Trait("Rule", "22")]
    public void FindChallenge_WhenItsFactorGaveWayToTheOneAtTheNewAddress_ShouldBeNull()
    {
        var (old, there) = (_scenario.WithReady(Some.Ana), _scenario.WithReady(Some.Bela));
        var (ofOld, ofThere) = (_scenario.WithChallenge(old), _scenario.WithChallenge(there));

        _scenario.ChangeContact(Some.Bela);

        Factors.FindChallenge(ofOld.Id, _scenario.Now).Should().BeNull();
        Factors.FindChallenge(ofThere.Id, _scenario.Now).Should().BeSameAs(ofThere);
    }
}
