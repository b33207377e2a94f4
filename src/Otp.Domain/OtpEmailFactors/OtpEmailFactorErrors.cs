using Otp.Domain.Common;

namespace Otp.Domain.OtpEmailFactors;

/// <summary>All refusals of <see cref="UserFactors"/>.</summary>
public static class OtpEmailFactorErrors
{
    /// <summary>A factor that is ready stands at the address.</summary>
    public static readonly DomainError AlreadyExists = new(
        "OtpEmailFactor.AlreadyExists", ErrorKind.AlreadyExists, "Multifactor OTP (OneTimePassword) is already set up");

    /// <summary>The user's address is not verified.</summary>
    public static readonly DomainError AddressNotVerified = new(
        "OtpEmailFactor.AddressNotVerified", ErrorKind.FailedPrecondition, "Multifactor OTP (OneTimePassword) isn't ready");

    /// <summary>The user has no such factor.</summary>
    public static readonly DomainError NotFound = new(
        "OtpEmailFactor.NotFound", ErrorKind.NotFound, "Multifactor OTP (OneTimePassword) doesn't exist");

    /// <summary>The factor was registered before: there is nothing to prove.</summary>
    public static readonly DomainError AlreadyReady = new(
        "OtpEmailFactor.AlreadyReady", ErrorKind.FailedPrecondition, "Multifactor OTP (OneTimePassword) is ready already");

    /// <summary>The user has as many factors as allowed.</summary>
    public static readonly DomainError TooMany = new(
        "OtpEmailFactor.TooMany", ErrorKind.FailedPrecondition, $"A user can have at most {UserFactors.MaxFactors} of Multifactor OTP (OneTimePassword)");

    /// <summary>There is no such challenge, or it is gone.</summary>
    public static readonly DomainError ChallengeNotFound = new(
        "OtpEmailChallenge.NotFound", ErrorKind.NotFound, "The challenge doesn't exist");

    /// <summary>The challenge was verified before.</summary>
    public static readonly DomainError ChallengeAlreadyVerified = new(
        "OtpEmailChallenge.AlreadyVerified", ErrorKind.AlreadyExists, "The challenge is verified already");
}
