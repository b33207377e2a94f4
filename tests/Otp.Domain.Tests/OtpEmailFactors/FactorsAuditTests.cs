using Otp.Domain.Auditing;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.OtpEmailFactors;

/// <summary>What <see cref="UserFactors"/> note for the audit trail: each test looks at one operation alone.</summary>
[Trait("Requirement", "SEC-24")]
public sealed class FactorsAuditTests
{
    private readonly FactorsScenario _scenario = new();

    private UserFactors Factors => _scenario.Factors;

    [Fact]
    public void TakeAuditEvents_WhenTaken_ShouldHandOverEachOnce()
    {
        var factor = _scenario.WithReady(Some.Ana);

        ShouldHaveNoted(Factor(AuditAction.FactorReady, factor));
        ShouldHaveNoted();
    }

    [Fact]
    public void Start_WhenNew_ShouldNoteNothing() => UserFactors.Start(Some.UserId, Some.Start).TakeAuditEvents().Should().BeEmpty();

    [Fact]
    public void AddReady_WhenOneIsNotReadyThere_ShouldNoteThatItIsNow()
    {
        var factor = Given(_scenario.WithRegistration(Some.Bela));

        _scenario.After(TimeSpan.FromMinutes(1)).AddReady(Some.Bela);

        ShouldHaveNoted(Factor(AuditAction.FactorReady, factor));
    }

    [Fact]
    public void AddForRegistration_WhenNew_ShouldNoteTheFactorAndItsCode()
    {
        var factor = _scenario.After(TimeSpan.FromMinutes(1)).WithRegistration(Some.Bela);

        ShouldHaveNoted(Factor(AuditAction.FactorAdded, factor), Registration(AuditAction.PasscodeIssued, factor) with { DeliveryId = Some.DeliveryId(1) });
    }

    [Fact]
    public void AddForRegistration_WhenOneIsNotReadyThere_ShouldNoteTheCodeAlone()
    {
        Given(_scenario.WithRegistration(Some.Bela));

        var factor = _scenario.WithRegistration(Some.Bela);

        ShouldHaveNoted(Registration(AuditAction.PasscodeIssued, factor) with { DeliveryId = Some.DeliveryId(2) });
    }

    [Fact]
    public void GuessRegistration_WhenRight_ShouldNoteTheAcceptanceAndTheFactor()
    {
        var factor = Given(_scenario.WithRegistration(Some.Bela));

        _scenario.After(TimeSpan.FromSeconds(3)).GuessRight(factor);

        ShouldHaveNoted(Registration(AuditAction.PasscodeAccepted, factor), Factor(AuditAction.FactorReady, factor));
    }

    [Fact]
    public void GuessRegistration_WhenWrong_ShouldNoteTheRejectionAndWhy()
    {
        var factor = Given(_scenario.WithRegistration(Some.Bela));

        _scenario.After(TimeSpan.FromSeconds(3)).GuessWrong(factor);

        ShouldHaveNoted(Rejected(Registration(AuditAction.PasscodeRejected, factor), GuessOutcome.Wrong));
    }

    [Fact]
    public void GuessRegistration_WhenItLocks_ShouldNoteTheRejectionAndTheLockAndThenNoOtherLock()
    {
        var factor = _scenario.WithRegistration(Some.Bela);
        Given(_scenario.WithWrongGuesses(factor, 4));

        _scenario.GuessWrong(factor);

        ShouldHaveNoted(Rejected(Registration(AuditAction.PasscodeRejected, factor), GuessOutcome.Wrong), Registration(AuditAction.Locked, factor));

        _scenario.GuessRight(factor);

        ShouldHaveNoted(Rejected(Registration(AuditAction.PasscodeRejected, factor), GuessOutcome.Locked));
    }

    [Fact]
    public void GuessRegistration_WhenReadyAlready_ShouldNoteNothing()
    {
        var factor = Given(_scenario.WithReady(Some.Ana));

        _scenario.GuessWrong(factor).Should().Be(GuessOutcome.AlreadyVerified);

        ShouldHaveNoted();
    }

    [Fact]
    public void Remove_WhenThere_ShouldNoteIt()
    {
        var factor = Given(_scenario.WithReady(Some.Ana));

        Factors.Remove(factor, _scenario.After(TimeSpan.FromMinutes(1)).Now);

        ShouldHaveNoted(Factor(AuditAction.FactorRemoved, factor));
    }

    [Fact]
    public void FollowContact_WhenNothingStandsAtTheNewAddress_ShouldNoteTheMove()
    {
        var factor = Given(_scenario.WithReady(Some.Ana));

        _scenario.After(TimeSpan.FromMinutes(1)).ChangeContact(Some.Bela);

        ShouldHaveNoted(Factor(AuditAction.FactorMoved, factor));
    }

    [Fact]
    public void FollowContact_WhenOneIsNotReadyAtTheNewAddress_ShouldNoteThatItGaveWayAndTheMove()
    {
        var (own, there) = Given((_scenario.WithReady(Some.Ana), _scenario.WithRegistration(Some.Bela)));

        _scenario.ChangeContact(Some.Bela);

        ShouldHaveNoted(Factor(AuditAction.FactorRemoved, there), Factor(AuditAction.FactorMoved, own));
    }

    [Fact]
    public void FollowContact_WhenOneIsReadyAtTheNewAddress_ShouldNoteTheRemovalOfTheOldAlone()
    {
        var (old, _) = Given((_scenario.WithReady(Some.Ana), _scenario.WithReady(Some.Bela)));

        _scenario.ChangeContact(Some.Bela);

        ShouldHaveNoted(Factor(AuditAction.FactorRemoved, old));
    }

    [Fact]
    public void FollowContact_WhenThereIsNoFactorAtTheOldAddress_ShouldNoteNothing()
    {
        Given(_scenario.WithReady(Some.Cleo));

        _scenario.ChangeContact(Some.Bela);

        ShouldHaveNoted();
    }

    [Fact]
    public void StartChallenge_WhenReady_ShouldNoteNothingUntilItGetsACode()
    {
        var factor = Given(_scenario.WithReady(Some.Ana));

        var challenge = Factors.StartChallenge(FactorsScenario.Id(9), factor, _scenario.Now);

        ShouldHaveNoted();

        _scenario.Resend(challenge);

        ShouldHaveNoted(Challenge(AuditAction.PasscodeIssued, challenge) with { DeliveryId = Some.DeliveryId(1) });
    }

    [Fact]
    public void GuessChallenge_WhenRight_ShouldNoteTheAcceptanceAlone()
    {
        var challenge = Given(_scenario.WithChallenge(_scenario.WithReady(Some.Ana)));

        _scenario.After(TimeSpan.FromSeconds(3)).GuessRight(challenge);

        ShouldHaveNoted(Challenge(AuditAction.PasscodeAccepted, challenge));

        _scenario.GuessRight(challenge).Should().Be(GuessOutcome.AlreadyVerified);

        ShouldHaveNoted();
    }

    [Fact]
    public void GuessChallenge_WhenWrong_ShouldNoteTheRejectionAndWhy()
    {
        var challenge = Given(_scenario.WithChallenge(_scenario.WithReady(Some.Ana)));

        _scenario.After(TimeSpan.FromSeconds(3)).GuessWrong(challenge);

        ShouldHaveNoted(Rejected(Challenge(AuditAction.PasscodeRejected, challenge), GuessOutcome.Wrong));
    }

    [Fact]
    public void GuessChallenge_WhenItLocks_ShouldNoteTheRejectionAndTheLockAndThenNoOtherLock()
    {
        var challenge = _scenario.WithChallenge(_scenario.WithReady(Some.Ana));
        Given(_scenario.WithWrongGuesses(challenge, 4));

        _scenario.GuessWrong(challenge);

        ShouldHaveNoted(Rejected(Challenge(AuditAction.PasscodeRejected, challenge), GuessOutcome.Wrong), Challenge(AuditAction.Locked, challenge));

        _scenario.GuessRight(challenge);

        ShouldHaveNoted(Rejected(Challenge(AuditAction.PasscodeRejected, challenge), GuessOutcome.Locked));
    }

    [Fact]
    public void GuessChallenge_WhenExpired_ShouldNoteTheRejection()
    {
        var challenge = Given(_scenario.WithChallenge(_scenario.WithReady(Some.Ana)));

        _scenario.After(_scenario.ChallengePolicy.Lifetime).GuessRight(challenge);

        ShouldHaveNoted(Rejected(Challenge(AuditAction.PasscodeRejected, challenge), GuessOutcome.Expired));
    }

    [Fact]
    public void Unlock_WhenCalled_ShouldNoteItOnceForAllCodes()
    {
        _scenario.WithChallenge(_scenario.WithReady(Some.Ana));
        Given(_scenario.WithRegistration(Some.Bela));

        Factors.Unlock(_scenario.After(TimeSpan.FromMinutes(1)).Now);

        ShouldHaveNoted(new AuditEvent(AuditAction.Unlocked, Some.UserId, _scenario.Now) { Purpose = PasscodePurpose.LoginChallenge });
    }

    [Fact]
    public void ForgetExpired_WhenSomethingIsForgotten_ShouldNoteNothing()
    {
        Given(_scenario.WithRegistration(Some.Bela));

        Factors.ForgetExpired(_scenario.After(TimeSpan.FromDays(2)).Now);

        ShouldHaveNoted();
    }

    private static AuditEvent Rejected(AuditEvent rejected, GuessOutcome why) => rejected with { Outcome = why };

    private AuditEvent Factor(AuditAction action, OtpEmailFactor factor) => new(action, Some.UserId, _scenario.Now) { SubjectId = factor.Id };

    private AuditEvent Registration(AuditAction action, OtpEmailFactor factor) =>
        Factor(action, factor) with { Purpose = PasscodePurpose.FactorRegistration };

    private AuditEvent Challenge(AuditAction action, OtpEmailChallenge challenge) =>
        new(action, Some.UserId, _scenario.Now) { SubjectId = challenge.Id, Purpose = PasscodePurpose.LoginChallenge };

    private void ShouldHaveNoted(params AuditEvent[] expected) => Factors.TakeAuditEvents().Should().Equal(expected);

    /// <summary>What the <em>given</em> of a test has noted is not what it is about.</summary>
    private T Given<T>(T given)
    {
        Factors.TakeAuditEvents();
        return given;
    }
}
