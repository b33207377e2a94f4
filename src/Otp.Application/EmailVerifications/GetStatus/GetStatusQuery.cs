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
    public Task<Result<EmailVerificationDto>> Handle(GetStatusQuery request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return subjects.ReadAsync(request.Subject, now, cancellationToken).ThenAsync(verification => DescribeAsync(verification, now, cancellationToken));
    }

    private async Task<Result<EmailVerificationDto>> DescribeAsync(EmailVerification verification, DateTimeOffset now, CancellationToken cancellationToken) =>
        verification.Address is null ? EmailVerificationErrors.NotFound : await subjects.DescribeAsync(verification, now, cancellationToken);
}
