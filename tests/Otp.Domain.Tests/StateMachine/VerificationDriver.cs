using Otp.Domain.Emails;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>Drives <see cref="Otp.Domain.EmailVerifications.EmailVerification"/>.</summary>
internal sealed class VerificationDriver : Driver
{
    private static readonly EmailAddress[] Addresses = [Some.Ana, Some.Bela, Some.Cleo];

    private readonly VerificationScenario _real;
    private readonly VerificationModel _model;
    private readonly HashSet<string> _succeeded = [];
    private int _comparedSinceReset;
    private long _sequence = 1;

    public VerificationDriver(PasscodePolicy policy)
    {
        _real = new VerificationScenario(policy);
        _model = new VerificationModel(policy);
    }

    protected override DateTimeOffset Now => _real.Now;

    protected override void Do(Step step)
    {
        switch (step)
        {
            case AskForCode:
                Ask();
                break;
            case AskUntilAccepted:
                AskTwice();
                break;
            case GuessRight:
                Guess(_real.LastCode);
                break;
            case GuessReplaced:
                Guess(_real.Codes.Count < 2 ? VerificationScenario.NeverSent : _real.Codes[^2]);
                break;
            case GuessWrong wrong:
                for (var i = 0; i < wrong.Times; i++)
                {
                    Guess(VerificationScenario.NeverSent);
                    CompareState();
                }

                break;
            case Withdraw:
                Seen.Add(_model.HasCode ? "code withdrawn" : "nothing to withdraw");
                _model.Withdraw();
                _real.Verification.WithdrawPasscode(Now);
                break;
            case SetAddress set:
                Set(Addresses[set.Address]);
                break;
            case ClaimAddress claim:
                Claim(Addresses[claim.Address], claim);
                break;
            default:
                throw new InvalidOperationException($"Unknown step {step}.");
        }
    }

    protected override void MoveTo(DateTimeOffset time) => _real.At(time);

    protected override DateTimeOffset? EndOf(Boundary boundary) => boundary switch
    {
        Boundary.Resend => _model.ResendAvailableAt(Now),
        Boundary.Expiry => _model.ExpiresAt,
        Boundary.ExpiryForgotten => _model.ExpiresAt + TimeSpan.FromHours(1),
        Boundary.LockEnd => _model.LastLockEnd,
        Boundary.QuietDay => _model.LastWrongGuess + TimeSpan.FromHours(24),
        Boundary.SeriesEnd => _model.LastLockEnd + TimeSpan.FromDays(30),
        _ => null,
    };

    protected override void DoForget()
    {
        var (sequence, budget, slot) = (_real.Verification.Sequence, _real.Verification.Budget, _real.Verification.Slot);
        _real.Verification.ForgetExpired(Now);
        var isChanged = _real.Verification.Sequence > sequence;
        SawForgotten(budget, _real.Verification.Budget, _model.Forget(Now), isChanged);
        _model.NoteChange(isChanged);
        Same("mail of the newest code", _real.Verification.Slot.DeliveryId, slot.DeliveryId);
    }

    private DateTimeOffset? Ask()
    {
        var expected = _model.Refusal(Now);
        var refusal = _real.Request();
        Same("refusal", (refusal?.Code, refusal?.RetryAt), (expected?.Code, expected?.RetryAt));
        if (refusal is null)
        {
            _model.Issue(_real.LastCode, Now);
            Holds(_real.Verification.Slot.Passcode!.IsLiveIn(_real.Verification.Budget, Now), "no code is born dead");
        }

        return refusal?.RetryAt;
    }

    private void AskTwice()
    {
        if (Ask() is { } retryAt)
        {
            Holds(retryAt > Now, "there is something to wait for");
            _real.At(retryAt);
            Holds(Ask() is null && _model.HasCode, "waiting until RetryAt is enough (SEC-14)");
        }
    }

    private void Guess(string code)
    {
        if (_real.Attempts == 0)
        {
            _comparedSinceReset = 0;
        }

        var expected = _model.Guess(code, Now);
        var outcome = _real.Guess(code);
        Same("outcome", outcome, expected);
        Seen.Add($"guess: {outcome}");
        if (outcome == GuessOutcome.Right)
        {
            Holds(_succeeded.Add(code), "no code succeeds twice (SEC-02)");
            Seen.Add(_real.Attempts == 0 ? "success that clears" : "success that clears nothing");
        }
        else if (outcome == GuessOutcome.Wrong)
        {
            _comparedSinceReset++;
            Holds(_comparedSinceReset <= _real.Policy.MaxAttempts, "no more guesses are compared between two resets than are allowed (SEC-03)");
        }
    }

    private void Set(EmailAddress address)
    {
        var isAllowed = _real.Verification.RefusesAddress(address) is null;
        var told = isAllowed ? _real.ChangeAddress(address) : null;
        Same("change of address", (isAllowed, told?.Canonical), _model.SetAddress(address.Canonical));
    }

    private void Claim(EmailAddress address, ClaimAddress claim)
    {
        var told = _real.Claim(address, claim.IssuedAfter, claim.Trusted);
        Same("told address", told?.Canonical, _model.Claim(address.Canonical, Now.AddSeconds(claim.IssuedAfter), claim.Trusted));
    }

    protected override void CompareState()
    {
        var (real, budget, passcode) = (_real.Verification, _real.Verification.Budget, _real.Verification.Slot.Passcode);
        Same("address", real.Address?.Canonical, _model.Address);
        Same("verified", real.IsVerified, _model.IsVerified);
        Same("owned by provider", real.IsAddressOwnedByProvider, _model.IsOwnedByProvider);
        Same("attempts", _real.Attempts, _model.Attempts(Now));
        Same("locked until", _real.LockedUntil, _model.LockedUntil(Now));
        Same("resend available at", real.Slot.ResendAvailableAt > Now ? real.Slot.ResendAvailableAt : null, _model.ResendAvailableAt(Now));
        Same("has a code", passcode is not null, _model.HasCode);
        if (passcode is not null)
        {
            Same("expired", passcode.IsExpiredAt(Now), _model.IsExpired(Now));
            Same("exhausted", passcode.IsExhaustedIn(budget, Now), _model.IsExhausted(Now));
            Same("attempts of the code", passcode.AttemptsIn(budget, Now), _model.AttemptsOfCode(Now));
        }

        var refusal = real.RefusesPasscodeRequest(Now);
        var expected = _model.Refusal(Now);
        Same("refusal", (refusal?.Code, refusal?.RetryAt), (expected?.Code, expected?.RetryAt));
        Same("sequence", real.Sequence, 1 + _model.Changes);
        Holds(real.Sequence >= _sequence, "the sequence never goes back (rule 23)");
        _sequence = real.Sequence;
        if (_real.LockedUntil is { } until)
        {
            Seen.Add($"lock of {until - budget.LastFailedAt}");
        }
    }
}
