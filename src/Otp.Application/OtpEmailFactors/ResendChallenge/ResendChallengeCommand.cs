using MediatR;
using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Application.Passcodes;
using Otp.Domain.Common;

namespace Otp.Application.OtpEmailFactors.ResendChallenge;

/// <summary>Replaces the code of a challenge.</summary>
/// <param name="Subject">The user.</param>
/// <param name="ChallengeId">The challenge.</param>
/// <param name="Delivery">How the code gets to the user.</param>
public sealed record ResendChallengeCommand(Subject Subject, Guid ChallengeId, PasscodeDelivery Delivery) : ICommand<Result<ChallengeDto>>;

internal sealed class ResendChallengeHandler(SubjectFactors subjectFactors, TimeProvider time) : IRequestHandler<ResendChallengeCommand, Result<ChallengeDto>>
{
    public Task<Result<ChallengeDto>> Handle(ResendChallengeCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return subjectFactors.LoadChallengeAsync(request.Subject, request.ChallengeId, now, cancellationToken)
            .ThenAsync(loaded => ResendAsync(loaded, request, now, cancellationToken));
    }

    private async Task<Result<ChallengeDto>> ResendAsync(
        LoadedChallenge loaded, ResendChallengeCommand request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (verification, factors, challenge) = loaded;
        var wanted = new FactorPasscode(
            MailKind.LoginChallenge, SubjectFactors.BindingOf(challenge), challenge.FactorId, verification, request.Delivery, IsAddressProven: true);
        return await subjectFactors.PrepareAsync(wanted, factors.RefusesChallengePasscode(challenge, now), request.Subject, now, cancellationToken)
            .ThenAsync(passcode => subjectFactors.GiveAsync(factors, challenge, passcode, now, cancellationToken));
    }
}
