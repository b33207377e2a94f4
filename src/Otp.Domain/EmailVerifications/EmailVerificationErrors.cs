using Otp.Domain.Common;

namespace Otp.Domain.EmailVerifications;

/// <summary>All refusals of <see cref="EmailVerification"/>.</summary>
public static class EmailVerificationErrors
{
    /// <summary>No address is known for the user.</summary>
    public static readonly DomainError NotFound = new(
        "EmailVerification.NotFound", ErrorKind.NotFound, "Cannot find matching verification status for user's email");

    /// <summary>The address is verified: there is nothing to prove.</summary>
    public static readonly DomainError AlreadyVerified = new(
        "EmailVerification.AlreadyVerified", ErrorKind.FailedPrecondition, "The email is already verified");

    /// <summary>The address to set is the one that is set.</summary>
    public static readonly DomainError AddressUnchanged = new(
        "EmailVerification.AddressUnchanged", ErrorKind.FailedPrecondition, "Email not changed");

    /// <summary>The identity provider decides the address.</summary>
    public static readonly DomainError AddressOwnedByProvider = new(
        "EmailVerification.AddressOwnedByProvider", ErrorKind.FailedPrecondition, "The email is managed by the identity provider");
}
