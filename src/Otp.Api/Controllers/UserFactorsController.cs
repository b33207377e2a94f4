using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Otp.Api.Http;
using Otp.Api.Requests;
using Otp.Api.Responses;
using Otp.Api.Security;
using Otp.Application.OtpEmailFactors.AddContactFactor;
using Otp.Application.OtpEmailFactors.AddFactor;
using Otp.Application.OtpEmailFactors.RemoveFactor;
using Otp.Application.OtpEmailFactors.VerifyRegistration;

namespace Otp.Api.Controllers;

/// <summary>The factors of a user by id: for the user, or for a caller with the permission.</summary>
[Authorize(Policy = Permissions.WriteUser)]
[Tags("User factors")]
[ProducesResponseType(StatusCodes.Status403Forbidden)]
[ProducesResponseType(StatusCodes.Status404NotFound)]
public sealed class UserFactorsController : OtpController
{
    /// <summary>Makes the user's verified address a factor, ready at once.</summary>
    [HttpPost("v2/users/{userId}/otp_email", Name = "AddOTPEmail")]
    [HttpPost("v2beta/users/{userId}/otp_email", Name = "AddOTPEmailBeta")]
    [ProducesResponseType<Envelope<DetailsResults>>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status400BadRequest, Description = "Code 9: the address is not verified, or the user has as many factors as allowed.")]
    [ProducesResponseType(StatusCodes.Status409Conflict)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<DetailsResults>>> AddContact() =>
        SendAsync(new AddContactFactorCommand(Subject), DetailsResults.Of);

    /// <summary>Removes the factor at the user's verified address.</summary>
    [HttpDelete("v2/users/{userId}/otp_email", Name = "RemoveOTPEmail")]
    [HttpDelete("v2beta/users/{userId}/otp_email", Name = "RemoveOTPEmailBeta")]
    [ProducesResponseType<Envelope<DetailsResults>>(StatusCodes.Status200OK)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<DetailsResults>>> RemoveContact() =>
        SendAsync(new RemoveFactorCommand(Subject, null), DetailsResults.Of);

    /// <summary>Adds a factor at an address of its own, and sends the code that makes it ready.</summary>
    /// <remarks>The code is mailed unless the body says otherwise; <c>returnCode</c> and <c>isVerified</c> need the permission <c>otp.users.write</c>.</remarks>
    [HttpPost("v3alpha/users/{userId}/otp_email", Name = "AddOTPEmailAuthenticator")]
    [ProducesResponseType<Envelope<AddedFactorResults>>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status409Conflict)]
    [ProducesResponseType(StatusCodes.Status429TooManyRequests)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<AddedFactorResults>>> Add(
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] AddOtpEmailAuthenticatorRequest? request) =>
        SendAsync(new AddFactorCommand(Subject, request?.Email?.Address, CodeRequest.DeliveryOf(request?.Email)), AddedFactorResults.Of);

    /// <summary>Makes a factor ready with the code from the mail.</summary>
    [HttpPost("v3alpha/users/{userId}/otp_email/{otpEmailId}/verify", Name = "VerifyOTPEmailRegistration")]
    [Consumes("application/json")]
    [ProducesResponseType<Envelope<DetailsResults>>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status429TooManyRequests)]
    [LimitClient(ClientLimit.Guesses)]
    public Task<ActionResult<Envelope<DetailsResults>>> Verify(string otpEmailId, CodeGuessRequest request) =>
        SendAsync(new VerifyRegistrationCommand(Subject, Ids.Parse(otpEmailId), request.Guess), DetailsResults.Of);

    /// <summary>Removes a factor.</summary>
    [HttpDelete("v3alpha/users/{userId}/otp_email/{otpEmailId}", Name = "RemoveOTPEmailAuthenticator")]
    [ProducesResponseType<Envelope<DetailsResults>>(StatusCodes.Status200OK)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<DetailsResults>>> Remove(string otpEmailId) =>
        SendAsync(new RemoveFactorCommand(Subject, Ids.Parse(otpEmailId)), DetailsResults.Of);
}
