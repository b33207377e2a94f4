using Otp.Domain.Emails;
using Otp.Domain.Passcodes;

namespace Otp.Domain.OtpEmailFactors;

/// <summary>One request to prove a factor, at login or before a sensitive action (rule 20); a part of <see cref="UserFactors"/>.</summary>
public sealed class OtpEmailChallenge
{
    /// <summary>After this long it is gone.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private OtpEmailChallenge()
    {
    }

    internal OtpEmailChallenge(Guid id, OtpEmailFactor factor, DateTimeOffset now)
    {
        Id = id;
        UserId = factor.UserId;
        FactorId = factor.Id;
        Address = factor.Address;
        CreatedAt = now;
    }

    /// <summary>Its id.</summary>
    public Guid Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public string UserId { get; private set; } = "";

    /// <summary>The factor to prove.</summary>
    public Guid FactorId { get; private set; }

    /// <summary>Where its codes are sent: the address of the factor when it was made.</summary>
    public EmailAddress Address { get; private set; } = null!;

    /// <summary>The code, if there is one, and the wait for the next.</summary>
    public PasscodeSlot Slot { get; private set; } = PasscodeSlot.Empty;

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it was verified (UTC).</summary>
    public DateTimeOffset? VerifiedAt { get; private set; }

    /// <summary>When the newest code expires, or would have (UTC).</summary>
    public DateTimeOffset PasscodeExpiresAt { get; private set; }

    /// <summary>Whether it is verified.</summary>
    public bool IsVerified => VerifiedAt is not null;

    /// <summary>Whether it is gone.</summary>
    public bool IsGoneAt(DateTimeOffset now) => now >= CreatedAt + Lifetime;

    internal void TakePasscode(PasscodeSlot slot)
    {
        Slot = slot;
        PasscodeExpiresAt = slot.Passcode!.ExpiresAt;
    }

    internal void MarkVerified(DateTimeOffset now)
    {
        VerifiedAt = now;
        Slot = Slot.Spend();
    }

    internal void EndPasscode() => Slot = Slot.Spend();

    /// <summary>Whether there was a code to forget.</summary>
    internal bool ForgetExpired(DateTimeOffset now)
    {
        var slot = Slot.ForgetExpired(now);
        var isChanged = slot != Slot;
        Slot = slot;
        return isChanged;
    }
}
