using MediatR;
using Otp.Application.Common;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;

namespace Otp.Application.EmailVerifications.GetStatus;

/// <summary>How a user's verification stands. Changes nothing, also for a user or an address never seen before (rule 13).</summary>
/// <param name="Subject">Whose.</param>
public sealed record GetStatusQuery(Subject Subject) : IQuery<Result<EmailVerificationDto>>;

internal sealed class GetStatusHandler(SubjectVerification subjects, TimeProvider time) : IRequestHandler<GetStatusQuery, Result<EmailVerificationDto>>
{
    public async Task<Result<EmailVerificationDto>> Handle(GetStatusQuery request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var verification = await subjects.ReadAsync(request.Subject, now, cancellationToken);
        if (!verification.IsSuccess)
        {
            return verification.Error;
        }

        return verification.Value.Address is null
            ? EmailVerificationErrors.NotFound
            : await subjects.DescribeAsync(verification.Value, now, cancellationToken);
    }
}
