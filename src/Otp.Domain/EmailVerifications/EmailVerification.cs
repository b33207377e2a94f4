using Otp.Domain.Auditing;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.Passcodes;

namespace Otp.Domain.EmailVerifications;

/// <summary>
/// The proof that a user owns an e-mail address; one per user (rules 1 to 16 and 23). It knows the address, whether it is verified, the live
/// passcode if there is one, and the budget of wrong guesses.
/// </summary>
public sealed class EmailVerification : AggregateRoot
{
    private EmailVerification()
    {
    }

    private EmailVerification(string userId, string resourceOwner, DateTimeOffset now)
        : base(now)
    {
        UserId = userId;
        ResourceOwner = resourceOwner;
    }

    /// <summary>Whose it is: the subject of the user's tokens.</summary>
    public string UserId { get; private set; } = "";

    /// <summary>The organisation that the user belongs to.</summary>
    public string ResourceOwner { get; private set; } = "";

    /// <summary>The address to verify, or verified; none until a token or the API names one.</summary>
    public EmailAddress? Address { get; private set; }

    /// <summary>Since when <see cref="Address"/> is verified (UTC).</summary>
    public DateTimeOffset? VerifiedAt { get; private set; }

    /// <summary>The address that was verified last: where mails about factors go until a new one is verified (rule 14).</summary>
    public EmailAddress? LastVerifiedAddress { get; private set; }

    /// <summary>Whether the identity provider has ever named the address: then it owns it.</summary>
    public bool IsAddressOwnedByProvider { get; private set; }

    /// <summary>The issue time of the newest token that was applied (UTC).</summary>
    public DateTimeOffset? IdentityAsOf { get; private set; }

    /// <summary>The user's name, from the own tokens.</summary>
    public string? DisplayName { get; private set; }

    /// <summary>The user's language tag, from the own tokens.</summary>
    public string? Locale { get; private set; }

    /// <summary>The passcode, if there is one, and the wait for the next.</summary>
    public PasscodeSlot Slot { get; private set; } = PasscodeSlot.Empty;

    /// <summary>Wrong guesses and locks.</summary>
    public AttemptBudget Budget { get; private set; } = AttemptBudget.Untouched;

    /// <summary>Whether <see cref="Address"/> is verified.</summary>
    public bool IsVerified => VerifiedAt is not null;

    /// <summary>Starts the verification of a user.</summary>
    public static EmailVerification Start(string userId, string resourceOwner, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        ArgumentException.ThrowIfNullOrEmpty(resourceOwner);
        return new EmailVerification(userId, resourceOwner, now);
    }

    /// <summary>
    /// Takes over what the user's own token says, unless a later token has been heard (rule 13). A new address is unverified, and kills the live code.
    /// </summary>
    /// <returns>The address that had been verified and is replaced, which is to be told; otherwise <see langword="null"/>.</returns>
    public EmailAddress? ApplyIdentity(UserIdentity identity, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (identity.IssuedAt < IdentityAsOf)
        {
            return null;
        }

        var changed = identity.IssuedAt != IdentityAsOf;
        IdentityAsOf = identity.IssuedAt;
        if (identity.StatesResourceOwner && identity.ResourceOwner != ResourceOwner)
        {
            ResourceOwner = identity.ResourceOwner;
            changed = true;
        }

        if (identity.DisplayName is { } name && name != DisplayName)
        {
            DisplayName = name;
            changed = true;
        }

        if (identity.Locale is { } locale && locale != Locale)
        {
            Locale = locale;
            changed = true;
        }

        EmailAddress? replaced = null;
        if (identity.Email is { } email)
        {
            changed |= !IsAddressOwnedByProvider;
            IsAddressOwnedByProvider = true;
            if (!email.Equals(Address))
            {
                replaced = Replace(email, now);
                changed = true;
            }
            else if (email.Value != Address!.Value)
            {
                Address = email;
                changed = true;
            }

            if (identity.IsEmailTrusted && !IsVerified)
            {
                MarkVerified(now);
                Slot = Slot.Spend();
                Audit(new AuditEvent(AuditAction.EmailVerified, UserId, now));
                changed = true;
            }
        }

        if (changed)
        {
            RecordChange(now);
        }

        return replaced;
    }

    /// <summary>Why the address cannot be set to this one, or <see langword="null"/> where it can.</summary>
    public DomainError? RefusesAddress(EmailAddress address) =>
        IsAddressOwnedByProvider ? EmailVerificationErrors.AddressOwnedByProvider
        : address is not null && address.Equals(Address) ? EmailVerificationErrors.AddressUnchanged
        : null;

    /// <summary>Sets the address (rule 14): it becomes unverified, and the live code dies.</summary>
    /// <returns>The address that had been verified and is replaced, which is to be told; otherwise <see langword="null"/>.</returns>
    /// <exception cref="InvalidOperationException"><see cref="RefusesAddress"/> says no: a bug of the caller.</exception>
    public EmailAddress? ChangeAddress(EmailAddress address, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(address);
        RefusedException.ThrowIf(RefusesAddress(address));
        var replaced = Replace(address, now);
        RecordChange(now);
        return replaced;
    }

    /// <summary>Until when new codes are refused, whatever the address: by a lock, or by the resend interval. <see langword="null"/> where they are not.</summary>
    public DomainError? RefusesNewPasscode(DateTimeOffset now) => Slot.RefusesNewPasscode(Budget, now);

    /// <summary>Why no code can be requested for the address as it stands, or <see langword="null"/> where one can.</summary>
    public DomainError? RefusesPasscodeRequest(DateTimeOffset now) =>
        Address is null ? EmailVerificationErrors.NotFound
        : IsVerified ? EmailVerificationErrors.AlreadyVerified
        : RefusesNewPasscode(now);

    /// <summary>Puts a new code in place of the old one. The budget stays as it is (rule 7).</summary>
    /// <param name="hash">The code's hash, bound to <see cref="Address"/>.</param>
    /// <param name="deliveryId">The mail that carries it; none where the caller gets the code itself.</param>
    /// <param name="policy">The rules of <see cref="PasscodePurpose.EmailVerification"/>.</param>
    /// <param name="now">The time (UTC).</param>
    /// <exception cref="InvalidOperationException"><see cref="RefusesPasscodeRequest"/> says no: a bug of the caller.</exception>
    public void IssuePasscode(PasscodeHash hash, Guid? deliveryId, PasscodePolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        RefusedException.ThrowIf(RefusesPasscodeRequest(now));
        Slot = PasscodeSlot.Holding(hash, deliveryId, policy, Budget, now);
        Audit(AboutPasscode(AuditAction.PasscodeIssued, now) with { DeliveryId = deliveryId });
        RecordChange(now);
    }

    /// <summary>
    /// Takes the code back unused: its mail, if it still waits, is not sent. Budget and resend interval stand, so that nobody gains a guess or a mail by it.
    /// Where there is no code, nothing changes.
    /// </summary>
    public void WithdrawPasscode(DateTimeOffset now)
    {
        if (Slot.Passcode is not null)
        {
            Slot = Slot.Kill();
            Audit(AboutPasscode(AuditAction.PasscodeWithdrawn, now));
            RecordChange(now);
        }
    }

    /// <summary>Judges a guess (rule 24). Only <see cref="GuessOutcome.Right"/> and <see cref="GuessOutcome.Wrong"/> change anything.</summary>
    /// <param name="candidate">The guess, hashed under the key of the live code and bound to <see cref="Address"/>.</param>
    /// <param name="policy">The rules of <see cref="PasscodePurpose.EmailVerification"/>.</param>
    /// <param name="now">The time (UTC).</param>
    public GuessOutcome Guess(PasscodeHash candidate, PasscodePolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (IsVerified)
        {
            return GuessOutcome.AlreadyVerified;
        }

        var (outcome, budget) = PasscodeJudge.Judge(Slot.Passcode, Budget, candidate, Address?.Canonical ?? "", policy.Lifetime, now);
        if (outcome is GuessOutcome.Right)
        {
            MarkVerified(now);
            Slot = Slot.Spend();
        }

        AuditGuess(AboutPasscode(AuditAction.PasscodeAccepted, now), outcome, budget);
        if (outcome is GuessOutcome.Right or GuessOutcome.Wrong)
        {
            Budget = budget;
            RecordChange(now);
        }

        return outcome;
    }

    /// <summary>Takes an administrator's word that the address is the user's.</summary>
    public void MarkVerifiedByAdministrator(DateTimeOffset now)
    {
        if (Address is null)
        {
            throw new InvalidOperationException("There is no address to mark as verified.");
        }

        MarkVerified(now);
        Slot = Slot.Spend();
        Audit(new AuditEvent(AuditAction.EmailVerified, UserId, now));
        RecordChange(now);
    }

    /// <summary>Ends lock and counters (rule 12). The live code dies with them.</summary>
    public void Unlock(DateTimeOffset now)
    {
        Budget = Budget.Unlock();
        Slot = Slot.Spend();
        Audit(AboutPasscode(AuditAction.Unlocked, now));
        RecordChange(now);
    }

    /// <summary>
    /// Lets go of what the time has ended: the code, if it expired a while ago, and of the budget what counts no more (SEC-27). What can be done next, and
    /// how it ends, stays as it is, but that a guess finds no code where it found a dead one.
    /// </summary>
    public void ForgetExpired(DateTimeOffset now)
    {
        var (slot, budget) = (Slot.ForgetExpired(now), Budget.AsOf(now));
        if (slot != Slot || budget != Budget)
        {
            Slot = slot;
            Budget = budget;
            RecordChange(now);
        }
    }

    private AuditEvent AboutPasscode(AuditAction action, DateTimeOffset now) => new(action, UserId, now) { Purpose = PasscodePurpose.EmailVerification };

    private EmailAddress? Replace(EmailAddress address, DateTimeOffset now)
    {
        Audit(new AuditEvent(AuditAction.EmailChanged, UserId, now));
        var replaced = Address is { } old && old.Equals(LastVerifiedAddress) ? old : null;
        Address = address;
        VerifiedAt = null;
        Slot = Slot.Kill();
        return replaced;
    }

    private void MarkVerified(DateTimeOffset now)
    {
        VerifiedAt = now;
        LastVerifiedAddress = Address;
    }
}
