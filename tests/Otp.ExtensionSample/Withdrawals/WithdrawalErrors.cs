using Otp.Domain.Common;

namespace Otp.ExtensionSample.Withdrawals;

/// <summary>All refusals of a withdrawal. The codes are part of the contract.</summary>
public static class WithdrawalErrors
{
    /// <summary>The caller names another address than the one that is to be verified.</summary>
    public static readonly DomainError OtherAddress = new(
        "Withdrawal.OtherAddress", ErrorKind.FailedPrecondition, "The passcode was not sent to this address");

    /// <summary>The address is verified: the passcode was used.</summary>
    public static readonly DomainError TooLate = new(
        "Withdrawal.TooLate", ErrorKind.FailedPrecondition, "The email is verified already; there is nothing to withdraw");
}
