using Microsoft.AspNetCore.Mvc;
using Otp.Api.Http;
using Otp.Api.Requests;
using Otp.Api.Responses;
using Otp.Api.Security;
using Otp.Application.Common.Ports;
using Otp.Application.EmailVerifications.GetStatus;
using Otp.Application.EmailVerifications.RequestPasscode;
using Otp.Application.EmailVerifications.SetEmail;
using Otp.Application.EmailVerifications.VerifyPasscode;
using Otp.Application.Passcodes;

namespace Otp.Api.Controllers;

/// <summary>The address of the authenticated user.</summary>
[Route("auth/v1/users/me/email")]
[Tags("My email")]
public sealed class MyEmailController : OtpController
{
    /// <summary>Says what the user's address is, and whether it is verified.</summary>
    [HttpGet("", Name = "GetMyEmail")]
    [ProducesResponseType<Envelope<MyEmailResults>>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status404NotFound)]
    [ReadsVerification(VerificationUse.Query)]
    public Task<ActionResult<Envelope<MyEmailResults>>> Get() =>
        SendAsync(new GetStatusQuery(Subject), MyEmailResults.Of);

    /// <summary>Sets the user's address and mails a code to it.</summary>
    /// <remarks>Refused where the identity provider owns the address, and where it is unchanged. Where the code would be refused, nothing is changed.</remarks>
    [HttpPut("", Name = "SetMyEmail")]
    [Consumes("application/json")]
    [ProducesResponseType<Envelope<DetailsResults>>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status429TooManyRequests)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<DetailsResults>>> Set(SetMyEmailRequest request) =>
        SendAsync(new SetEmailCommand(Subject, request.Email!, new PasscodeDelivery.ByMail()), DetailsResults.Of);

    /// <summary>Verifies the user's address with the code from the mail.</summary>
    [HttpPost("_verify", Name = "VerifyMyEmail")]
    [Consumes("application/json")]
    [ProducesResponseType<Envelope<DetailsResults>>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status404NotFound)]
    [ProducesResponseType(StatusCodes.Status429TooManyRequests)]
    [LimitClient(ClientLimit.Guesses)]
    public Task<ActionResult<Envelope<DetailsResults>>> Verify(CodeGuessRequest request) =>
        SendAsync(new VerifyPasscodeCommand(Subject, request.Guess, GuessStyle.AsError), DetailsResults.Of);

    /// <summary>Mails a new code to the user's address.</summary>
    /// <remarks>Where the address is verified already, nothing is sent.</remarks>
    [HttpPost("_resend_verification", Name = "ResendMyEmailVerification")]
    [ProducesResponseType<Envelope<DetailsResults>>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status400BadRequest, Description = "Code 9: the address cannot receive mail.")]
    [ProducesResponseType(StatusCodes.Status404NotFound)]
    [ProducesResponseType(StatusCodes.Status429TooManyRequests)]
    [LimitClient(ClientLimit.Sends)]
    [ReadsVerification(VerificationUse.NewPasscode)]
    public Task<ActionResult<Envelope<DetailsResults>>> Resend() =>
        SendAsync(new RequestPasscodeCommand(Subject, new PasscodeDelivery.ByMail()), DetailsResults.Of);
}
