using MediatR;
using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;

namespace Otp.Application.OtpEmailFactors.CreateChallenge;

/// <summary>Asks a user to prove a factor: makes a challenge and its code (rule 20).</summary>
/// <param name="Subject">The user.</param>
/// <param name="FactorId">The factor; the contact factor, else the oldest, where it is <see langword="null"/>.</param>
/// <param name="Delivery">How the code gets to the user.</param>
public sealed record CreateChallengeCommand(Subject Subject, Guid? FactorId, PasscodeDelivery Delivery) : ICommand<Result<ChallengeDto>>;

internal sealed class CreateChallengeHandler(SubjectFactors subjectFactors, TimeProvider time)
    : IRequestHandler<CreateChallengeCommand, Result<ChallengeDto>>
{
    public Task<Result<ChallengeDto>> Handle(CreateChallengeCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return subjectFactors.LoadAsync(request.Subject, now, cancellationToken).ThenAsync(user => CreateAsync(user, request, now, cancellationToken));
    }

    private async Task<Result<ChallengeDto>> CreateAsync(LoadedFactors user, CreateChallengeCommand request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (verification, factors) = user;
        var factor = request.FactorId is { } id ? factors.Find(id) : factors.FindForChallenge(verification.LastVerifiedAddress);
        if (factor is not { State: FactorState.Ready })
        {
            return OtpEmailFactorErrors.NotFound;
        }

        // The code first: a challenge whose code is refused must not be left behind.
        var challengeId = Guid.CreateVersion7(now);
        var binding = new PasscodeBinding(PasscodePurpose.LoginChallenge, factor.UserId, factor.Address, challengeId);
        var wanted = new FactorPasscode(MailKind.LoginChallenge, binding, factor.Id, verification, request.Delivery, IsAddressProven: true);
        return await subjectFactors.PrepareAsync(wanted, factors.RefusesChallengePasscode(null, now), request.Subject, now, cancellationToken)
            .ThenAsync(passcode => subjectFactors.GiveAsync(factors, factors.StartChallenge(challengeId, factor, now), passcode, now, cancellationToken));
    }
}
