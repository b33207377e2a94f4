using MediatR;
using Otp.Application.Common;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;

namespace Otp.Application.EmailVerifications.RequestPasscode;

/// <summary>Makes a new passcode for the caller's address and mails it. Where the address is verified, nothing is sent and the status is the answer (rule 15).</summary>
/// <param name="Caller">Whose address.</param>
public sealed record RequestPasscodeCommand(Caller Caller) : ICommand<Result<EmailStatusDto>>;

internal sealed class RequestPasscodeHandler(CallerVerification callerVerification, VerificationPasscode passcode, TimeProvider time)
    : IRequestHandler<RequestPasscodeCommand, Result<EmailStatusDto>>
{
    public async Task<Result<EmailStatusDto>> Handle(RequestPasscodeCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var verification = await callerVerification.LoadAsync(request.Caller, now, cancellationToken);
        if (verification.Address is not { } address)
        {
            return EmailVerificationErrors.NotFound;
        }

        if (!verification.IsVerified)
        {
            var refusal = verification.RefusesPasscodeRequest(now);
            var mailed = await passcode.PrepareAsync(verification, address, refusal, request.Caller, now, cancellationToken);
            if (!mailed.IsSuccess)
            {
                return mailed.Error;
            }

            verification.IssuePasscode(mailed.Value.Hash, mailed.Value.DeliveryId, mailed.Value.Policy, now);
        }

        return await callerVerification.DescribeAsync(verification, now, cancellationToken);
    }
}
