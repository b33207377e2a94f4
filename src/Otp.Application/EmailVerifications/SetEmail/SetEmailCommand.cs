using MediatR;
using Otp.Application.Common;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;

namespace Otp.Application.EmailVerifications.SetEmail;

/// <summary>
/// Sets a user's address and makes a code for it (rule 14). Where the code would be refused, the whole is refused and nothing changes (rule 8).
/// </summary>
/// <param name="Subject">Whose address.</param>
/// <param name="Email">The new address.</param>
/// <param name="Delivery">How the code gets to the user, or that none is needed.</param>
public sealed record SetEmailCommand(Subject Subject, string Email, PasscodeDelivery Delivery) : ICommand<Result<EmailVerificationDto>>;

internal sealed class SetEmailHandler(SubjectVerification subjects, VerificationPasscode passcodes, TimeProvider time)
    : IRequestHandler<SetEmailCommand, Result<EmailVerificationDto>>
{
    public async Task<Result<EmailVerificationDto>> Handle(SetEmailCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var loaded = await subjects.LoadAsync(request.Subject, now, cancellationToken);
        if (!loaded.IsSuccess)
        {
            return loaded.Error;
        }

        var verification = loaded.Value;
        var address = EmailAddress.Parse(request.Email);
        var refusal = verification.RefusesAddress(address);
        if (request.Delivery is PasscodeDelivery.NotNeeded)
        {
            // An administrator can also vouch for the address that is set and not verified yet.
            var isVouchedFor = refusal == EmailVerificationErrors.AddressUnchanged && !verification.IsVerified;
            if (refusal is not null && !isVouchedFor)
            {
                return refusal;
            }

            var verifiedBefore = verification.LastVerifiedAddress;
            if (!isVouchedFor)
            {
                await subjects.TellReplacedAsync(verification, verification.ChangeAddress(address, now), request.Subject, now, cancellationToken);
            }

            verification.MarkVerifiedByAdministrator(now);
            await subjects.FollowAsync(verification, verifiedBefore, now, cancellationToken);
            return await subjects.DescribeAsync(verification, now, cancellationToken);
        }

        var passcode = await passcodes.PrepareAsync(
            verification, address, request.Delivery, refusal ?? verification.RefusesNewPasscode(now), request.Subject, now, cancellationToken);
        if (!passcode.IsSuccess)
        {
            return passcode.Error;
        }

        await subjects.TellReplacedAsync(verification, verification.ChangeAddress(address, now), request.Subject, now, cancellationToken);
        verification.IssuePasscode(passcode.Value.Hash, passcode.Value.DeliveryId, passcode.Value.Policy, now);
        return (await subjects.DescribeAsync(verification, now, cancellationToken)) with { VerificationCode = passcode.Value.ForCaller?.Reveal() };
    }
}
