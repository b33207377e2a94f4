using MediatR;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Domain.Common;
using Otp.Domain.Emails;

namespace Otp.Application.Delivery.ListDeliveries;

/// <summary>The mails about the users of the caller's organisation, newest first, some at a time.</summary>
/// <param name="Scope">Whose users.</param>
/// <param name="UserId">Only those about this user.</param>
/// <param name="Email">Only those to this address.</param>
/// <param name="State">Only those in this state.</param>
/// <param name="After">The last one seen: only those before it.</param>
public sealed record ListDeliveriesQuery(OwnerScope Scope, string? UserId, string? Email, string? State, string? After) : IQuery<Result<DeliveryPageDto>>;

internal sealed class ListDeliveriesHandler(IUserDirectory users, IDeliveryLog deliveries) : IRequestHandler<ListDeliveriesQuery, Result<DeliveryPageDto>>
{
    public async Task<Result<DeliveryPageDto>> Handle(ListDeliveriesQuery request, CancellationToken cancellationToken)
    {
        // Before anything is looked for: what users of others have must not show by the time that it takes.
        if (request.UserId is not null && !await users.KnowsAsync(request.UserId, request.Scope, cancellationToken))
        {
            return new DeliveryPageDto([], null);
        }

        var filter = new DeliveryFilter(request.Scope)
        {
            UserId = request.UserId,
            Recipient = request.Email is null ? null : EmailAddress.Parse(request.Email),
            State = request.State is null ? null : Enum.Parse<DeliveryState>(request.State, ignoreCase: true),
            After = request.After is null ? null : Guid.Parse(request.After),
        };
        var (items, next) = (await deliveries.ListAsync(filter, Paging.PageSize + 1, cancellationToken)).ToPage(mail => (Guid?)mail.DeliveryId);
        return new DeliveryPageDto(items, next);
    }
}
