using MediatR;
using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Application.OtpEmailFactors.AddContactFactor;

/// <summary>Makes the user's own verified address a factor, ready at once (rule 18).</summary>
/// <param name="Subject">The user.</param>
public sealed record AddContactFactorCommand(Subject Subject) : ICommand<Result<FactorDto>>;

internal sealed class AddContactFactorHandler(SubjectFactors subjectFactors, TimeProvider time) : IRequestHandler<AddContactFactorCommand, Result<FactorDto>>
{
    public async Task<Result<FactorDto>> Handle(AddContactFactorCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var loaded = await subjectFactors.LoadAsync(request.Subject, now, cancellationToken);
        if (!loaded.IsSuccess)
        {
            return loaded.Error;
        }

        var (verification, factors) = loaded.Value;
        if (factors.FindAt(verification.LastVerifiedAddress) is { State: FactorState.Ready })
        {
            return OtpEmailFactorErrors.AlreadyExists;
        }

        if (!verification.IsVerified)
        {
            return OtpEmailFactorErrors.AddressNotVerified;
        }

        if (factors.RefusesFactor(verification.Address!) is { } refusal)
        {
            return refusal;
        }

        var factor = factors.AddReady(Guid.CreateVersion7(now), verification.Address!, now);
        subjectFactors.Keep(factors);
        await subjectFactors.TellAsync(MailKind.FactorAdded, verification, request.Subject, now, cancellationToken);
        return subjectFactors.Describe(factor, verification);
    }
}
