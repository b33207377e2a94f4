using MediatR;
using Otp.Application.Common;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;

namespace Otp.Application.EmailVerifications.RequestPasscode;

/// <summary>Makes a new passcode for the user's address. Where the address is verified, nothing is sent and the status is the answer (rule 15).</summary>
/// <param name="Subject">Whose address.</param>
/// <param name="Delivery">How the code gets to the user.</param>
public sealed record RequestPasscodeCommand(Subject Subject, PasscodeDelivery Delivery) : ICommand<Result<EmailVerificationDto>>;

internal sealed class RequestPasscodeHandler(SubjectVerification subjects, VerificationPasscode passcodes, TimeProvider time)
    : IRequestHandler<RequestPasscodeCommand, Result<EmailVerificationDto>>
{
    public async Task<Result<EmailVerificationDto>> Handle(RequestPasscodeCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var loaded = await subjects.LoadAsync(request.Subject, now, cancellationToken);
        if (!loaded.IsSuccess)
        {
            return loaded.Error;
        }

        var verification = loaded.Value;
        if (verification.Address is not { } address)
        {
            return EmailVerificationErrors.NotFound;
        }

        if (verification.IsVerified)
        {
            return await subjects.DescribeAsync(verification, now, cancellationToken);
        }

        var refusal = verification.RefusesPasscodeRequest(now);
        var passcode = await passcodes.PrepareAsync(verification, address, request.Delivery, refusal, request.Subject, now, cancellationToken);
        if (!passcode.IsSuccess)
        {
            return passcode.Error;
        }

        verification.IssuePasscode(passcode.Value.Hash, passcode.Value.DeliveryId, passcode.Value.Policy, now);
        return (await subjects.DescribeAsync(verification, now, cancellationToken)) with { VerificationCode = passcode.Value.ForCaller?.Reveal() };
    }
}
