using FluentValidation;
using Otp.Domain.Emails;

namespace Otp.Application.EmailVerifications.SetEmail;

internal sealed class SetEmailValidator : AbstractValidator<SetEmailCommand>
{
    public SetEmailValidator() =>
        RuleFor(command => command.Email).Must(email => EmailAddress.TryParse(email, out _)).WithMessage("must be one e-mail address");
}
