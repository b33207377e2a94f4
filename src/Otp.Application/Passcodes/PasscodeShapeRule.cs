using FluentValidation;
using Otp.Domain.Passcodes;

namespace Otp.Application.Passcodes;

/// <summary>The shape of a passcode, as a rule of a validator.</summary>
internal static class PasscodeShapeRule
{
    /// <summary>The guess must have the shape that the policy gives out (rule 3).</summary>
    public static IRuleBuilderOptions<T, Passcode> MustHaveShapeOf<T>(this IRuleBuilder<T, Passcode> rule, PasscodePolicy policy) => rule
        .Must(policy.HasShape)
        .WithMessage(policy.Alphabet == PasscodeAlphabet.Digits ? $"must be {policy.Length} digits" : $"must be {policy.Length} letters or digits");
}
