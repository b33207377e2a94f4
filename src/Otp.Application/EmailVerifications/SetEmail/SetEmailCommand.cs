using MediatR;
using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Domain.Common;
using Otp.Domain.Emails;

namespace Otp.Application.EmailVerifications.SetEmail;

/// <summary>
/// Sets the caller's address and mails a code to it (rule 14). Where the code would be refused, the whole is refused and nothing changes (rule 8).
/// </summary>
/// <param name="Caller">Whose address.</param>
/// <param name="Email">The new address.</param>
public sealed record SetEmailCommand(Caller Caller, string Email) : ICommand<Result<EmailStatusDto>>;

internal sealed class SetEmailHandler(
    CallerVerification callerVerification, VerificationPasscode passcode, NoticeMailer notices, TimeProvider time)
    : IRequestHandler<SetEmailCommand, Result<EmailStatusDto>>
{
    public async Task<Result<EmailStatusDto>> Handle(SetEmailCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var verification = await callerVerification.LoadAsync(request.Caller, now, cancellationToken);
        var address = EmailAddress.Parse(request.Email);
        var refusal = verification.RefusesAddress(address) ?? verification.RefusesNewPasscode(now);
        var mailed = await passcode.PrepareAsync(verification, address, refusal, request.Caller, now, cancellationToken);
        if (!mailed.IsSuccess)
        {
            return mailed.Error;
        }

        if (verification.ChangeAddress(address, now) is { } replaced)
        {
            var locale = CallerVerification.LocaleOf(verification, request.Caller);
            await notices.EnqueueAsync(new Notice(MailKind.AddressChanged, verification.UserId, replaced, locale, verification.DisplayName), now, cancellationToken);
        }

        verification.IssuePasscode(mailed.Value.Hash, mailed.Value.DeliveryId, mailed.Value.Policy, now);
        return await callerVerification.DescribeAsync(verification, now, cancellationToken);
    }
}
