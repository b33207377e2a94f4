using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Email;
using Otp.Infrastructure.Email.Smtp;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Email.Smtp;

/// <summary>A mail, and senders for it.</summary>
internal static class SmtpSettings
{
    public const string Recipient = "ada@example.com";

    public static EmailMessage Mail { get; } = new(
        new Guid("01940000-0000-7000-8000-00000000abcd"), "email-verification", Recipient, "Your code", "Your code is 123456.\n", "<p>123456</p>", Passcode.FromGenerated("123456"));

    public static SmtpEmailSender Sender(
        int port, SmtpSecurity security = SmtpSecurity.None, X509ChainPolicy? trust = null, Action<EmailOptions>? change = null)
    {
        var options = new EmailOptions
        {
            Provider = EmailProvider.Smtp,
            From = new EmailFromOptions { Address = "otp@example.org", Name = "Acme" },
            Smtp = new SmtpOptions { Host = "localhost", Port = port, Security = security },
        };
        change?.Invoke(options);
        return new SmtpEmailSender(Options.Create(options), new ManualTimeProvider(), trust);
    }

    public static void SignIn(EmailOptions options) => (options.Smtp.UserName, options.Smtp.Password) = ("otp", "hunter2 ü");
}
