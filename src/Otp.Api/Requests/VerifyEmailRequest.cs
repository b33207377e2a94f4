using System.ComponentModel.DataAnnotations;
using Otp.Domain.Passcodes;

namespace Otp.Api.Requests;

/// <summary>The body of <c>VerifyEmail</c>.</summary>
public sealed class VerifyEmailRequest : StrictRequest
{
    /// <summary>The passcode from the mail; spaces and hyphens in it do not matter.</summary>
    [Required(ErrorMessage = "is required")]
    public Passcode? Passcode { get; set; }
}
