using FluentValidation;
using Microsoft.Extensions.Options;
using Otp.Application.Links;
using Otp.Application.Passcodes;

namespace Otp.Application.OtpEmailFactors.ResendChallenge;

internal sealed class ResendChallengeValidator : AbstractValidator<ResendChallengeCommand>
{
    public ResendChallengeValidator(IOptions<LinkOptions> links) => this.DeliveryMustBeAcceptable(command => command.Delivery, links.Value);
}
