using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Otp.Api.Http;
using Otp.Api.Security;
using Otp.Application.Users.Unlock;

namespace Otp.Api.Controllers;

/// <summary>The locks of a user: for a caller with the permission, who is not that user.</summary>
[Authorize(Policy = Permissions.AdministerUser)]
[Tags("Challenges")]
[ProducesResponseType(StatusCodes.Status403Forbidden)]
[ProducesResponseType<ErrorBody>(StatusCodes.Status404NotFound)]
public sealed class UserLocksController : OtpController
{
    /// <summary>Ends the locks and counters of a user. The user's live codes die with them.</summary>
    [HttpPost("api/v1/users/{userId}/otp_email/unlock", Name = "UnlockOtpEmail")]
    [ProducesResponseType<EmptyEnvelope>(StatusCodes.Status200OK)]
    public Task<ActionResult<EmptyEnvelope>> Unlock() => SendAsync(new UnlockCommand(Subject));
}
