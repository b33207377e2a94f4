using MediatR;
using Microsoft.Extensions.Options;
using Otp.Application.Common;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;

namespace Otp.Application.EmailVerifications.VerifyPasscode;

/// <summary>How a guess is taken and answered.</summary>
public enum GuessStyle
{
    /// <summary>Any text is a guess and counts; what becomes of it is shown by the status.</summary>
    AnyShapeAsStatus,

    /// <summary>A badly shaped guess is refused and does not count; what becomes of another is shown by the status.</summary>
    ShapedAsStatus,

    /// <summary>A guess that does not succeed is refused, a badly shaped one without being counted.</summary>
    AsError,
}

/// <summary>Guesses the passcode of a user's verification (rule 24).</summary>
/// <param name="Subject">Whose verification.</param>
/// <param name="Passcode">The guess.</param>
/// <param name="Style">How it is taken and answered.</param>
public sealed record VerifyPasscodeCommand(Subject Subject, Passcode Passcode, GuessStyle Style) : ICommand<Result<EmailVerificationDto>>;

internal sealed class VerifyPasscodeHandler(
    SubjectVerification subjects, VerificationPasscode verificationPasscode, IOptions<PasscodeOptions> passcodes, TimeProvider time)
    : IRequestHandler<VerifyPasscodeCommand, Result<EmailVerificationDto>>
{
    public Task<Result<EmailVerificationDto>> Handle(VerifyPasscodeCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return subjects.LoadWithAddressAsync(request.Subject, now, cancellationToken)
            .ThenAsync(loaded => VerifyAsync(loaded.Verification, loaded.Address, request, now, cancellationToken));
    }

    private async Task<Result<EmailVerificationDto>> VerifyAsync(
        EmailVerification verification, EmailAddress address, VerifyPasscodeCommand request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var policy = passcodes.Value.PolicyFor(PasscodePurpose.EmailVerification);
        if (request.Style == GuessStyle.AsError && policy.RefusesShape(request.Passcode) is { } badShape)
        {
            return badShape;
        }

        var verifiedBefore = verification.LastVerifiedAddress;
        var outcome = verification.Guess(verificationPasscode.HashGuess(verification, address, request.Passcode), policy, now);
        await subjects.FollowAsync(verification, verifiedBefore, now, cancellationToken);
        if (request.Style == GuessStyle.AsError && verification.Slot.Explain(outcome, PasscodeErrors.Missing, verification.Budget, now) is { } refusal)
        {
            return refusal;
        }

        return await subjects.DescribeAsync(verification, now, cancellationToken);
    }
}
