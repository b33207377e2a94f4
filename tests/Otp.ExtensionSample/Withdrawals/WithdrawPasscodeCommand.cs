using AutoMapper;
using MediatR;
using Otp.Application.Common;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;

namespace Otp.ExtensionSample.Withdrawals;

/// <summary>Takes back the passcode that was mailed to a user: it went to a wrong address, or was not asked for.</summary>
/// <param name="UserId">Whose passcode.</param>
/// <param name="Email">Where it was mailed, so that a page that is out of date takes back nothing else.</param>
public sealed record WithdrawPasscodeCommand(string UserId, string Email) : ICommand<Result<WithdrawalDto>>;

internal sealed class WithdrawPasscodeHandler(IEmailVerificationRepository verifications, IMapper mapper, TimeProvider time)
    : IRequestHandler<WithdrawPasscodeCommand, Result<WithdrawalDto>>
{
    public async Task<Result<WithdrawalDto>> Handle(WithdrawPasscodeCommand request, CancellationToken cancellationToken)
    {
        var verification = await verifications.FindAsync(request.UserId, cancellationToken);
        if (verification?.Address is not { } address)
        {
            return EmailVerificationErrors.NotFound;
        }

        if (!address.Equals(EmailAddress.Parse(request.Email)))
        {
            return WithdrawalErrors.OtherAddress;
        }

        if (verification.IsVerified)
        {
            return WithdrawalErrors.TooLate;
        }

        verification.WithdrawPasscode(time.Now());
        return mapper.Map<WithdrawalDto>(verification);
    }
}
