using System.Globalization;
using System.Text;
using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Email.Smtp;

/// <summary>Writes a mail as it goes over the wire: 7-bit text in lines of at most 76 characters, ended by CR LF (RFC 5322, 2045 to 2047).</summary>
internal static class MimeWriter
{
    /// <summary>Writes headers and both bodies, plain text first.</summary>
    /// <param name="message">The mail.</param>
    /// <param name="from">The sender's address, in ASCII.</param>
    /// <param name="fromName">The name beside it, which may be empty.</param>
    /// <param name="to">The recipient's address, in ASCII.</param>
    /// <param name="now">The date of the mail.</param>
    public static string Write(EmailMessage message, string from, string fromName, string to, DateTimeOffset now)
    {
        // Quoted-printable writes '=' as '=3D': this cannot stand in a body.
        var boundary = $"=_{message.DeliveryId:N}";
        var mail = new StringBuilder();
        AppendLine($"Date: {now.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} +0000");
        AppendLine($"From: {(fromName.Length == 0 ? "" : $"{MimeText.EncodePhrase(fromName)} ")}<{from}>");
        AppendLine($"To: <{to}>");
        AppendLine($"Subject: {MimeText.Encode(HeaderText.OneLine(message.Subject))}");
        // The same in every try: a mail that is sent twice can be known as one.
        AppendLine($"Message-ID: <{message.DeliveryId}@{from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..]}>");
        AppendLine("Auto-Submitted: auto-generated");
        AppendLine($"X-Otp-Delivery-Id: {message.DeliveryId}");
        AppendLine($"X-Otp-Category: {message.Category}");
        AppendLine("MIME-Version: 1.0");
        AppendLine($"Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"");
        AppendLine("");
        AppendPart("text/plain", message.Text);
        AppendPart("text/html", message.Html);
        AppendLine($"--{boundary}--");
        return mail.ToString();

        void AppendPart(string type, string body)
        {
            AppendLine($"--{boundary}");
            AppendLine($"Content-Type: {type}; charset=utf-8");
            AppendLine("Content-Transfer-Encoding: quoted-printable");
            AppendLine("");
            AppendLine(QuotedPrintable.Encode(body));
        }

        void AppendLine(string line) => mail.Append(line).Append("\r\n");
    }
}
