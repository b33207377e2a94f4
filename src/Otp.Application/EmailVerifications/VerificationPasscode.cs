using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;

namespace Otp.Application.EmailVerifications;

/// <summary>Sends the code that verifies an address: for the request of a code and for the change of the address alike.</summary>
internal sealed class VerificationPasscode(PasscodeIssuer issuer)
{
    /// <summary>Prepares a code for an address, unless it is refused; the verification takes it with <see cref="EmailVerification.IssuePasscode"/>.</summary>
    /// <param name="verification">The verification.</param>
    /// <param name="address">The address to verify: the verification's own, or the one about to be set.</param>
    /// <param name="refusal">Why the verification refuses a code, if it does.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="now">The time (UTC).</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public Task<Result<MailedPasscode>> PrepareAsync(
        EmailVerification verification, EmailAddress address, DomainError? refusal, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var request = new PasscodeRequest(MailKind.EmailVerification, BindingOf(verification, address))
        {
            IsAddressOwn = address.Equals(verification.LastVerifiedAddress),
            Locale = CallerVerification.LocaleOf(verification, caller),
            DisplayName = verification.DisplayName,
        };
        return issuer.IssueAsync(request, refusal, now, cancellationToken);
    }

    /// <summary>What a verification's code is bound to.</summary>
    public static PasscodeBinding BindingOf(EmailVerification verification, EmailAddress address) =>
        new(PasscodePurpose.EmailVerification, verification.UserId, address, Guid.Empty);
}
