using MediatR;
using Otp.Application.Common;
using Otp.Application.EmailVerifications;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Application.Users.Unlock;

/// <summary>Ends the locks and counters of a user (rule 12). The user's live codes die with them.</summary>
/// <param name="Subject">The user.</param>
public sealed record UnlockCommand(Subject Subject) : ICommand<Result>;

internal sealed class UnlockHandler(SubjectVerification subjects, IOtpEmailFactorRepository factors, TimeProvider time) : IRequestHandler<UnlockCommand, Result>
{
    public async Task<Result> Handle(UnlockCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var verification = await subjects.LoadAsync(request.Subject, now, cancellationToken);
        if (!verification.IsSuccess)
        {
            return verification.Error;
        }

        verification.Value.Unlock(now);
        (await factors.FindWithOpenChallengesAsync(request.Subject.UserId, cancellationToken))?.Unlock(now);
        return Result.Success;
    }
}
