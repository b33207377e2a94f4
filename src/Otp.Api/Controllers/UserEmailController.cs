using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Otp.Api.Http;
using Otp.Api.Requests;
using Otp.Api.Responses;
using Otp.Api.Security;
using Otp.Application.EmailVerifications.RequestPasscode;
using Otp.Application.EmailVerifications.SetEmail;
using Otp.Application.EmailVerifications.VerifyPasscode;

namespace Otp.Api.Controllers;

/// <summary>The address of a user by id: for the user, or for a caller with the permission.</summary>
[Authorize(Policy = Permissions.WriteUser)]
[Tags("User email")]
[ProducesResponseType(StatusCodes.Status403Forbidden)]
[ProducesResponseType(StatusCodes.Status404NotFound)]
[ProducesResponseType(StatusCodes.Status429TooManyRequests)]
public sealed class UserEmailController : OtpController
{
    /// <summary>Sets the user's address.</summary>
    /// <remarks>The code is mailed unless the body says otherwise; <c>returnCode</c> and <c>isVerified</c> need the permission <c>otp.users.write</c>.</remarks>
    [HttpPost("v2/users/{userId}/email", Name = "SetEmail")]
    [Consumes("application/json")]
    [ProducesResponseType<Envelope<VerificationResults>>(StatusCodes.Status200OK)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<VerificationResults>>> Set(SetEmailRequest request) =>
        SendAsync(new SetEmailCommand(Subject, request.Email!, request.Delivery), VerificationResults.Of);

    /// <summary>Sets the user's address.</summary>
    /// <remarks>The code is mailed unless the body says otherwise; <c>returnCode</c> and <c>isVerified</c> need the permission <c>otp.users.write</c>.</remarks>
    [HttpPut("v3alpha/users/{userId}/email", Name = "SetContactEmail")]
    [Consumes("application/json")]
    [ProducesResponseType<Envelope<VerificationResults>>(StatusCodes.Status200OK)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<VerificationResults>>> SetContact(SetContactEmailRequest request) =>
        SendAsync(new SetEmailCommand(Subject, request.Email!.Address!, request.Email.Delivery), VerificationResults.Of);

    /// <summary>Makes a new code for the user's address.</summary>
    /// <remarks>Where the address is verified already, nothing is sent.</remarks>
    [HttpPost("v2/users/{userId}/email/resend", Name = "ResendEmailCode")]
    [HttpPost("v2/users/{userId}/email/send", Name = "SendEmailCode")]
    [HttpPost("v3alpha/users/{userId}/email/resend", Name = "ResendContactEmailCode")]
    [ProducesResponseType<Envelope<VerificationResults>>(StatusCodes.Status200OK)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<VerificationResults>>> Resend(
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] ResendCodeRequest? request) =>
        SendAsync(new RequestPasscodeCommand(Subject, CodeRequest.DeliveryOf(request)), VerificationResults.Of);

    /// <summary>Verifies the user's address with the code from the mail.</summary>
    [HttpPost("v2/users/{userId}/email/verify", Name = "VerifyEmailByUserId")]
    [HttpPost("v3alpha/users/{userId}/email/verify", Name = "VerifyContactEmail")]
    [Consumes("application/json")]
    [ProducesResponseType<Envelope<DetailsResults>>(StatusCodes.Status200OK)]
    [LimitClient(ClientLimit.Guesses)]
    public Task<ActionResult<Envelope<DetailsResults>>> Verify(VerificationCodeRequest request) =>
        SendAsync(new VerifyPasscodeCommand(Subject, request.Guess, GuessStyle.AsError), DetailsResults.Of);
}
