using AutoMapper;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.EmailVerifications;

namespace Otp.Application.EmailVerifications;

/// <summary>What every use case of the caller's own verification begins and ends with.</summary>
internal sealed class CallerVerification(IEmailVerificationRepository verifications, NoticeMailer notices, IDeliveryLog deliveries, IMapper mapper)
{
    /// <summary>Loads the caller's verification, or starts it, and takes over what the token says.</summary>
    public async Task<EmailVerification> LoadAsync(Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var verification = await verifications.FindAsync(caller.Identity.UserId, cancellationToken);
        if (verification is null)
        {
            verification = Start(caller, now);
            verifications.Add(verification);
        }

        if (verification.ApplyIdentity(caller.Identity, now) is { } replaced)
        {
            var notice = new Notice(MailKind.AddressChanged, verification.UserId, replaced, LocaleOf(verification, caller), verification.DisplayName);
            await notices.EnqueueAsync(notice, now, cancellationToken);
        }

        return verification;
    }

    /// <summary>The same for reading: nothing of it is stored, and nobody is told.</summary>
    public async Task<EmailVerification> ReadAsync(Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var verification = await verifications.ReadAsync(caller.Identity.UserId, cancellationToken) ?? Start(caller, now);
        verification.ApplyIdentity(caller.Identity, now);
        return verification;
    }

    /// <summary>How the verification stands, with the fate of its newest mail. It must have an address.</summary>
    public async Task<EmailStatusDto> DescribeAsync(EmailVerification verification, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var status = mapper.Map<EmailStatusDto>(verification, mapping => mapping.Items[EmailVerificationProfile.AsOf] = now);
        return verification.Slot.DeliveryId is { } deliveryId
            ? status with { Delivery = await deliveries.FindAsync(verification.UserId, deliveryId, cancellationToken) }
            : status;
    }

    /// <summary>The language for mails to the user.</summary>
    public static string? LocaleOf(EmailVerification verification, Caller caller) => verification.Locale ?? caller.PreferredLanguage;

    private static EmailVerification Start(Caller caller, DateTimeOffset now) =>
        EmailVerification.Start(caller.Identity.UserId, caller.Identity.ResourceOwner, now);
}
