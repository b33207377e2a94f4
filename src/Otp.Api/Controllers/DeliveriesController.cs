using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Otp.Api.Http;
using Otp.Api.Requests;
using Otp.Api.Security;
using Otp.Application.Delivery;
using Otp.Application.Delivery.ListDeliveries;
using Otp.Application.Delivery.RetryDelivery;

namespace Otp.Api.Controllers;

/// <summary>The mails and their fate: those about users of the caller's organisation, with <c>otp.instance</c> all.</summary>
[Tags("Deliveries")]
[ProducesResponseType(StatusCodes.Status403Forbidden)]
public sealed class DeliveriesController : OtpController
{
    /// <summary>Lists mails, newest first, 50 at a time. No code and no address is in the answer.</summary>
    /// <param name="userId">Only those about this user.</param>
    /// <param name="email">Only those to this address.</param>
    /// <param name="state">Only those in this state.</param>
    /// <param name="after">Only those queued before this one: <c>next</c> of the last answer.</param>
    [HttpGet("api/v1/deliveries", Name = "ListDeliveries")]
    [Authorize(Policy = Permissions.ReadUsers)]
    [ProducesResponseType<Envelope<DeliveryPageDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status422UnprocessableEntity)]
    public Task<ActionResult<Envelope<DeliveryPageDto>>> List(string? userId, string? email, string? state, string? after) =>
        SendAsync(new ListDeliveriesQuery(Scope, userId, email, state, after));

    /// <summary>Tries a failed mail again, while its code lives.</summary>
    [HttpPost("api/v1/deliveries/{deliveryId}/retry", Name = "RetryDelivery")]
    [Authorize(Policy = Permissions.WriteUsers)]
    [ProducesResponseType<Envelope<DeliveryDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status404NotFound)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status409Conflict)]
    public Task<ActionResult<Envelope<DeliveryDto>>> Retry(string deliveryId) =>
        SendAsync(new RetryDeliveryCommand(Scope, Ids.Parse(deliveryId)));
}
