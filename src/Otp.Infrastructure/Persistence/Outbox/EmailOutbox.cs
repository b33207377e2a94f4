using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Emails;
using Otp.Infrastructure.Persistence.Hot;
using Otp.Infrastructure.Security;

namespace Otp.Infrastructure.Persistence.Outbox;

/// <summary>Queues mails in the transaction of the command.</summary>
internal sealed class EmailOutbox(HotRows rows, KnownDeliveries known, MailContentProtector protector, RecipientDigester digester) : IEmailOutbox
{
    public void Enqueue(OutgoingMail mail)
    {
        known.Note(mail.Id, DeliveryState.Queued, mail.CreatedAt);
        rows.Add(new OutboxMessage
        {
            Id = mail.Id,
            UserId = mail.UserId,
            Kind = mail.Kind,
            SubjectId = mail.SubjectId,
            State = DeliveryState.Queued,
            StateChangedAt = mail.CreatedAt,
            DueAt = mail.DueAt,
            ExpiresAt = mail.ExpiresAt,
            Content = protector.Protect(mail.Content, mail.Id, mail.UserId),
            CreatedAt = mail.CreatedAt,
            RecipientDigest = digester.Digest(EmailAddress.Parse(mail.Content.Recipient)),
        });
    }
}
