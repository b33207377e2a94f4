using Otp.Domain.Emails;

namespace Otp.Domain.Passcodes;

/// <summary>What a passcode is bound to: its HMAC covers all of it, so that a code taken from one place proves nothing in another (rule 2).</summary>
/// <param name="Purpose">What it proves.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="Address">Where it was sent; the canonical form counts.</param>
/// <param name="SubjectId">The registration or challenge; <see cref="Guid.Empty"/> for the one verification that a user has.</param>
public sealed record PasscodeBinding(PasscodePurpose Purpose, string UserId, EmailAddress Address, Guid SubjectId);
