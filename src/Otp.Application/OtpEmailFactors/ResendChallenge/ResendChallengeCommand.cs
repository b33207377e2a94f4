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
    public async Task<Result<ChallengeDto>> Handle(ResendChallengeCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var loaded = await subjectFactors.LoadChallengeAsync(request.Subject, request.ChallengeId, now, cancellationToken);
        if (!loaded.IsSuccess)
        {
            return loaded.Error;
        }

        var (verification, factors, challenge) = loaded.Value;
        var wanted = new FactorPasscode(
            MailKind.LoginChallenge, SubjectFactors.BindingOf(challenge), challenge.FactorId, verification, request.Delivery, IsAddressProven: true);
        var passcode = await subjectFactors.PrepareAsync(wanted, factors.RefusesChallengePasscode(challenge, now), request.Subject, now, cancellationToken);
        return passcode.IsSuccess ? await subjectFactors.GiveAsync(factors, challenge, passcode.Value, now, cancellationToken) : passcode.Error;
    }
}
