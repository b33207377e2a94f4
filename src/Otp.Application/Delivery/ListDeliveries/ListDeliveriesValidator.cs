using FluentValidation;
using Otp.Application.Passcodes;
using Otp.Domain.EmailVerifications;

namespace Otp.Application.Delivery.ListDeliveries;

internal sealed class ListDeliveriesValidator : AbstractValidator<ListDeliveriesQuery>
{
    private static readonly string States = string.Join(", ", Enum.GetNames<DeliveryState>().Select(name => name.ToLowerInvariant()));

    public ListDeliveriesValidator()
    {
        RuleFor(query => query.UserId).MaximumLength(UserIdentity.MaxUserIdLength)
            .WithMessage($"must be at most {UserIdentity.MaxUserIdLength} characters").When(query => query.UserId is not null);
        RuleFor(query => query.Email!).MustBeOneEmailAddress().When(query => query.Email is not null);
        RuleFor(query => query.State).Must(IsState).WithMessage($"must be one of {States}").When(query => query.State is not null);
        RuleFor(query => query.After).Must(after => Guid.TryParse(after, out _)).WithMessage("must be the id of a delivery").When(query => query.After is not null);
    }

    private static bool IsState(string? text) => Enum.GetNames<DeliveryState>().Contains(text, StringComparer.OrdinalIgnoreCase);
}
