using System.Globalization;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.Support;

/// <summary>
/// One user's factors with their clock, the user's verified address and the codes that were mailed, driven as the handlers drive them: ask first, then change.
/// Methods that begin with <c>With</c> are the <em>given</em> of a test: they must succeed.
/// </summary>
internal sealed class FactorsScenario
{
    public const string NeverSent = "never-sent";

    private readonly List<SentCode> _sent = [];
    private int _ids;

    public FactorsScenario() => Factors = UserFactors.Start(Some.UserId, Now);

    public PasscodePolicy RegistrationPolicy { get; set; } = PasscodePolicy.DefaultFor(PasscodePurpose.FactorRegistration);

    public PasscodePolicy ChallengePolicy { get; set; } = PasscodePolicy.DefaultFor(PasscodePurpose.LoginChallenge);

    public UserFactors Factors { get; }

    public DateTimeOffset Now { get; private set; } = Some.Start;

    /// <summary>The user's verified address.</summary>
    public EmailAddress Contact { get; private set; } = Some.Ana;

    /// <summary>All codes, the newest last.</summary>
    public IReadOnlyList<SentCode> Sent => _sent;

    public DateTimeOffset? LockedUntil => Factors.Budget.IsLockedAt(Now) ? Factors.Budget.LockedUntil : null;

    public int Attempts => Factors.Budget.AttemptsAt(Now);

    /// <summary>The n-th id of a factor or challenge; they grow, as those of version 7 do.</summary>
    public static Guid Id(int n) => new(n, 7, 0, new byte[8]);

    public static PasscodeBinding BindingOf(OtpEmailFactor factor) => new(PasscodePurpose.FactorRegistration, factor.UserId, factor.Address, factor.Id);

    public static PasscodeBinding BindingOf(OtpEmailChallenge challenge) =>
        new(PasscodePurpose.LoginChallenge, challenge.UserId, challenge.Address, challenge.Id);

    /// <summary>Everything that is stored, to see that nothing changed.</summary>
    public string Snapshot() => string.Join(
        Environment.NewLine,
        [
            $"{Factors.Sequence} {Factors.ChangedAt:O} {Factors.Budget}",
            .. Factors.Factors.Select(f => $"{f.Id} {f.Address} {f.CanonicalAddress} {f.State} {f.Sequence} {f.ChangedAt:O} {f.Slot}"),
            .. Factors.Challenges.Select(c => $"{c.Id} {c.FactorId} {c.Address} {c.VerifiedAt:O} {c.PasscodeExpiresAt:O} {c.Slot}"),
        ]);

    /// <summary>The newest code of a factor or challenge.</summary>
    public string CodeOf(Guid subjectId) => _sent.FindLast(code => code.SubjectId == subjectId)?.Text ?? NeverSent;

    public DomainError? AddReady(EmailAddress address)
    {
        var refusal = Factors.RefusesFactor(address);
        if (refusal is null)
        {
            Factors.AddReady(Id(++_ids), address, Now);
        }

        return refusal;
    }

    public DomainError? Register(EmailAddress address)
    {
        var refusal = Factors.RefusesRegistration(address, Now);
        if (refusal is null)
        {
            var id = Factors.FindAt(address)?.Id ?? Id(++_ids);
            var code = Send(new PasscodeBinding(PasscodePurpose.FactorRegistration, Some.UserId, address, id));
            Factors.AddForRegistration(id, address, code.Hash, code.DeliveryId, RegistrationPolicy, Now);
        }

        return refusal;
    }

    public GuessOutcome Guess(OtpEmailFactor factor, string code) =>
        Factors.GuessRegistration(factor, TestHasher.Hash(BindingOf(factor), code), RegistrationPolicy, Now);

    public GuessOutcome GuessRight(OtpEmailFactor factor) => Guess(factor, CodeOf(factor.Id));

    public GuessOutcome GuessWrong(OtpEmailFactor factor) => Guess(factor, NeverSent);

    /// <summary>Starts a challenge and gives it its code; the contact factor, else the oldest, where none is named.</summary>
    public DomainError? Challenge(OtpEmailFactor? named = null)
    {
        var factor = named ?? Factors.FindForChallenge(Contact);
        if (factor is not { State: FactorState.Ready })
        {
            return OtpEmailFactorErrors.NotFound;
        }

        var refusal = Factors.RefusesChallengePasscode(null, Now);
        return refusal ?? Resend(Factors.StartChallenge(Id(++_ids), factor, Now));
    }

    public DomainError? Resend(OtpEmailChallenge challenge)
    {
        var refusal = Factors.RefusesChallengePasscode(challenge, Now);
        if (refusal is null)
        {
            var code = Send(BindingOf(challenge));
            Factors.IssueChallengePasscode(challenge, code.Hash, code.DeliveryId, ChallengePolicy, Now);
        }

        return refusal;
    }

    public GuessOutcome Guess(OtpEmailChallenge challenge, string code) =>
        Factors.GuessChallenge(challenge, TestHasher.Hash(BindingOf(challenge), code), ChallengePolicy, Now);

    public GuessOutcome GuessRight(OtpEmailChallenge challenge) => Guess(challenge, CodeOf(challenge.Id));

    public GuessOutcome GuessWrong(OtpEmailChallenge challenge) => Guess(challenge, NeverSent);

    /// <summary>Another address of the user is verified.</summary>
    public OtpEmailFactor? ChangeContact(EmailAddress address)
    {
        var before = Contact;
        Contact = address;
        return before.Equals(address) ? null : Factors.FollowContact(before, address, Now);
    }

    public FactorsScenario After(TimeSpan time) => At(Now + time);

    public FactorsScenario At(DateTimeOffset time)
    {
        Now = time;
        return this;
    }

    public OtpEmailFactor WithReady(EmailAddress address)
    {
        AddReady(address).Should().BeNull("the scenario needs a factor");
        return Factors.FindAt(address)!;
    }

    /// <summary>A factor that is not ready, with a new code, as soon as one can be had.</summary>
    public OtpEmailFactor WithRegistration(EmailAddress address)
    {
        At(Factors.RefusesRegistration(address, Now)?.RetryAt ?? Now).Register(address).Should().BeNull("the scenario needs a registration");
        return Factors.FindAt(address)!;
    }

    /// <summary>A challenge with a code, as soon as one can be had.</summary>
    public OtpEmailChallenge WithChallenge(OtpEmailFactor? named = null)
    {
        At(Factors.RefusesChallengePasscode(null, Now)?.RetryAt ?? Now).Challenge(named).Should().BeNull("the scenario needs a challenge");
        return Factors.Challenges.Last();
    }

    public FactorsScenario WithResent(OtpEmailChallenge challenge)
    {
        At(Factors.RefusesChallengePasscode(challenge, Now)?.RetryAt ?? Now).Resend(challenge).Should().BeNull("the scenario needs another code");
        return this;
    }

    public FactorsScenario WithWrongGuesses(OtpEmailFactor factor, int times)
    {
        for (var i = 0; i < times; i++)
        {
            GuessWrong(factor).Should().Be(GuessOutcome.Wrong, "the scenario needs a guess that counts");
        }

        return this;
    }

    public FactorsScenario WithWrongGuesses(OtpEmailChallenge challenge, int times)
    {
        for (var i = 0; i < times; i++)
        {
            GuessWrong(challenge).Should().Be(GuessOutcome.Wrong, "the scenario needs a guess that counts");
        }

        return this;
    }

    /// <summary>A new registration and as many wrong guesses at it as lock.</summary>
    public FactorsScenario WithLockByRegistration(EmailAddress address)
    {
        var factor = WithRegistration(address);
        return WithWrongGuesses(factor, RegistrationPolicy.MaxAttempts - Attempts);
    }

    /// <summary>A new challenge and as many wrong guesses at it as lock.</summary>
    public FactorsScenario WithLockByChallenge(OtpEmailFactor? named = null)
    {
        var challenge = WithChallenge(named);
        return WithWrongGuesses(challenge, ChallengePolicy.MaxAttempts - Attempts);
    }

    private SentCode Send(PasscodeBinding binding)
    {
        var n = _sent.Count + 1;
        var text = n.ToString("D8", CultureInfo.InvariantCulture);
        var code = new SentCode(text, binding.Purpose, binding.SubjectId, Some.DeliveryId(n), TestHasher.Hash(binding, text));
        _sent.Add(code);
        return code;
    }
}

/// <summary>A code and the mail that carried it.</summary>
internal sealed record SentCode(string Text, PasscodePurpose Purpose, Guid SubjectId, Guid DeliveryId, PasscodeHash Hash);
