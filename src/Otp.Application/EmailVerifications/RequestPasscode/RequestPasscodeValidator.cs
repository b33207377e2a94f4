using FluentValidation;
using Microsoft.Extensions.Options;
using Otp.Application.Links;
using Otp.Application.Passcodes;

namespace Otp.Application.EmailVerifications.RequestPasscode;

internal sealed class RequestPasscodeValidator : AbstractValidator<RequestPasscodeCommand>
{
    public RequestPasscodeValidator(IOptions<LinkOptions> links) => this.DeliveryMustBeAcceptable(command => command.Delivery, links.Value);
}
