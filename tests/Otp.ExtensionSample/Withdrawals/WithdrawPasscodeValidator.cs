using FluentValidation;
using Otp.Domain.Emails;

namespace Otp.ExtensionSample.Withdrawals;

internal sealed class WithdrawPasscodeValidator : AbstractValidator<WithdrawPasscodeCommand>
{
    public WithdrawPasscodeValidator() =>
        RuleFor(command => command.Email).Must(email => EmailAddress.TryParse(email, out _)).WithMessage("must be one e-mail address");
}
