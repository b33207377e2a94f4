using FluentValidation;
using Microsoft.Extensions.Options;
using Otp.Application.Passcodes;
using Otp.Domain.Passcodes;

namespace Otp.Application.OtpEmailFactors.VerifyChallenge;

internal sealed class VerifyChallengeValidator : AbstractValidator<VerifyChallengeCommand>
{
    public VerifyChallengeValidator(IOptions<PasscodeOptions> passcodes) =>
        RuleFor(command => command.Passcode).MustHaveShapeOf(passcodes.Value.PolicyFor(PasscodePurpose.LoginChallenge));
}
