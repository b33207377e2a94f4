using MediatR;
using Microsoft.Extensions.Options;
using Otp.Application.Common;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;

namespace Otp.Application.OtpEmailFactors.VerifyChallenge;

/// <summary>Guesses the code of a challenge; the right guess verifies it, once (rules 20 and 24).</summary>
/// <param name="Subject">The user.</param>
/// <param name="ChallengeId">The challenge.</param>
/// <param name="Passcode">The guess.</param>
public sealed record VerifyChallengeCommand(Subject Subject, Guid ChallengeId, Passcode Passcode) : ICommand<Result<ChallengeDto>>;

internal sealed class VerifyChallengeHandler(SubjectFactors subjectFactors, IOptions<PasscodeOptions> passcodes, TimeProvider time)
    : IRequestHandler<VerifyChallengeCommand, Result<ChallengeDto>>
{
    public Task<Result<ChallengeDto>> Handle(VerifyChallengeCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return subjectFactors.LoadChallengeAsync(request.Subject, request.ChallengeId, now, cancellationToken)
            .ThenAsync(loaded => VerifyAsync(loaded, request, now, cancellationToken));
    }

    private async Task<Result<ChallengeDto>> VerifyAsync(
        LoadedChallenge loaded, VerifyChallengeCommand request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (_, factors, challenge) = loaded;
        var candidate = subjectFactors.HashGuess(request.Passcode, SubjectFactors.BindingOf(challenge), challenge.Slot);
        var outcome = factors.GuessChallenge(challenge, candidate, passcodes.Value.PolicyFor(PasscodePurpose.LoginChallenge), now);
        return challenge.Slot.Explain(outcome, OtpEmailFactorErrors.ChallengeAlreadyVerified, factors.Budget, now) is { } refusal
            ? refusal
            : await subjectFactors.DescribeAsync(challenge, factors.Budget, now, cancellationToken);
    }
}
