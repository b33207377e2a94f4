using Otp.Application.Passcodes;
using Otp.Domain.Passcodes;

namespace Otp.Api.Development;

/// <summary>What the demo page has to know of the codes that it asks for. An app knows it: it is what its operator set.</summary>
/// <param name="Length">Characters of a code.</param>
/// <param name="Alphabet">What a code is made of.</param>
/// <param name="MaxAttempts">Wrong guesses until the lock.</param>
internal sealed record DemoPasscodes(int Length, PasscodeAlphabet Alphabet, int MaxAttempts)
{
    public static DemoPasscodes From(PasscodeOptions options)
    {
        var policy = options.PolicyFor(PasscodePurpose.EmailVerification);
        return new DemoPasscodes(policy.Length, policy.Alphabet, policy.MaxAttempts);
    }
}
