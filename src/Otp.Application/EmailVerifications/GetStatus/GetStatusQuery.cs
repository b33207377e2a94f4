using MediatR;
using Otp.Application.Common;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;

namespace Otp.Application.EmailVerifications.GetStatus;

/// <summary>How the caller's verification stands. Changes nothing, also for a user or an address never seen before (rule 13).</summary>
/// <param name="Caller">Whose.</param>
public sealed record GetStatusQuery(Caller Caller) : IQuery<Result<EmailStatusDto>>;

internal sealed class GetStatusHandler(CallerVerification callerVerification, TimeProvider time) : IRequestHandler<GetStatusQuery, Result<EmailStatusDto>>
{
    public async Task<Result<EmailStatusDto>> Handle(GetStatusQuery request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var verification = await callerVerification.ReadAsync(request.Caller, now, cancellationToken);
        if (verification.Address is null)
        {
            return EmailVerificationErrors.NotFound;
        }

        return await callerVerification.DescribeAsync(verification, now, cancellationToken);
    }
}
