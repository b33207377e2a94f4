using Microsoft.AspNetCore.Mvc;
using Otp.Api.Controllers;
using Otp.Api.Http;

namespace Otp.ExtensionSample.Withdrawals;

/// <summary>Takes passcodes back.</summary>
[Route("api/v1/user/me/email/withdraw")]
[Tags("Email verification")]
public sealed class WithdrawalController : OtpController
{
    /// <summary>Takes back the passcode that was mailed to the authenticated user.</summary>
    [HttpPost(Name = "WithdrawEmailPasscode")]
    [EndpointSummary("Takes back the passcode that was mailed to the user.")]
    [EndpointDescription("It fails from now on, and its mail is not sent if it still waits. Counted guesses and the resend interval stand.")]
    [Consumes("application/json")]
    [ProducesResponseType<Envelope<WithdrawalDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status404NotFound)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status409Conflict, Description = "The passcode was not sent to this address, or the email is verified already.")]
    public Task<ActionResult<Envelope<WithdrawalDto>>> Withdraw(WithdrawPasscodeRequest request) =>
        SendAsync(new WithdrawPasscodeCommand(Subject.UserId, request.Email!));
}
