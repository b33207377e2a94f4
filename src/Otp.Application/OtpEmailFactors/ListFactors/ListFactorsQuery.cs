using MediatR;
using Otp.Application.Common;
using Otp.Application.EmailVerifications;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Application.OtpEmailFactors.ListFactors;

/// <summary>The factors of a user, oldest first.</summary>
/// <param name="Subject">The user.</param>
/// <param name="States">Only those in these states.</param>
public sealed record ListFactorsQuery(Subject Subject, IReadOnlyCollection<FactorState> States) : IQuery<Result<IReadOnlyList<FactorDto>>>;

internal sealed class ListFactorsHandler(SubjectVerification subjects, SubjectFactors subjectFactors, IOtpEmailFactorRepository repository, TimeProvider time)
    : IRequestHandler<ListFactorsQuery, Result<IReadOnlyList<FactorDto>>>
{
    public async Task<Result<IReadOnlyList<FactorDto>>> Handle(ListFactorsQuery request, CancellationToken cancellationToken)
    {
        var verification = await subjects.ReadAsync(request.Subject, time.Now(), cancellationToken);
        if (!verification.IsSuccess)
        {
            return verification.Error;
        }

        var factors = await repository.ListAsync(request.Subject.UserId, request.States, cancellationToken);
        return factors.Select(factor => subjectFactors.Describe(factor, verification.Value)).ToList();
    }
}
