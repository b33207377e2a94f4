using Otp.Domain.Emails;
using Otp.Domain.Passcodes;

namespace Otp.Domain.OtpEmailFactors;

/// <summary>The state of a factor.</summary>
public enum FactorState
{
    /// <summary>Added; the address is not proven yet.</summary>
    NotReady = 1,

    /// <summary>It can be used.</summary>
    Ready = 2,

    /// <summary>It is gone.</summary>
    Removed = 3,
}

/// <summary>An e-mail address that a user has registered as a second factor (rule 17); a part of <see cref="UserFactors"/>.</summary>
public sealed class OtpEmailFactor
{
    private OtpEmailFactor()
    {
    }

    internal OtpEmailFactor(Guid id, string userId, EmailAddress address, DateTimeOffset now)
    {
        Id = id;
        UserId = userId;
        Address = address;
        CanonicalAddress = address.Canonical;
        State = FactorState.NotReady;
        Sequence = 1;
        CreatedAt = now;
        ChangedAt = now;
    }

    /// <summary>Its id.</summary>
    public Guid Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public string UserId { get; private set; } = "";

    /// <summary>Where its codes go.</summary>
    public EmailAddress Address { get; private set; } = null!;

    /// <summary>The address in its canonical form: a user has one live factor for each. None once it is removed.</summary>
    public string? CanonicalAddress { get; private set; }

    /// <summary>Its state.</summary>
    public FactorState State { get; private set; }

    /// <summary>The registration code, if there is one, and the wait for the next.</summary>
    public PasscodeSlot Slot { get; private set; } = PasscodeSlot.Empty;

    /// <summary>Counts its changes; starts at 1.</summary>
    public long Sequence { get; private set; }

    /// <summary>When it was added (UTC).</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it was last changed (UTC).</summary>
    public DateTimeOffset ChangedAt { get; private set; }

    internal void TakePasscode(PasscodeSlot slot, DateTimeOffset now)
    {
        Slot = slot;
        RecordChange(now);
    }

    internal void MakeReady(DateTimeOffset now)
    {
        State = FactorState.Ready;
        Slot = Slot.Spend();
        RecordChange(now);
    }

    internal void MoveTo(EmailAddress address, DateTimeOffset now)
    {
        Address = address;
        CanonicalAddress = address.Canonical;
        RecordChange(now);
    }

    internal void Remove(DateTimeOffset now)
    {
        State = FactorState.Removed;
        CanonicalAddress = null;
        Slot = Slot.Kill();
        RecordChange(now);
    }

    internal void EndPasscode(DateTimeOffset now)
    {
        if (Slot.Passcode is not null)
        {
            Slot = Slot.Spend();
            RecordChange(now);
        }
    }

    /// <summary>Whether there was a code to forget.</summary>
    internal bool ForgetExpired(DateTimeOffset now)
    {
        var slot = Slot.ForgetExpired(now);
        if (slot == Slot)
        {
            return false;
        }

        Slot = slot;
        RecordChange(now);
        return true;
    }

    private void RecordChange(DateTimeOffset now)
    {
        Sequence++;
        ChangedAt = now;
    }
}
