using MediatR;
using Microsoft.Extensions.Options;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;

namespace Otp.Application.EmailVerifications.VerifyPasscode;

/// <summary>
/// Guesses the passcode of the caller's verification and answers with the status as it then is: a wrong, late or exhausted guess is not an error here,
/// the flags tell (rule 24).
/// </summary>
/// <param name="Caller">Who guesses.</param>
/// <param name="Passcode">The guess.</param>
/// <param name="IsAnyShapeCounted">Whether a badly shaped guess is a guess and counts, instead of being refused (rule 3).</param>
public sealed record VerifyPasscodeCommand(Caller Caller, Passcode Passcode, bool IsAnyShapeCounted) : ICommand<Result<EmailStatusDto>>;

internal sealed class VerifyPasscodeHandler(
    CallerVerification callerVerification, IPasscodeHasher hasher, IOptions<PasscodeOptions> passcodes, TimeProvider time)
    : IRequestHandler<VerifyPasscodeCommand, Result<EmailStatusDto>>
{
    public async Task<Result<EmailStatusDto>> Handle(VerifyPasscodeCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var verification = await callerVerification.LoadAsync(request.Caller, now, cancellationToken);
        if (verification.Address is not { } address)
        {
            return EmailVerificationErrors.NotFound;
        }

        var candidate = hasher.HashGuess(request.Passcode, VerificationPasscode.BindingOf(verification, address), verification.Slot.Passcode);
        verification.Guess(candidate, passcodes.Value.PolicyFor(PasscodePurpose.EmailVerification), now);
        return await callerVerification.DescribeAsync(verification, now, cancellationToken);
    }
}
