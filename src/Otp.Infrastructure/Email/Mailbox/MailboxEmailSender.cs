using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Email.Mailbox;

/// <summary>Puts mails into the development mailbox.</summary>
internal sealed class MailboxEmailSender(MailboxStore mailbox) : IEmailSender
{
    public async Task<SendOutcome> SendAsync(EmailMessage message, CancellationToken cancellationToken)
    {
        await mailbox.AddAsync(message, cancellationToken);
        return new SendOutcome.Accepted();
    }
}
