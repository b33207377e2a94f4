using System.ComponentModel.DataAnnotations;
using Otp.Api.Security;
using Otp.Domain.Passcodes;

namespace Otp.Api.Requests;

/// <summary>The body of <c>SetMyEmail</c>.</summary>
public sealed class SetMyEmailRequest
{
    /// <summary>The new address.</summary>
    [Required(ErrorMessage = "is required")]
    public string? Email { get; set; }
}

/// <summary>The body of <c>SetEmail</c>.</summary>
public sealed class SetEmailRequest : AddressRequest
{
    /// <summary>The new address.</summary>
    [Required(ErrorMessage = "is required")]
    public string? Email { get; set; }
}

/// <summary>An address, and how it is to be verified.</summary>
public sealed class EmailMember : AddressRequest
{
    /// <summary>The address.</summary>
    [Required(ErrorMessage = "is required")]
    public string? Address { get; set; }
}

/// <summary>The body of <c>SetContactEmail</c>.</summary>
public sealed class SetContactEmailRequest : IPrivilegedRequest
{
    /// <summary>The new address.</summary>
    [Required(ErrorMessage = "is required")]
    public EmailMember? Email { get; set; }

    bool IPrivilegedRequest.IsPrivileged => Email?.IsPrivileged == true;
}

/// <summary>The body of <c>AddOTPEmailAuthenticator</c>.</summary>
public sealed class AddOtpEmailAuthenticatorRequest : IPrivilegedRequest
{
    /// <summary>The factor's own address; the user's verified one where it is absent.</summary>
    public EmailMember? Email { get; set; }

    bool IPrivilegedRequest.IsPrivileged => Email?.IsPrivileged == true;
}

/// <summary>A body with a code.</summary>
public sealed class CodeGuessRequest
{
    /// <summary>The code from the mail.</summary>
    public Passcode? Code { get; set; }

    internal Passcode Guess => Code ?? Passcode.FromInput("");
}

/// <summary>A body with a verification code.</summary>
public sealed class VerificationCodeRequest
{
    /// <summary>The code from the mail.</summary>
    public Passcode? VerificationCode { get; set; }

    internal Passcode Guess => VerificationCode ?? Passcode.FromInput("");
}
