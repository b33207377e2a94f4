using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>Drives <see cref="UserFactors"/>.</summary>
internal sealed class FactorsDriver : Driver
{
    private static readonly EmailAddress[] Addresses = [Some.Ana, Some.Bela, Some.Cleo];
    private static readonly EmailAddress[] Further = [.. Enumerable.Range(1, UserFactors.MaxFactors).Select(n => EmailAddress.Parse($"further-{n}@example.com"))];

    private readonly FactorsScenario _real = new();
    private readonly FactorsModel _model;
    private readonly HashSet<string> _succeeded = [];
    private int _comparedSinceReset;

    public FactorsDriver(PasscodePolicy registration, PasscodePolicy challenge)
    {
        (_real.RegistrationPolicy, _real.ChallengePolicy) = (registration, challenge);
        _model = new FactorsModel(registration, challenge, _real.Contact.Canonical);
    }

    protected override DateTimeOffset Now => _real.Now;

    protected override void MoveTo(DateTimeOffset time) => _real.At(time);

    protected override DateTimeOffset? EndOf(Boundary boundary) => _model.EndOf(boundary);

    protected override void Do(Step step)
    {
        switch (step)
        {
            case AddContactFactor:
                AddReady(_real.Contact);
                break;
            case RegisterFactor register:
                Ask(() => Register(Addresses[register.Address]), register.UntilAccepted);
                break;
            case FillUp:
                foreach (var address in Further)
                {
                    Register(address);
                }

                break;
            case GuessAtRegistration guess when _real.Factors.FindAt(Addresses[guess.Address]) is { } factor:
                Repeat(guess.Times, () => Guess(factor, guess.Guessed));
                break;
            case RemoveFactor remove when _real.Factors.FindAt(Addresses[remove.Address]) is { } factor:
                _real.Factors.Remove(factor, Now);
                _model.Remove(_model.At(factor.Address.Canonical)!);
                break;
            case CreateChallenge create:
                Ask(() => Challenge(create.Address is { } address ? Addresses[address] : null), create.UntilAccepted);
                break;
            case ResendChallenge resend when Back(resend.Back) is { } challenge:
                Ask(() => Resend(challenge), resend.UntilAccepted);
                break;
            case GuessAtChallenge guess when Back(guess.Back) is { } challenge:
                Repeat(guess.Times, () => Guess(challenge, guess.Guessed));
                break;
            case ChangeContact change:
                Follow(Addresses[change.Address]);
                break;
            case UnlockFactors:
                _real.Factors.Unlock(Now);
                _model.Unlock();
                break;
            case GuessAtRegistration or RemoveFactor or ResendChallenge or GuessAtChallenge:
                Seen.Add("nothing there");
                break;
            default:
                throw new InvalidOperationException($"Unknown step {step}.");
        }
    }

    protected override void DoForget()
    {
        var (sequence, budget) = (_real.Factors.Sequence, _real.Factors.Budget);
        _real.Factors.ForgetExpired(Now);
        var isChanged = _real.Factors.Sequence > sequence;
        SawForgotten(budget, _real.Factors.Budget, _model.Forget(Now), isChanged);
        _model.NoteChange(isChanged);
    }

    protected override void CompareState()
    {
        var (real, budget) = (_real.Factors, _real.Factors.Budget);
        Same("attempts", _real.Attempts, _model.Attempts(Now));
        Same("locked until", _real.LockedUntil, _model.LockedUntil(Now));
        Same("sequence", real.Sequence, 1 + _model.Changes);
        Same(
            "factors",
            Text(real.Factors.Where(f => f.State != FactorState.Removed).OrderBy(f => f.Id).Select(f => (f.Id, f.CanonicalAddress, f.State, f.Sequence, f.Slot.Passcode is null))),
            Text(_model.Live.OrderBy(f => f.Id).Select(f => (f.Id, f.Address, f.State, (long)f.Sequence, f.Code is null))));
        Same("challenges", real.Challenges.Count, _model.Challenges.Count);
        Same("factor of a challenge", real.FindForChallenge(_real.Contact)?.Id, _model.ForChallenge()?.Id);
        Same("refusal of a challenge", Brief(real.RefusesChallengePasscode(null, Now)), _model.RefusesChallenge(null, Now));
        foreach (var address in Addresses.Append(Further[^1]))
        {
            Same($"refusal of a factor at {address}", Brief(real.RefusesFactor(address)), _model.RefusesFactor(address.Canonical));
            Same($"refusal of a registration at {address}", Brief(real.RefusesRegistration(address, Now)), _model.RefusesRegistration(address.Canonical, Now));
        }

        foreach (var (factor, model) in real.Factors.Zip(_model.Factors))
        {
            CompareCode(factor.Slot, budget, model);
        }

        foreach (var (challenge, model) in real.Challenges.Zip(_model.Challenges))
        {
            Same("challenge is there", real.FindChallenge(challenge.Id, Now) is not null, _model.IsThere(model, Now));
            Same("challenge", (challenge.Id, challenge.FactorId, challenge.Address.Canonical), (model.Id, model.Factor.Id, model.Address));
            Same("challenge is verified", challenge.IsVerified, model.IsVerified);
            Same("end of the newest code", challenge.PasscodeExpiresAt, model.CodeEndsAt!.Value);
            Same("refusal of a resend", Brief(real.RefusesChallengePasscode(challenge, Now)), _model.RefusesChallenge(model, Now));
            CompareCode(challenge.Slot, budget, model);
        }

        if (_real.LockedUntil is { } until)
        {
            Seen.Add($"lock of {until - budget.LastFailedAt}");
        }
    }

    private void CompareCode(PasscodeSlot slot, AttemptBudget budget, FactorsModel.Place model)
    {
        Same("has a code", slot.Passcode is not null, model.Code is not null);
        if (slot.Passcode is { } passcode)
        {
            Same("expired", passcode.IsExpiredAt(Now), FactorsModel.IsExpired(model, Now));
            Same("exhausted", passcode.IsExhaustedIn(budget, Now), _model.IsExhausted(model, Now));
            Same("attempts of the code", passcode.AttemptsIn(budget, Now), _model.AttemptsOf(model, Now));
        }
    }

    /// <summary>Asks; the patient wait as long as they are told and ask again.</summary>
    private void Ask(Func<DomainError?> request, bool untilAccepted)
    {
        if (request() is not { RetryAt: { } retryAt })
        {
            return;
        }

        Holds(retryAt > Now, "there is something to wait for");
        if (untilAccepted)
        {
            _real.At(retryAt);
            CompareState();
            Holds(request()?.RetryAt is null, "waiting until RetryAt is enough (SEC-14)");
        }
    }

    private void AddReady(EmailAddress address)
    {
        var expected = _model.RefusesFactor(address.Canonical);
        var refusal = _real.AddReady(address);
        Same("refusal", Brief(refusal), expected);
        if (refusal is null)
        {
            _model.AddReady(address.Canonical, _real.Factors.FindAt(address)!.Id, Now);
        }
    }

    private DomainError? Register(EmailAddress address)
    {
        var expected = _model.RefusesRegistration(address.Canonical, Now);
        var refusal = _real.Register(address);
        Same("refusal", Brief(refusal), expected);
        Seen.Add($"registration: {refusal?.Code ?? "accepted"}");
        if (refusal is null)
        {
            var factor = _real.Factors.FindAt(address)!;
            _model.Register(address.Canonical, factor.Id, _real.CodeOf(factor.Id), Now);
            Holds(factor.Slot.Passcode!.IsLiveIn(_real.Factors.Budget, Now), "no code is born dead");
        }

        return refusal;
    }

    private DomainError? Challenge(EmailAddress? named)
    {
        var factor = named is null ? _model.ForChallenge() : _model.At(named.Canonical);
        var expected = factor is { State: FactorState.Ready } ? _model.RefusesChallenge(null, Now) : new("OtpEmailFactor.NotFound", null);
        var refusal = named is not null && _real.Factors.FindAt(named) is null ? OtpEmailFactorErrors.NotFound : _real.Challenge(_real.Factors.FindAt(named));
        Same("refusal", Brief(refusal), expected);
        Seen.Add($"challenge: {refusal?.Code ?? "accepted"}");
        if (refusal is null)
        {
            var challenge = _real.Factors.Challenges.Last();
            _model.StartChallenge(factor!, challenge.Id, _real.CodeOf(challenge.Id), Now);
            Holds(challenge.Slot.Passcode!.IsLiveIn(_real.Factors.Budget, Now), "no code is born dead");
        }

        return refusal;
    }

    private DomainError? Resend(OtpEmailChallenge challenge)
    {
        var model = ModelOf(challenge);
        Same("challenge is there", _real.Factors.FindChallenge(challenge.Id, Now) is not null, _model.IsThere(model, Now));
        if (!_model.IsThere(model, Now))
        {
            return OtpEmailFactorErrors.ChallengeNotFound;
        }

        var expected = _model.RefusesChallenge(model, Now);
        var refusal = _real.Resend(challenge);
        Same("refusal", Brief(refusal), expected);
        Seen.Add($"resend: {refusal?.Code ?? "accepted"}");
        if (refusal is null)
        {
            _model.Resend(model, _real.CodeOf(challenge.Id), Now);
            Holds(challenge.Slot.Passcode!.IsLiveIn(_real.Factors.Budget, Now), "no code is born dead");
        }

        return refusal;
    }

    private void Guess(OtpEmailFactor factor, Guessed guessed)
    {
        var text = CodeFor(factor.Id, PasscodePurpose.FactorRegistration, guessed);
        BeforeGuess();
        var expected = _model.Guess(_model.At(factor.Address.Canonical)!, text, Now);
        AfterGuess("registration", factor.Id, text, guessed, _real.Guess(factor, text), expected);
    }

    private void Guess(OtpEmailChallenge challenge, Guessed guessed)
    {
        var model = ModelOf(challenge);
        Same("challenge is there", _real.Factors.FindChallenge(challenge.Id, Now) is not null, _model.IsThere(model, Now));
        if (!_model.IsThere(model, Now))
        {
            Seen.Add("challenge is gone");
            return;
        }

        var text = CodeFor(challenge.Id, PasscodePurpose.LoginChallenge, guessed);
        BeforeGuess();
        var expected = _model.Guess(model, text, Now);
        AfterGuess("challenge", challenge.Id, text, guessed, _real.Guess(challenge, text), expected);
    }

    private void BeforeGuess()
    {
        if (_real.Attempts == 0)
        {
            _comparedSinceReset = 0;
        }
    }

    private void AfterGuess(string kind, Guid subjectId, string text, Guessed guessed, GuessOutcome outcome, GuessOutcome expected)
    {
        Same($"outcome at a {kind}", outcome, expected);
        Seen.Add($"{kind}: {outcome}");
        if (outcome == GuessOutcome.Right)
        {
            Holds(text == _real.CodeOf(subjectId), "only the newest code of the very place succeeds (SEC-07)");
            Holds(_succeeded.Add(subjectId.ToString()), "nothing is verified twice (SEC-02)");
            Holds(_succeeded.Add(text), "no code succeeds twice (SEC-02)");
            Seen.Add(_real.Attempts == 0 ? "success that clears" : "success that clears nothing");
        }
        else if (outcome == GuessOutcome.Wrong)
        {
            var allowed = Math.Max(_real.RegistrationPolicy.MaxAttempts, _real.ChallengePolicy.MaxAttempts);
            Holds(++_comparedSinceReset <= allowed, "no more guesses at all codes together are compared between two resets than are allowed (SEC-03)");
            if (text != FactorsScenario.NeverSent)
            {
                Seen.Add($"{kind}: {guessed} is wrong");
            }
        }
    }

    private void Follow(EmailAddress address)
    {
        var ownIsReady = _model.At(_model.Contact) is { State: FactorState.Ready } && address.Canonical != _model.Contact;
        var thereBefore = _model.At(address.Canonical)?.State.ToString() ?? "nothing";
        var removed = _real.ChangeContact(address);
        Same("factor that has to go", removed?.Id, _model.ChangeContact(address.Canonical)?.Id);
        if (ownIsReady)
        {
            Seen.Add($"follow where there is {thereBefore}");
        }
    }

    private OtpEmailChallenge? Back(int back) => _real.Factors.Challenges.Reverse().ElementAtOrDefault(back);

    private FactorsModel.Challenge ModelOf(OtpEmailChallenge challenge) => _model.Challenges.Single(model => model.Id == challenge.Id);

    private string CodeFor(Guid subjectId, PasscodePurpose purpose, Guessed guessed)
    {
        var newestFirst = _real.Sent.Reverse();
        var codes = guessed switch
        {
            Guessed.Right => newestFirst.Where(code => code.SubjectId == subjectId),
            Guessed.Replaced => newestFirst.Where(code => code.SubjectId == subjectId).Skip(1),
            Guessed.OfAnother => newestFirst.Where(code => code.Purpose == purpose && code.SubjectId != subjectId),
            Guessed.OfOtherPurpose => newestFirst.Where(code => code.Purpose != purpose),
            _ => [],
        };
        return codes.FirstOrDefault()?.Text ?? FactorsScenario.NeverSent;
    }

    private void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
            CompareState();
        }
    }

    private static FactorsModel.Refusal? Brief(DomainError? error) => error is null ? null : new(error.Code, error.RetryAt);

    private static string Text<T>(IEnumerable<T> items) => string.Join("; ", items);
}
