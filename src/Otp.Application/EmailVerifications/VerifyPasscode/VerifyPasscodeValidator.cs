using FluentValidation;
using Microsoft.Extensions.Options;
using Otp.Application.Passcodes;
using Otp.Domain.Passcodes;

namespace Otp.Application.EmailVerifications.VerifyPasscode;

internal sealed class VerifyPasscodeValidator : AbstractValidator<VerifyPasscodeCommand>
{
    public VerifyPasscodeValidator(IOptions<PasscodeOptions> passcodes)
    {
        var policy = passcodes.Value.PolicyFor(PasscodePurpose.EmailVerification);
        RuleFor(command => command.Passcode)
            .Must(policy.HasShape)
            .When(command => !command.IsAnyShapeCounted)
            .WithMessage(policy.Alphabet == PasscodeAlphabet.Digits ? $"must be {policy.Length} digits" : $"must be {policy.Length} letters or digits");
    }
}
