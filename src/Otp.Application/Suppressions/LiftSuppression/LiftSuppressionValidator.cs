using FluentValidation;
using Otp.Application.Passcodes;

namespace Otp.Application.Suppressions.LiftSuppression;

internal sealed class LiftSuppressionValidator : AbstractValidator<LiftSuppressionCommand>
{
    public LiftSuppressionValidator() => RuleFor(command => command.Email).MustBeOneEmailAddress();
}
