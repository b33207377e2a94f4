using MediatR;
using Otp.Application.Common;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;

namespace Otp.Application.EmailVerifications.RequestPasscode;

/// <summary>Makes a new passcode for the user's address. Where the address is verified, nothing is sent and the status is the answer (rule 15).</summary>
/// <param name="Subject">Whose address.</param>
/// <param name="Delivery">How the code gets to the user.</param>
public sealed record RequestPasscodeCommand(Subject Subject, PasscodeDelivery Delivery) : ICommand<Result<EmailVerificationDto>>;

internal sealed class RequestPasscodeHandler(SubjectVerification subjects, VerificationPasscode passcodes, TimeProvider time)
    : IRequestHandler<RequestPasscodeCommand, Result<EmailVerificationDto>>
{
    public Task<Result<EmailVerificationDto>> Handle(RequestPasscodeCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return subjects.LoadWithAddressAsync(request.Subject, now, cancellationToken)
            .ThenAsync(loaded => RequestAsync(loaded.Verification, loaded.Address, request, now, cancellationToken));
    }

    private async Task<Result<EmailVerificationDto>> RequestAsync(
        EmailVerification verification, EmailAddress address, RequestPasscodeCommand request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (verification.IsVerified)
        {
            return await subjects.DescribeAsync(verification, now, cancellationToken);
        }

        var refusal = verification.RefusesPasscodeRequest(now);
        return await passcodes.PrepareAsync(verification, address, request.Delivery, refusal, request.Subject, now, cancellationToken)
            .ThenAsync(passcode => passcodes.GiveAsync(verification, passcode, now, cancellationToken));
    }
}
