using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Otp.Api.Http;
using Otp.Api.Security;
using Otp.Application.Auditing;
using Otp.Application.Auditing.ListAuditEntries;

namespace Otp.Api.Controllers;

/// <summary>The audit trail: what happened to the addresses, codes and factors of the users of the caller's organisation, with <c>otp.instance</c> of all.</summary>
[Authorize(Policy = Permissions.ReadUsers)]
[Tags("Audit")]
[ProducesResponseType(StatusCodes.Status403Forbidden)]
public sealed class AuditController : OtpController
{
    /// <summary>Lists entries, newest first, 50 at a time.</summary>
    /// <param name="userId">Only those of this user.</param>
    /// <param name="action">Only those of this action.</param>
    /// <param name="after">Only those before this one: <c>next</c> of the last answer.</param>
    [HttpGet("api/v1/audit", Name = "ListAuditEntries")]
    [ProducesResponseType<Envelope<AuditPageDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status422UnprocessableEntity)]
    public Task<ActionResult<Envelope<AuditPageDto>>> List(string? userId, string? action, string? after) =>
        SendAsync(new ListAuditEntriesQuery(Scope, userId, action, after));
}
