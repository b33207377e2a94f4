using Microsoft.AspNetCore.Mvc;
using Otp.Api.Http;
using Otp.Api.Requests;
using Otp.Api.Security;
using Otp.Application.Common.Ports;
using Otp.Application.EmailVerifications;
using Otp.Application.EmailVerifications.GetStatus;
using Otp.Application.EmailVerifications.RequestPasscode;
using Otp.Application.EmailVerifications.VerifyPasscode;
using Otp.Application.Passcodes;
using Otp.Domain.Passcodes;

namespace Otp.Api.Controllers;

/// <summary>Verifies the address of the authenticated user.</summary>
[Route("api/v1/user/me/email")]
[Tags("Email verification")]
public sealed class EmailVerificationController : OtpController
{
    /// <summary>Makes a passcode and mails it to the user's address.</summary>
    /// <remarks>
    /// The new passcode replaces the one before; wrong guesses that were counted still count. Where the address is verified already, nothing is sent and the
    /// status is the answer. Refused with 429 within the resend interval, while locked, and when the address has
    /// got too many mails; with 409 where mail to the address came back for good or was reported as spam.
    /// </remarks>
    [HttpPut("otp", Name = "CreateEmailOneTimePasscode")]
    [ProducesResponseType<Envelope<EmailStatusDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status404NotFound)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status429TooManyRequests)]
    [LimitClient(ClientLimit.Sends)]
    [ReadsVerification(VerificationUse.NewPasscode)]
    public Task<ActionResult<Envelope<EmailStatusDto>>> CreatePasscode() =>
        SendAsync(new RequestPasscodeCommand(Subject, new PasscodeDelivery.ByMail()), dto => dto.Status);

    /// <summary>Says whether the user's address is verified, and how its passcode stands.</summary>
    /// <remarks>With <c>passcode</c> it guesses first; a wrong, expired or exhausted guess is answered with 200 and the flags tell why. That use is deprecated: prefer <c>VerifyEmail</c>.</remarks>
    /// <param name="passcode">Deprecated. A guess: any text of 1 to 200 characters counts as one.</param>
    [HttpGet("status", Name = "GetEmailVerificationStatus")]
    [ProducesResponseType<Envelope<EmailStatusDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status404NotFound)]
    [LimitClient(ClientLimit.Guesses, OnlyWithGuess = "passcode")]
    [ReadsVerification(VerificationUse.Query, GuessIn = "passcode")]
    public Task<ActionResult<Envelope<EmailStatusDto>>> GetStatus([Guess] Passcode? passcode) => passcode is null
        ? SendAsync(new GetStatusQuery(Subject), dto => dto.Status)
        : SendAsync(new VerifyPasscodeCommand(Subject, passcode, GuessStyle.AnyShapeAsStatus), dto => dto.Status);

    /// <summary>Verifies the user's address with the passcode from the mail.</summary>
    /// <remarks>A wrong, expired or exhausted guess is answered with 200 and the flags tell why. A badly shaped one is refused with 422 and does not count.</remarks>
    [HttpPost("verify", Name = "VerifyEmail")]
    [Consumes("application/json")]
    [ProducesResponseType<Envelope<EmailStatusDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status404NotFound)]
    [LimitClient(ClientLimit.Guesses)]
    public Task<ActionResult<Envelope<EmailStatusDto>>> Verify(VerifyEmailRequest request) =>
        SendAsync(new VerifyPasscodeCommand(Subject, request.Passcode!, GuessStyle.ShapedAsStatus), dto => dto.Status);
}
