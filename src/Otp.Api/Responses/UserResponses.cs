using Otp.Api.Requests;
using Otp.Application.Common;
using Otp.Application.EmailVerifications;
using Otp.Application.OtpEmailFactors;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Api.Responses;

/// <summary>The version of what was changed.</summary>
/// <param name="Details">The version.</param>
public sealed record DetailsResults(DetailsDto Details)
{
    internal static DetailsResults Of(EmailVerificationDto verification) => new(verification.Details);

    internal static DetailsResults Of(FactorDto factor) => new(factor.Details);
}

/// <summary>The version of what was changed, and the code where the caller asked for it.</summary>
/// <param name="Details">The version.</param>
/// <param name="VerificationCode">The code.</param>
public sealed record VerificationResults(DetailsDto Details, string? VerificationCode = null)
{
    internal static VerificationResults Of(EmailVerificationDto verification) => new(verification.Details, verification.VerificationCode);
}

/// <summary>The factor that was added.</summary>
/// <param name="Details">Its version.</param>
/// <param name="OtpEmailId">Its id.</param>
/// <param name="VerificationCode">Its registration code, where the caller asked for it.</param>
public sealed record AddedFactorResults(DetailsDto Details, Guid OtpEmailId, string? VerificationCode = null)
{
    internal static AddedFactorResults Of(FactorDto factor) => new(factor.Details, factor.Id, factor.VerificationCode);
}

/// <summary>The address of the authenticated user.</summary>
/// <param name="Details">Its version.</param>
/// <param name="Email">The address.</param>
public sealed record MyEmailResults(DetailsDto Details, MyEmail Email)
{
    internal static MyEmailResults Of(EmailVerificationDto verification) =>
        new(verification.Details, new MyEmail(verification.Status.Email, verification.Status.IsVerified));
}

/// <summary>An address.</summary>
/// <param name="Email">The address.</param>
/// <param name="IsEmailVerified">Whether it is verified.</param>
public sealed record MyEmail(string Email, bool IsEmailVerified);

/// <summary>Factors.</summary>
/// <param name="Result">One entry each, oldest first.</param>
public sealed record FactorListResults(IReadOnlyList<AuthFactor> Result)
{
    internal static FactorListResults Of(IReadOnlyList<FactorDto> factors) =>
        new([.. factors.Select(factor => new AuthFactor((AuthFactorState)factor.State, new OtpEmail()))]);
}

/// <summary>A factor.</summary>
/// <param name="State">Its state.</param>
/// <param name="OtpEmail">Says that it is one by e-mail.</param>
public sealed record AuthFactor(AuthFactorState State, OtpEmail OtpEmail);

/// <summary>Says that a factor is one by e-mail; has no members.</summary>
public sealed record OtpEmail;

/// <summary>The kinds of factors that a user can use.</summary>
/// <param name="Details">How many there are.</param>
/// <param name="AuthMethodTypes">The kinds, such as <c>AUTHENTICATION_METHOD_TYPE_OTP_EMAIL</c>.</param>
public sealed record AuthenticationMethodsResults(ListDetails Details, IReadOnlyList<string> AuthMethodTypes)
{
    internal static AuthenticationMethodsResults Of(IReadOnlyList<FactorDto> factors) => factors.Any(factor => factor.State == FactorState.Ready)
        ? new(new ListDetails("1"), ["AUTHENTICATION_METHOD_TYPE_OTP_EMAIL"])
        : new(new ListDetails("0"), []);
}

/// <summary>About a list.</summary>
/// <param name="TotalResult">How many entries it has; a string, since it is a 64-bit number.</param>
public sealed record ListDetails(string TotalResult);
