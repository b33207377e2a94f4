using FluentValidation;
using Microsoft.Extensions.Options;
using Otp.Application.Links;
using Otp.Application.Passcodes;

namespace Otp.Application.OtpEmailFactors.AddFactor;

internal sealed class AddFactorValidator : AbstractValidator<AddFactorCommand>
{
    public AddFactorValidator(IOptions<LinkOptions> links)
    {
        RuleFor(command => command.Address).MustBeOneEmailAddress().When(command => command.Address is not null).OverridePropertyName("email.address");
        this.DeliveryMustBeAcceptable(command => command.Delivery, links.Value);
    }
}
