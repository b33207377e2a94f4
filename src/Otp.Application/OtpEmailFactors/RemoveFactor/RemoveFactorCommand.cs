using MediatR;
using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Application.OtpEmailFactors.RemoveFactor;

/// <summary>Removes a factor; its codes die (rule 21).</summary>
/// <param name="Subject">The user.</param>
/// <param name="FactorId">The factor; the contact factor where it is <see langword="null"/>.</param>
public sealed record RemoveFactorCommand(Subject Subject, Guid? FactorId) : ICommand<Result<FactorDto>>;

internal sealed class RemoveFactorHandler(SubjectFactors subjectFactors, TimeProvider time) : IRequestHandler<RemoveFactorCommand, Result<FactorDto>>
{
    public Task<Result<FactorDto>> Handle(RemoveFactorCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return subjectFactors.LoadAsync(request.Subject, now, cancellationToken).ThenAsync(user => RemoveAsync(user, request, now, cancellationToken));
    }

    private async Task<Result<FactorDto>> RemoveAsync(LoadedFactors user, RemoveFactorCommand request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (verification, factors) = user;
        var factor = request.FactorId is { } id ? factors.Find(id) : factors.FindAt(verification.LastVerifiedAddress);
        if (factor is null)
        {
            return OtpEmailFactorErrors.NotFound;
        }

        factors.Remove(factor, now);
        await subjectFactors.TellAsync(MailKind.FactorRemoved, verification, request.Subject, now, cancellationToken);
        return subjectFactors.Describe(factor, verification);
    }
}
