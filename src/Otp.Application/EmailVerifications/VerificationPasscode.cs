using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;

namespace Otp.Application.EmailVerifications;

/// <summary>The code that verifies an address: for the request of a code and for the change of the address alike.</summary>
internal sealed class VerificationPasscode(PasscodeIssuer issuer, SubjectVerification subjects)
{
    /// <summary>Prepares a code for an address, unless it is refused; the verification gets it with <see cref="GiveAsync"/>.</summary>
    /// <param name="verification">The verification.</param>
    /// <param name="address">The address to verify: the verification's own, or the one about to be set.</param>
    /// <param name="delivery">How the code gets to the user.</param>
    /// <param name="refusal">Why the verification refuses a code, if it does.</param>
    /// <param name="subject">The user.</param>
    /// <param name="now">The time (UTC).</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public Task<Result<NewPasscode>> PrepareAsync(
        EmailVerification verification,
        EmailAddress address,
        PasscodeDelivery delivery,
        DomainError? refusal,
        Subject subject,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var request = new PasscodeRequest(MailKind.EmailVerification, BindingOf(verification, address), verification, delivery)
        {
            IsAddressOwn = address.Equals(verification.LastVerifiedAddress),
            Languages = SubjectVerification.LanguagesOf(verification, subject),
        };
        return issuer.IssueAsync(request, refusal, now, cancellationToken);
    }

    /// <summary>Gives the verification its prepared code and shows how it stands.</summary>
    public async Task<Result<EmailVerificationDto>> GiveAsync(
        EmailVerification verification, NewPasscode passcode, DateTimeOffset now, CancellationToken cancellationToken)
    {
        verification.IssuePasscode(passcode.Hash, passcode.DeliveryId, passcode.Policy, now);
        return (await subjects.DescribeAsync(verification, now, cancellationToken)) with { VerificationCode = passcode.ForCaller?.Reveal() };
    }

    /// <summary>Hashes a guess at the live code.</summary>
    public PasscodeHash HashGuess(EmailVerification verification, EmailAddress address, Passcode guess) =>
        issuer.HashGuess(guess, BindingOf(verification, address), verification.Slot);

    private static PasscodeBinding BindingOf(EmailVerification verification, EmailAddress address) =>
        new(PasscodePurpose.EmailVerification, verification.UserId, address, Guid.Empty);
}
