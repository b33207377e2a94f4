using FluentValidation;
using Microsoft.Extensions.Options;
using Otp.Application.Passcodes;
using Otp.Domain.Passcodes;

namespace Otp.Application.EmailVerifications.VerifyPasscode;

internal sealed class VerifyPasscodeValidator : AbstractValidator<VerifyPasscodeCommand>
{
    public VerifyPasscodeValidator(IOptions<PasscodeOptions> passcodes) =>
        RuleFor(command => command.Passcode)
            .MustHaveShapeOf(passcodes.Value.PolicyFor(PasscodePurpose.EmailVerification))
            .When(command => command.Style == GuessStyle.ShapedAsStatus);
}
