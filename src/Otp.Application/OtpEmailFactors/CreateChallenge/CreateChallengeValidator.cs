using FluentValidation;
using Microsoft.Extensions.Options;
using Otp.Application.Links;
using Otp.Application.Passcodes;

namespace Otp.Application.OtpEmailFactors.CreateChallenge;

internal sealed class CreateChallengeValidator : AbstractValidator<CreateChallengeCommand>
{
    public CreateChallengeValidator(IOptions<LinkOptions> links) => this.DeliveryMustBeAcceptable(command => command.Delivery, links.Value);
}
