using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>Columns of a verification that change together. Each change also writes its time and the sequence.</summary>
[Flags]
internal enum VerificationParts
{
    None = 0,

    /// <summary>What tokens say of the user, and the address.</summary>
    Identity = 1,

    /// <summary>Which address is verified.</summary>
    Verified = 2,

    Budget = 4,

    Slot = 8,

    All = Identity | Verified | Budget | Slot,
}

/// <summary>A verification that was loaded or added, and which of its parts the command has changed since.</summary>
/// <param name="verification">As of <see cref="Loaded{T}"/>.</param>
/// <param name="storedSequence">As of <see cref="Loaded{T}"/>.</param>
internal sealed class LoadedVerification(EmailVerification verification, long? storedSequence) : Loaded<EmailVerification>(verification, storedSequence)
{
    private Values _stored = Values.Of(verification);

    /// <summary>The parts that are not as they were when it was loaded or last stored.</summary>
    public VerificationParts ChangedParts => Values.Of(Aggregate).PartsThatDifferFrom(_stored);

    public override void Accept()
    {
        base.Accept();
        _stored = Values.Of(Aggregate);
    }

    // Addresses as they are written: one that differs only in case is another to store.
    private readonly record struct Identity(
        string ResourceOwner, string? Address, bool IsAddressOwnedByProvider, DateTimeOffset? IdentityAsOf, string? DisplayName, string? Locale);

    private readonly record struct Verified(DateTimeOffset? At, string? Address);

    private readonly record struct Values(Identity Identity, Verified Verified, AttemptBudget Budget, PasscodeSlot Slot)
    {
        public static Values Of(EmailVerification verification) => new(
            new Identity(
                verification.ResourceOwner, verification.Address?.Value, verification.IsAddressOwnedByProvider, verification.IdentityAsOf,
                verification.DisplayName, verification.Locale),
            new Verified(verification.VerifiedAt, verification.LastVerifiedAddress?.Value),
            verification.Budget,
            verification.Slot);

        public VerificationParts PartsThatDifferFrom(Values other) =>
            (Identity == other.Identity ? VerificationParts.None : VerificationParts.Identity)
            | (Verified == other.Verified ? VerificationParts.None : VerificationParts.Verified)
            | (Budget == other.Budget ? VerificationParts.None : VerificationParts.Budget)
            | (Slot == other.Slot ? VerificationParts.None : VerificationParts.Slot);
    }
}
