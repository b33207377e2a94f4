namespace Otp.Infrastructure.Email.Smtp;

/// <summary>How the connection to an SMTP server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>It turns to TLS by STARTTLS before anything else is said. A server that does not offer it gets no mail.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314), mostly at port 465.</summary>
    Tls,

    /// <summary>Not at all: codes cross the network in clear.</summary>
    None,
}

/// <summary>The settings under <c>Email:Smtp</c>.</summary>
public sealed class SmtpOptions
{
    /// <summary>The server: a name, which its certificate must have, or an IP address.</summary>
    public string? Host { get; set; }

    /// <summary>Its port; 587 is the one for submission (RFC 6409).</summary>
    public int Port { get; set; } = 587;

    /// <summary>How the connection is protected.</summary>
    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>Who signs in, where the server asks for it.</summary>
    public string? UserName { get; set; }

    /// <summary>The password of that user.</summary>
    public string? Password { get; set; }
}
