using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Otp.Api.Http;
using Otp.Api.Requests;
using Otp.Api.Responses;
using Otp.Api.Security;
using Otp.Application.OtpEmailFactors.ListFactors;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Api.Controllers;

/// <summary>Lists of a user's factors: for the user, or for a caller with the permission to read.</summary>
[Authorize(Policy = Permissions.ReadUser)]
[Tags("User factors")]
[ProducesResponseType(StatusCodes.Status403Forbidden)]
[ProducesResponseType(StatusCodes.Status404NotFound)]
public sealed class UserFactorListsController : OtpController
{
    /// <summary>Lists the kinds of factors that the user can use.</summary>
    [HttpGet("v2/users/{userId}/authentication_methods", Name = "ListAuthenticationMethodTypes")]
    [ProducesResponseType<Envelope<AuthenticationMethodsResults>>(StatusCodes.Status200OK)]
    public Task<ActionResult<Envelope<AuthenticationMethodsResults>>> ListMethods() =>
        SendAsync(new ListFactorsQuery(Subject, [FactorState.Ready]), AuthenticationMethodsResults.Of);

    /// <summary>Lists the user's factors.</summary>
    [HttpPost("v2/users/{userId}/authentication_factors/_search", Name = "ListAuthenticationFactors")]
    [ProducesResponseType<Envelope<FactorListResults>>(StatusCodes.Status200OK)]
    public Task<ActionResult<Envelope<FactorListResults>>> List(
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] ListFactorsRequest? request) =>
        SendAsync(new ListFactorsQuery(Subject, ListFactorsRequest.StatesOf(request)), FactorListResults.Of);
}
