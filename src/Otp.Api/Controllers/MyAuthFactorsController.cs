using Microsoft.AspNetCore.Mvc;
using Otp.Api.Http;
using Otp.Api.Security;
using Otp.Api.Responses;
using Otp.Application.OtpEmailFactors.AddContactFactor;
using Otp.Application.OtpEmailFactors.ListFactors;
using Otp.Application.OtpEmailFactors.RemoveFactor;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Api.Controllers;

/// <summary>The factors of the authenticated user.</summary>
[Route("auth/v1/users/me/auth_factors")]
[Tags("My factors")]
public sealed class MyAuthFactorsController : OtpController
{
    /// <summary>Lists the factors that the user can use.</summary>
    [HttpPost("_search", Name = "ListMyAuthFactors")]
    [ProducesResponseType<Envelope<FactorListResults>>(StatusCodes.Status200OK)]
    public Task<ActionResult<Envelope<FactorListResults>>> List() =>
        SendAsync(new ListFactorsQuery(Subject, [FactorState.Ready]), FactorListResults.Of);

    /// <summary>Makes the user's verified address a factor, ready at once.</summary>
    [HttpPost("otp_email", Name = "AddMyAuthFactorOTPEmail")]
    [ProducesResponseType<Envelope<DetailsResults>>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status400BadRequest, Description = "Code 9: the address is not verified, or the user has as many factors as allowed.")]
    [ProducesResponseType(StatusCodes.Status409Conflict)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<DetailsResults>>> Add() =>
        SendAsync(new AddContactFactorCommand(Subject), DetailsResults.Of);

    /// <summary>Removes the factor at the user's verified address.</summary>
    [HttpDelete("otp_email", Name = "RemoveMyAuthFactorOTPEmail")]
    [ProducesResponseType<Envelope<DetailsResults>>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status404NotFound)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<DetailsResults>>> Remove() =>
        SendAsync(new RemoveFactorCommand(Subject, null), DetailsResults.Of);
}
