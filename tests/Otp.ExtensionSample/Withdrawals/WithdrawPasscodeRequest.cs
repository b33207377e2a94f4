using System.ComponentModel.DataAnnotations;
using Otp.Api.Requests;

namespace Otp.ExtensionSample.Withdrawals;

/// <summary>The body of <c>WithdrawEmailPasscode</c>.</summary>
public sealed class WithdrawPasscodeRequest : StrictRequest
{
    /// <summary>The address that the passcode was mailed to.</summary>
    [Required(ErrorMessage = "is required")]
    public string? Email { get; set; }
}
