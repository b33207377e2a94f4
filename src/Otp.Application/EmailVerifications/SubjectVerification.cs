using AutoMapper;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Application.Users;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Application.EmailVerifications;

/// <summary>What every use case about a user begins and ends with.</summary>
internal sealed class SubjectVerification(
    IEmailVerificationRepository verifications, IOtpEmailFactorRepository factors, NoticeMailer notices, IDeliveryLog deliveries, IMapper mapper)
{
    /// <summary>Loads the user's verification and takes over what the user's own token says; the first command of a user starts it.</summary>
    /// <returns>The verification, or <see cref="UserErrors.NotFound"/> where somebody else asks for a user who is not known.</returns>
    public async Task<Result<EmailVerification>> LoadAsync(Subject subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var verification = await verifications.FindAsync(subject.UserId, cancellationToken);
        if (verification is null)
        {
            if (subject.Identity is null)
            {
                return UserErrors.NotFound;
            }

            verification = EmailVerification.Start(subject.UserId, subject.Identity.ResourceOwner, now);
            verifications.Add(verification);
        }

        if (subject.Identity is not null)
        {
            var verifiedBefore = verification.LastVerifiedAddress;
            await TellReplacedAsync(verification, verification.ApplyIdentity(subject.Identity, now), subject, now, cancellationToken);
            await FollowAsync(verification, verifiedBefore, now, cancellationToken);
        }

        return verification;
    }

    /// <summary>The same for what needs an address: <see cref="EmailVerificationErrors.NotFound"/> where the user has none.</summary>
    public Task<Result<AddressedVerification>> LoadWithAddressAsync(Subject subject, DateTimeOffset now, CancellationToken cancellationToken) =>
        LoadAsync(subject, now, cancellationToken).ThenAsync(RequireAddress);

    /// <summary>The same for reading: nothing of it is stored, and nobody is told.</summary>
    public async Task<Result<EmailVerification>> ReadAsync(Subject subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var verification = await verifications.ReadAsync(subject.UserId, cancellationToken);
        if (subject.Identity is null)
        {
            return verification is null ? UserErrors.NotFound : verification;
        }

        verification ??= EmailVerification.Start(subject.UserId, subject.Identity.ResourceOwner, now);
        verification.ApplyIdentity(subject.Identity, now);
        return verification;
    }

    /// <summary>Tells an address that had been verified that it was replaced.</summary>
    public Task TellReplacedAsync(EmailVerification verification, EmailAddress? replaced, Subject subject, DateTimeOffset now, CancellationToken cancellationToken) =>
        replaced is null
            ? Task.CompletedTask
            : notices.EnqueueAsync(NoticeTo(replaced, MailKind.AddressChanged, verification, LanguagesOf(verification, subject)), now, cancellationToken);

    /// <summary>Tells the user, at the last verified address, that a factor was added or removed (rule 21).</summary>
    public Task TellOfFactorAsync(EmailVerification verification, MailKind kind, IReadOnlyList<string> languages, DateTimeOffset now, CancellationToken cancellationToken) =>
        verification.LastVerifiedAddress is { } address
            ? notices.EnqueueAsync(NoticeTo(address, kind, verification, languages), now, cancellationToken)
            : Task.CompletedTask;

    /// <summary>After the verification may have got another verified address: the contact factor follows it (rule 22).</summary>
    /// <param name="verification">The verification, as it is now.</param>
    /// <param name="before">Its last verified address before.</param>
    /// <param name="now">The time (UTC).</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task FollowAsync(EmailVerification verification, EmailAddress? before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (before is null || verification.LastVerifiedAddress is not { } after || before.Equals(after))
        {
            return;
        }

        var userFactors = await factors.FindAsync(verification.UserId, cancellationToken);
        if (userFactors?.FollowContact(before, after, now) is not null)
        {
            await TellOfFactorAsync(verification, MailKind.FactorRemoved, StoredLanguagesOf(verification), now, cancellationToken);
        }
    }

    /// <summary>How the verification stands, with the fate of its newest mail. It must have an address.</summary>
    public async Task<EmailVerificationDto> DescribeAsync(EmailVerification verification, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var status = mapper.Map<VerificationAt, EmailStatusDto>(new VerificationAt(verification, now));
        if (verification.Slot.DeliveryId is { } deliveryId)
        {
            status = status with { Delivery = await deliveries.FindAsync(verification.UserId, deliveryId, cancellationToken) };
        }

        return new EmailVerificationDto(status, mapper.Map<EmailVerification, DetailsDto>(verification));
    }

    /// <summary>The languages for mails to the user, most wanted first: the user's own, then those of the request.</summary>
    public static IReadOnlyList<string> LanguagesOf(EmailVerification verification, Subject subject) => [.. StoredLanguagesOf(verification), .. subject.PreferredLanguages];

    private static IReadOnlyList<string> StoredLanguagesOf(EmailVerification verification) => verification.Locale is { } locale ? [locale] : [];

    private static Task<Result<AddressedVerification>> RequireAddress(EmailVerification verification) => Task.FromResult<Result<AddressedVerification>>(
        verification.Address is { } address ? new AddressedVerification(verification, address) : EmailVerificationErrors.NotFound);

    private static Notice NoticeTo(EmailAddress address, MailKind kind, EmailVerification verification, IReadOnlyList<string> languages) =>
        new(kind, verification.UserId, address, languages, verification.DisplayName);
}

/// <summary>A verification and the address that it has.</summary>
internal sealed record AddressedVerification(EmailVerification Verification, EmailAddress Address);
