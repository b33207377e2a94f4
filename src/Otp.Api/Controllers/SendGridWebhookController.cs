using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Otp.Api.Http;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery.RecordDeliveryEvents;

namespace Otp.Api.Controllers;

/// <summary>Where SendGrid reports what became of the mails.</summary>
[AllowAnonymous]
[Tags("Webhooks")]
public sealed class SendGridWebhookController : OtpController
{
    private const int MaxBodyBytes = 1024 * 1024;

    /// <summary>Takes the reports of SendGrid's signed Event Webhook; each is applied once, in any order.</summary>
    /// <remarks>
    /// The two headers prove the sender: without them, with a body that was changed, or with a timestamp that is off by more than five minutes, the answer is
    /// 401. Without <c>Email:SendGrid:WebhookPublicKey</c> it is 404.
    /// </remarks>
    /// <param name="signature">ECDSA on P-256 with SHA-256 over the timestamp and the body, in DER, in base64.</param>
    /// <param name="timestamp">When it was signed, in seconds since 1970-01-01 UTC.</param>
    [HttpPost("webhooks/sendgrid/events", Name = "ReceiveSendGridEvents")]
    [RequestSizeLimit(MaxBodyBytes)]
    [ProducesResponseType<EmptyEnvelope>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status400BadRequest)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status401Unauthorized)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status404NotFound)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status413PayloadTooLarge)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status503ServiceUnavailable)]
    public async Task<ActionResult<EmptyEnvelope>> Receive(
        [FromHeader(Name = "X-Twilio-Email-Event-Webhook-Signature")] string? signature,
        [FromHeader(Name = "X-Twilio-Email-Event-Webhook-Timestamp")] string? timestamp)
    {
        // What is signed is its bytes.
        using var body = new MemoryStream();
        await Request.Body.CopyToAsync(body, HttpContext.RequestAborted);
        return await SendAsync(new RecordDeliveryEventsCommand(new SignedReport(signature, timestamp, body.ToArray())));
    }
}
