using Otp.Infrastructure.Email.Smtp;

namespace Otp.Infrastructure.Email;

/// <summary>How mails leave.</summary>
public enum EmailProvider
{
    /// <summary>They are kept in the database and shown on a page; for development and tests.</summary>
    Mailbox,

    /// <summary>Through SendGrid's v3 Mail Send API.</summary>
    SendGrid,

    /// <summary>Through an SMTP server.</summary>
    Smtp,
}

/// <summary>The settings under <c>Email</c>.</summary>
public sealed class EmailOptions
{
    /// <summary>Where they stand in the configuration.</summary>
    public const string Section = "Email";

    /// <summary>How mails leave: by default SendGrid in Production, else the mailbox.</summary>
    public EmailProvider? Provider { get; set; }

    /// <summary>The sender.</summary>
    public EmailFromOptions From { get; set; } = new();

    /// <summary>SendGrid.</summary>
    public SendGridOptions SendGrid { get; set; } = new();

    /// <summary>SMTP.</summary>
    public SmtpOptions Smtp { get; set; } = new();
}

/// <summary>The sender of all mails.</summary>
public sealed class EmailFromOptions
{
    /// <summary>The address.</summary>
    public string? Address { get; set; }

    /// <summary>The name beside it.</summary>
    public string Name { get; set; } = "Otp";
}

/// <summary>The settings under <c>Email:SendGrid</c>.</summary>
public sealed class SendGridOptions
{
    /// <summary>The API key; it needs the permission <em>Mail Send</em> alone.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The API; another one for the European region.</summary>
    public string BaseUrl { get; set; } = "https://api.sendgrid.com";

    /// <summary>Whether SendGrid only checks the mails, and sends none.</summary>
    public bool Sandbox { get; set; }

    /// <summary>The public key of the signed Event Webhook: a SubjectPublicKeyInfo in DER, in base64. Without it no report is taken.</summary>
    public string? WebhookPublicKey { get; set; }
}
