using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Domain.Emails;

namespace Otp.Infrastructure.Email.Smtp;

/// <summary>Hands mails to an SMTP server, each over a connection of its own.</summary>
/// <param name="options">The settings.</param>
/// <param name="time">The clock of the header <c>Date</c>.</param>
/// <param name="trust">The roots that the server's certificate may lead to: by default those that the machine trusts.</param>
internal sealed class SmtpEmailSender(IOptions<EmailOptions> options, TimeProvider time, X509ChainPolicy? trust = null) : IEmailSender
{
    public async Task<SendOutcome> SendAsync(EmailMessage message, CancellationToken cancellationToken)
    {
        var smtp = options.Value.Smtp;
        var sender = EmailAddress.Parse(options.Value.From.Address!).Mailbox;
        if (!EmailAddress.TryParse(message.Recipient, out var recipient))
        {
            return new SendOutcome.PermanentFailure("the recipient is not one e-mail address");
        }

        var content = MimeWriter.Write(message, sender, options.Value.From.Name, recipient.Mailbox, time.GetUtcNow());
        try
        {
            await using var connection = await SmtpConnection.OpenAsync(smtp.Host!, smtp.Port, cancellationToken);
            return await new SmtpSession(connection, smtp, trust).SendAsync(sender, recipient.Mailbox, content, cancellationToken);
        }
        catch (SocketException exception)
        {
            return new SendOutcome.TemporaryFailure($"SMTP: no connection, {exception.SocketErrorCode}", IsProviderDown: true);
        }
    }
}
