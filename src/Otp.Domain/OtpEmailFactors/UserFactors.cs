using Otp.Domain.Auditing;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.Passcodes;

namespace Otp.Domain.OtpEmailFactors;

/// <summary>
/// The e-mail factors of a user, with their open challenges and the one budget that all their codes share (rules 10 and 17 to 22).
/// One aggregate, so that guesses at any of the codes are counted under one concurrency token.
/// </summary>
public sealed class UserFactors : AggregateRoot
{
    /// <summary>Factors that a user can have, with those that are not ready.</summary>
    public const int MaxFactors = 10;

    private readonly List<OtpEmailFactor> _factors = [];
    private readonly List<OtpEmailChallenge> _challenges = [];

    private UserFactors()
    {
    }

    private UserFactors(string userId, DateTimeOffset now)
        : base(now) => UserId = userId;

    /// <summary>Whose they are.</summary>
    public string UserId { get; private set; } = "";

    /// <summary>Wrong guesses and locks, of all codes of registrations and challenges together.</summary>
    public AttemptBudget Budget { get; private set; } = AttemptBudget.Untouched;

    /// <summary>The factors; those that are removed are not loaded.</summary>
    public IReadOnlyCollection<OtpEmailFactor> Factors => _factors;

    /// <summary>The challenges that were loaded for the use case at hand.</summary>
    public IReadOnlyCollection<OtpEmailChallenge> Challenges => _challenges;

    private IEnumerable<OtpEmailFactor> LiveFactors => _factors.Where(factor => factor.State != FactorState.Removed);

    /// <summary>Starts the factors of a user.</summary>
    public static UserFactors Start(string userId, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        return new UserFactors(userId, now);
    }

    /// <summary>The factor with this id, unless it is removed.</summary>
    public OtpEmailFactor? Find(Guid factorId) => LiveFactors.FirstOrDefault(factor => factor.Id == factorId);

    /// <summary>The factor at this address, unless it is removed.</summary>
    public OtpEmailFactor? FindAt(EmailAddress? address) =>
        address is null ? null : LiveFactors.FirstOrDefault(factor => factor.CanonicalAddress == address.Canonical);

    /// <summary>The factor that a challenge is for where none is named: the contact factor, else the oldest that is ready (rule 20).</summary>
    /// <param name="contact">The user's verified address, if there is one.</param>
    public OtpEmailFactor? FindForChallenge(EmailAddress? contact) =>
        FindAt(contact) is { State: FactorState.Ready } contactFactor
            ? contactFactor
            : LiveFactors.Where(factor => factor.State == FactorState.Ready).MinBy(factor => (factor.CreatedAt, factor.Id));

    /// <summary>The challenge with this id, unless it is gone or its factor is no longer the one that it was made for.</summary>
    public OtpEmailChallenge? FindChallenge(Guid challengeId, DateTimeOffset now) =>
        _challenges.FirstOrDefault(challenge => challenge.Id == challengeId && !challenge.IsGoneAt(now)
            && (challenge.IsVerified || (Find(challenge.FactorId) is { State: FactorState.Ready } factor && factor.Address.Equals(challenge.Address))));

    /// <summary>Why no factor can be added at this address, or <see langword="null"/> where one can; one that is not ready there does not hinder.</summary>
    public DomainError? RefusesFactor(EmailAddress address) => FindAt(address) switch
    {
        { State: FactorState.Ready } => OtpEmailFactorErrors.AlreadyExists,
        null when LiveFactors.Count() >= MaxFactors => OtpEmailFactorErrors.TooMany,
        _ => null,
    };

    /// <summary>Adds a factor that is ready at once, at an address that is proven otherwise (rule 18). One that is not ready there becomes ready and keeps its id.</summary>
    /// <exception cref="RefusedException"><see cref="RefusesFactor"/> says no: a bug of the caller.</exception>
    public OtpEmailFactor AddReady(Guid id, EmailAddress address, DateTimeOffset now)
    {
        var factor = FindOrAdd(id, address, now);
        factor.MakeReady(now);
        Audit(AboutFactor(AuditAction.FactorReady, factor, now));
        RecordChange(now);
        return factor;
    }

    /// <summary>Why no registration code can be issued for this address, or <see langword="null"/> where one can.</summary>
    public DomainError? RefusesRegistration(EmailAddress address, DateTimeOffset now) =>
        RefusesFactor(address) ?? (FindAt(address)?.Slot ?? PasscodeSlot.Empty).RefusesNewPasscode(Budget, now);

    /// <summary>Adds a factor that is not ready, with the code that makes it so (rule 19). One at that address keeps its id and gets the new code.</summary>
    /// <param name="id">The id of a new factor.</param>
    /// <param name="address">Its address.</param>
    /// <param name="hash">The code's hash, bound to the address and the factor's id.</param>
    /// <param name="deliveryId">The mail that carries it; none where the caller gets the code itself.</param>
    /// <param name="policy">The rules of <see cref="PasscodePurpose.FactorRegistration"/>.</param>
    /// <param name="now">The time (UTC).</param>
    /// <exception cref="RefusedException"><see cref="RefusesRegistration"/> says no: a bug of the caller.</exception>
    public OtpEmailFactor AddForRegistration(Guid id, EmailAddress address, PasscodeHash hash, Guid? deliveryId, PasscodePolicy policy, DateTimeOffset now)
    {
        RefusedException.ThrowIf(RefusesRegistration(address, now));
        var isNew = FindAt(address) is null;
        var factor = FindOrAdd(id, address, now);
        factor.TakePasscode(PasscodeSlot.Holding(hash, deliveryId, policy, Budget, now), now);
        if (isNew)
        {
            Audit(AboutFactor(AuditAction.FactorAdded, factor, now));
        }

        Audit(AboutRegistration(AuditAction.PasscodeIssued, factor, now) with { DeliveryId = deliveryId });
        RecordChange(now);
        return factor;
    }

    /// <summary>Judges a guess at the registration code of a factor; the right one makes it ready.</summary>
    public GuessOutcome GuessRegistration(OtpEmailFactor factor, PasscodeHash candidate, PasscodePolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(factor);
        if (factor.State == FactorState.Ready)
        {
            return GuessOutcome.AlreadyVerified;
        }

        var outcome = Judge(factor.Slot, candidate, factor.Address, policy, AboutRegistration(AuditAction.PasscodeAccepted, factor, now), now);
        if (outcome == GuessOutcome.Right)
        {
            factor.MakeReady(now);
            Audit(AboutFactor(AuditAction.FactorReady, factor, now));
        }

        return outcome;
    }

    /// <summary>Removes a factor. Its registration code and its open challenges die (rule 21); the budget stands.</summary>
    public void Remove(OtpEmailFactor factor, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(factor);
        factor.Remove(now);
        Audit(AboutFactor(AuditAction.FactorRemoved, factor, now));
        RecordChange(now);
    }

    /// <summary>
    /// The contact address has changed and the new one is verified: the contact factor follows it (rule 22). Where a factor that is ready stands there already, that
    /// one stays and the old one is removed.
    /// </summary>
    /// <returns>The contact factor, if it was removed.</returns>
    public OtpEmailFactor? FollowContact(EmailAddress from, EmailAddress to, DateTimeOffset now)
    {
        if (FindAt(from) is not { State: FactorState.Ready } contact || contact.CanonicalAddress == to?.Canonical)
        {
            return null;
        }

        var there = FindAt(to);
        if (there is { State: FactorState.Ready })
        {
            Remove(contact, now);
            return contact;
        }

        if (there is not null)
        {
            there.Remove(now);
            Audit(AboutFactor(AuditAction.FactorRemoved, there, now));
        }

        contact.MoveTo(to!, now);
        Audit(AboutFactor(AuditAction.FactorMoved, contact, now));
        RecordChange(now);
        return null;
    }

    /// <summary>Why no code can be issued for a challenge, or <see langword="null"/> where one can.</summary>
    /// <param name="challenge">The challenge, or <see langword="null"/> for a new one: that is not a resend (rule 8).</param>
    /// <param name="now">The time (UTC).</param>
    public DomainError? RefusesChallengePasscode(OtpEmailChallenge? challenge, DateTimeOffset now) =>
        challenge?.IsVerified == true
            ? OtpEmailFactorErrors.ChallengeAlreadyVerified
            : (challenge?.Slot ?? PasscodeSlot.Empty).RefusesNewPasscode(Budget, now);

    /// <summary>Starts a challenge of a factor that is ready.</summary>
    public OtpEmailChallenge StartChallenge(Guid id, OtpEmailFactor factor, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(factor);
        if (factor.State != FactorState.Ready)
        {
            throw new RefusedException(OtpEmailFactorErrors.NotFound);
        }

        var challenge = new OtpEmailChallenge(id, factor, now);
        _challenges.Add(challenge);
        RecordChange(now);
        return challenge;
    }

    /// <summary>Gives a challenge its code, or another one.</summary>
    /// <exception cref="RefusedException"><see cref="RefusesChallengePasscode"/> says no: a bug of the caller.</exception>
    public void IssueChallengePasscode(OtpEmailChallenge challenge, PasscodeHash hash, Guid? deliveryId, PasscodePolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(challenge);
        RefusedException.ThrowIf(RefusesChallengePasscode(challenge, now));
        challenge.TakePasscode(PasscodeSlot.Holding(hash, deliveryId, policy, Budget, now));
        Audit(AboutChallenge(AuditAction.PasscodeIssued, challenge, now) with { DeliveryId = deliveryId });
        RecordChange(now);
    }

    /// <summary>Judges a guess at a challenge; the right one verifies it, once.</summary>
    public GuessOutcome GuessChallenge(OtpEmailChallenge challenge, PasscodeHash candidate, PasscodePolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(challenge);
        if (challenge.IsVerified)
        {
            return GuessOutcome.AlreadyVerified;
        }

        var outcome = Judge(challenge.Slot, candidate, challenge.Address, policy, AboutChallenge(AuditAction.PasscodeAccepted, challenge, now), now);
        if (outcome == GuessOutcome.Right)
        {
            challenge.MarkVerified(now);
        }

        return outcome;
    }

    /// <summary>Ends lock and counters (rule 12). The live codes die with them, and so does the wait for others; all open challenges must be loaded.</summary>
    public void Unlock(DateTimeOffset now)
    {
        Budget = Budget.Unlock();
        foreach (var factor in LiveFactors)
        {
            factor.EndPasscode(now);
        }

        foreach (var challenge in _challenges)
        {
            challenge.EndPasscode();
        }

        Audit(new AuditEvent(AuditAction.Unlocked, UserId, now) { Purpose = PasscodePurpose.LoginChallenge });
        RecordChange(now);
    }

    /// <summary>
    /// Lets go of what the time has ended: codes of the loaded factors and challenges that expired a while ago, and of the budget what counts no more (SEC-27).
    /// What can be done next, and how it ends, stays as it is, but that a guess finds no code where it found a dead one.
    /// </summary>
    public void ForgetExpired(DateTimeOffset now)
    {
        var budget = Budget.AsOf(now);
        var isChanged = budget != Budget;
        Budget = budget;
        foreach (var factor in _factors)
        {
            isChanged |= factor.ForgetExpired(now);
        }

        foreach (var challenge in _challenges)
        {
            isChanged |= challenge.ForgetExpired(now);
        }

        if (isChanged)
        {
            RecordChange(now);
        }
    }

    private static AuditEvent AboutFactor(AuditAction action, OtpEmailFactor factor, DateTimeOffset now) => new(action, factor.UserId, now) { SubjectId = factor.Id };

    private static AuditEvent AboutRegistration(AuditAction action, OtpEmailFactor factor, DateTimeOffset now) =>
        AboutFactor(action, factor, now) with { Purpose = PasscodePurpose.FactorRegistration };

    private static AuditEvent AboutChallenge(AuditAction action, OtpEmailChallenge challenge, DateTimeOffset now) =>
        new(action, challenge.UserId, now) { SubjectId = challenge.Id, Purpose = PasscodePurpose.LoginChallenge };

    private GuessOutcome Judge(PasscodeSlot slot, PasscodeHash candidate, EmailAddress address, PasscodePolicy policy, AuditEvent accepted, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var (outcome, budget) = PasscodeJudge.Judge(slot.Passcode, Budget, candidate, address.Canonical, policy.Lifetime, now);
        AuditGuess(accepted, outcome, budget);
        if (outcome is GuessOutcome.Right or GuessOutcome.Wrong)
        {
            Budget = budget;
            RecordChange(now);
        }

        return outcome;
    }

    private OtpEmailFactor FindOrAdd(Guid id, EmailAddress address, DateTimeOffset now)
    {
        RefusedException.ThrowIf(RefusesFactor(address));
        if (FindAt(address) is { } present)
        {
            return present;
        }

        var factor = new OtpEmailFactor(id, UserId, address, now);
        _factors.Add(factor);
        return factor;
    }
}
