using FluentValidation;
using Microsoft.Extensions.Options;
using Otp.Application.Links;
using Otp.Application.Passcodes;

namespace Otp.Application.EmailVerifications.SetEmail;

internal sealed class SetEmailValidator : AbstractValidator<SetEmailCommand>
{
    public SetEmailValidator(IOptions<LinkOptions> links)
    {
        RuleFor(command => command.Email).MustBeOneEmailAddress();
        this.DeliveryMustBeAcceptable(command => command.Delivery, links.Value);
    }
}
