using MediatR;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Domain.Auditing;
using Otp.Domain.Common;

namespace Otp.Application.Delivery.RetryDelivery;

/// <summary>Tries a failed mail again, while its code lives.</summary>
/// <param name="Scope">Whose users' mails the caller may touch.</param>
/// <param name="DeliveryId">The mail.</param>
public sealed record RetryDeliveryCommand(OwnerScope Scope, Guid DeliveryId) : ICommand<Result<DeliveryDto>>;

internal sealed class RetryDeliveryHandler(IDeliveryLog deliveries, IOutboxQueue queue, IAuditTrail audit, TimeProvider time) : IRequestHandler<RetryDeliveryCommand, Result<DeliveryDto>>
{
    public async Task<Result<DeliveryDto>> Handle(RetryDeliveryCommand request, CancellationToken cancellationToken)
    {
        if (await deliveries.FindAsync(request.Scope, request.DeliveryId, cancellationToken) is not { } mail)
        {
            return DeliveryErrors.NotFound;
        }

        var now = time.Now();
        var isAlive = mail.HasContent && mail.ExpiresAt > now && await queue.IsStillWantedAsync(mail, cancellationToken);
        if (mail.State != DeliveryState.Failed || !isAlive)
        {
            return DeliveryErrors.NotRetryable;
        }

        await deliveries.RequeueAsync(mail, now, cancellationToken);
        audit.Add(new AuditEvent(AuditAction.MailRetried, mail.UserId, now) { DeliveryId = mail.Id });
        return new DeliveryDto(DeliveryState.Queued, now);
    }
}
