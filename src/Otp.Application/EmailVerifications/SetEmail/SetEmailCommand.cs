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
    public Task<Result<EmailVerificationDto>> Handle(SetEmailCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return subjects.LoadAsync(request.Subject, now, cancellationToken).ThenAsync(verification => SetAsync(verification, request, now, cancellationToken));
    }

    private async Task<Result<EmailVerificationDto>> SetAsync(
        EmailVerification verification, SetEmailCommand request, DateTimeOffset now, CancellationToken cancellationToken)
    {
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

        refusal ??= verification.RefusesNewPasscode(now);
        return await passcodes.PrepareAsync(verification, address, request.Delivery, refusal, request.Subject, now, cancellationToken)
            .ThenAsync(async passcode =>
            {
                await subjects.TellReplacedAsync(verification, verification.ChangeAddress(address, now), request.Subject, now, cancellationToken);
                return await passcodes.GiveAsync(verification, passcode, now, cancellationToken);
            });
    }
}
