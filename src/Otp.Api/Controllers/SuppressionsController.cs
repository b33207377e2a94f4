using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Otp.Api.Http;
using Otp.Api.Security;
using Otp.Application.Suppressions;
using Otp.Application.Suppressions.LiftSuppression;
using Otp.Application.Suppressions.ListSuppressions;

namespace Otp.Api.Controllers;

/// <summary>The addresses that get no mail, since one came back for good or was reported as spam. They belong to no organisation.</summary>
[Authorize(Policy = Permissions.Operate)]
[Tags("Suppressions")]
[ProducesResponseType(StatusCodes.Status403Forbidden)]
[ProducesResponseType<ErrorBody>(StatusCodes.Status422UnprocessableEntity)]
public sealed class SuppressionsController : OtpController
{
    /// <summary>Lists them in the order of the addresses, 50 at a time.</summary>
    /// <param name="after">Only those after this address: <c>next</c> of the last answer.</param>
    [HttpGet("api/v1/suppressions", Name = "ListSuppressions")]
    [ProducesResponseType<Envelope<SuppressionPageDto>>(StatusCodes.Status200OK)]
    public Task<ActionResult<Envelope<SuppressionPageDto>>> List(string? after) =>
        SendAsync(new ListSuppressionsQuery(after));

    /// <summary>Lets an address get mail again.</summary>
    [HttpDelete("api/v1/suppressions/{email}", Name = "LiftSuppression")]
    [ProducesResponseType<EmptyEnvelope>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status404NotFound)]
    public Task<ActionResult<EmptyEnvelope>> Lift(string email) =>
        SendAsync(new LiftSuppressionCommand(email));
}
