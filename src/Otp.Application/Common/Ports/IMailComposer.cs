using Otp.Application.Delivery;

namespace Otp.Application.Common.Ports;

/// <summary>Writes the mails: subject, text and HTML by kind and language.</summary>
public interface IMailComposer
{
    /// <summary>Writes a mail.</summary>
    EmailMessage Compose(Guid deliveryId, MailKind kind, MailContent content);
}
