using FluentValidation;
using Otp.Application.Passcodes;

namespace Otp.Application.Suppressions.ListSuppressions;

internal sealed class ListSuppressionsValidator : AbstractValidator<ListSuppressionsQuery>
{
    public ListSuppressionsValidator() => RuleFor(query => query.After!).MustBeOneEmailAddress().When(query => query.After is not null);
}
