using MediatR;
using Otp.Application.Common;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Application.OtpEmailFactors.AddContactFactor;

/// <summary>Makes the user's own verified address a factor, ready at once (rule 18).</summary>
/// <param name="Subject">The user.</param>
public sealed record AddContactFactorCommand(Subject Subject) : ICommand<Result<FactorDto>>;

internal sealed class AddContactFactorHandler(SubjectFactors subjectFactors, TimeProvider time) : IRequestHandler<AddContactFactorCommand, Result<FactorDto>>
{
    public Task<Result<FactorDto>> Handle(AddContactFactorCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return subjectFactors.LoadAsync(request.Subject, now, cancellationToken).ThenAsync(user => AddAsync(user, request, now, cancellationToken));
    }

    private async Task<Result<FactorDto>> AddAsync(LoadedFactors user, AddContactFactorCommand request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (verification, factors) = user;
        if (factors.FindAt(verification.LastVerifiedAddress) is { State: FactorState.Ready })
        {
            return OtpEmailFactorErrors.AlreadyExists;
        }

        return verification.IsVerified
            ? await subjectFactors.AddReadyAsync(user, verification.Address!, request.Subject, now, cancellationToken)
            : OtpEmailFactorErrors.AddressNotVerified;
    }
}
