using FluentValidation;
using Otp.Application.Common;
using Otp.Application.Passcodes;

namespace Otp.Application.Delivery.ListDeliveries;

internal sealed class ListDeliveriesValidator : AbstractValidator<ListDeliveriesQuery>
{
    public ListDeliveriesValidator()
    {
        RuleFor(query => query.UserId).MustBeUserIdIfGiven();
        RuleFor(query => query.Email).MustBeOneEmailAddress().When(query => query.Email is not null);
        RuleFor(query => query.State).MustNameOneOfIfGiven<ListDeliveriesQuery, DeliveryState>();
        RuleFor(query => query.After).MustBeIdIfGiven();
    }
}
