using Otp.Domain.Auditing;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.EmailVerifications;

/// <summary>What an <see cref="EmailVerification"/> notes for the audit trail: each test looks at one operation alone.</summary>
[Trait("Requirement", "SEC-24")]
public sealed class EmailVerificationAuditTests
{
    private readonly VerificationScenario _scenario = new VerificationScenario().WithAddress(Some.Ana);

    public EmailVerificationAuditTests() => Forget();

    private EmailVerification Verification => _scenario.Verification;

    [Fact]
    public void TakeAuditEvents_WhenTaken_ShouldHandOverEachOnceInOrder()
    {
        _scenario.WithPasscode();
        Verification.WithdrawPasscode(_scenario.Now);

        var taken = Verification.TakeAuditEvents();

        taken.Should().Equal(Passcode(AuditAction.PasscodeIssued) with { DeliveryId = Some.DeliveryId(1) }, Passcode(AuditAction.PasscodeWithdrawn));
        Verification.TakeAuditEvents().Should().BeEmpty();
        taken.Should().HaveCount(2, "what was handed over is the taker's");
    }

    [Fact]
    public void Start_WhenNew_ShouldNoteNothing() =>
        EmailVerification.Start(Some.UserId, Some.Organisation, Some.Start).TakeAuditEvents().Should().BeEmpty();

    [Fact]
    public void ChangeAddress_WhenAnother_ShouldNoteIt()
    {
        _scenario.After(TimeSpan.FromMinutes(1)).ChangeAddress(Some.Bela);

        ShouldHaveNoted(new AuditEvent(AuditAction.EmailChanged, Some.UserId, _scenario.Now));
    }

    [Fact]
    public void ApplyIdentity_WhenTheAddressIsAnother_ShouldNoteTheChangeAlone()
    {
        _scenario.Claim(Some.Bela);

        ShouldHaveNoted(new AuditEvent(AuditAction.EmailChanged, Some.UserId, _scenario.Now));
    }

    [Fact]
    public void ApplyIdentity_WhenTheAddressIsAnotherAndTrusted_ShouldNoteChangeAndVerification()
    {
        _scenario.Claim(Some.Bela, trusted: true);

        ShouldHaveNoted(
            new AuditEvent(AuditAction.EmailChanged, Some.UserId, _scenario.Now), new AuditEvent(AuditAction.EmailVerified, Some.UserId, _scenario.Now));
    }

    [Fact]
    public void ApplyIdentity_WhenTheSameAddressIsTrusted_ShouldNoteTheVerificationOnce()
    {
        _scenario.Claim(Some.Ana, trusted: true);

        ShouldHaveNoted(new AuditEvent(AuditAction.EmailVerified, Some.UserId, _scenario.Now));

        _scenario.Claim(Some.Ana, issuedAfter: 1, trusted: true);

        ShouldHaveNoted();
    }

    [Fact]
    public void ApplyIdentity_WhenTheTokenIsEarlierOrNamesNothingNew_ShouldNoteNothing()
    {
        _scenario.Claim(Some.Ana);
        _scenario.Claim(Some.Bela, issuedAfter: -1);
        _scenario.Claim(_scenario.Token(issuedAfter: 1));

        ShouldHaveNoted();
    }

    [Fact]
    public void IssuePasscode_WhenNotMailed_ShouldNoteNoMail()
    {
        Verification.IssuePasscode(TestHasher.HashForVerification(Some.Ana, "123456"), null, Some.Policy, _scenario.Now);

        ShouldHaveNoted(Passcode(AuditAction.PasscodeIssued));
    }

    [Fact]
    public void WithdrawPasscode_WhenThereIsNoCode_ShouldNoteNothing()
    {
        Verification.WithdrawPasscode(_scenario.Now);

        ShouldHaveNoted();
    }

    [Fact]
    public void Guess_WhenRight_ShouldNoteTheAcceptanceAlone()
    {
        Forget(_scenario.WithPasscode().After(TimeSpan.FromSeconds(3)));

        _scenario.GuessRight();

        ShouldHaveNoted(Passcode(AuditAction.PasscodeAccepted));
    }

    [Fact]
    public void Guess_WhenWrong_ShouldNoteTheRejectionAndWhy()
    {
        Forget(_scenario.WithPasscode().After(TimeSpan.FromSeconds(3)));

        _scenario.GuessWrong();

        ShouldHaveNoted(Rejected(GuessOutcome.Wrong));
    }

    [Fact]
    public void Guess_WhenItLocks_ShouldNoteTheRejectionAndTheLock()
    {
        Forget(_scenario.WithPasscode().WithWrongGuesses(4));

        _scenario.GuessWrong();

        ShouldHaveNoted(Rejected(GuessOutcome.Wrong), Passcode(AuditAction.Locked));
    }

    [Fact]
    public void Guess_WhenLockedAlready_ShouldNoteTheRejectionButNoOtherLock()
    {
        Forget(_scenario.WithLock());

        _scenario.GuessRight();

        ShouldHaveNoted(Rejected(GuessOutcome.Locked));
    }

    [Fact]
    public void Guess_WhenExpired_ShouldNoteTheRejection()
    {
        Forget(_scenario.WithPasscode().After(Some.Policy.Lifetime));

        _scenario.GuessRight();

        ShouldHaveNoted(Rejected(GuessOutcome.Expired));
    }

    [Fact]
    public void Guess_WhenThereIsNoCode_ShouldNoteTheRejection()
    {
        _scenario.GuessWrong();

        ShouldHaveNoted(Rejected(GuessOutcome.NoPasscode));
    }

    [Fact]
    public void Guess_WhenVerifiedAlready_ShouldNoteNothing()
    {
        Forget(_scenario.WithVerified(Some.Bela));

        _scenario.GuessRight().Should().Be(GuessOutcome.AlreadyVerified);

        ShouldHaveNoted();
    }

    [Fact]
    public void MarkVerifiedByAdministrator_WhenThereIsAnAddress_ShouldNoteAVerificationWithoutACode()
    {
        Verification.MarkVerifiedByAdministrator(_scenario.After(TimeSpan.FromMinutes(1)).Now);

        ShouldHaveNoted(new AuditEvent(AuditAction.EmailVerified, Some.UserId, _scenario.Now));
    }

    [Fact]
    public void Unlock_WhenLocked_ShouldNoteWhoseBudget()
    {
        Forget(_scenario.WithLock().After(TimeSpan.FromMinutes(1)));

        Verification.Unlock(_scenario.Now);

        ShouldHaveNoted(Passcode(AuditAction.Unlocked));
    }

    [Fact]
    public void ForgetExpired_WhenSomethingIsForgotten_ShouldNoteNothing()
    {
        Forget(_scenario.WithPasscode().WithWrongGuesses(1).After(TimeSpan.FromDays(2)));

        Verification.ForgetExpired(_scenario.Now);

        ShouldHaveNoted();
    }

    private AuditEvent Passcode(AuditAction action) => new(action, Some.UserId, _scenario.Now) { Purpose = PasscodePurpose.EmailVerification };

    private AuditEvent Rejected(GuessOutcome why) => Passcode(AuditAction.PasscodeRejected) with { Outcome = why };

    private void ShouldHaveNoted(params AuditEvent[] expected) => Verification.TakeAuditEvents().Should().Equal(expected);

    /// <summary>What the <em>given</em> of a test has noted is not what it is about.</summary>
    private void Forget(VerificationScenario? scenario = null) => (scenario ?? _scenario).Verification.TakeAuditEvents();
}
