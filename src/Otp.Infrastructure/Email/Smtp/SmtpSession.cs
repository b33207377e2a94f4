using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Email.Smtp;

/// <summary>
/// Hands one mail over one connection (RFC 5321). What fails before the mail is spoken of concerns every mail, and is mended by the operator or by time: it is
/// temporary, a refused password included. From MAIL on the server's digits decide. Of its words nothing leaves this class.
/// </summary>
internal sealed class SmtpSession(SmtpConnection connection, SmtpOptions options, X509ChainPolicy? trust)
{
    private IReadOnlyList<string> _extensions = [];
    private string _stage = "greeting";

    /// <summary>Hands a mail over.</summary>
    /// <param name="sender">The envelope's sender, in ASCII.</param>
    /// <param name="recipient">The envelope's one recipient, in ASCII.</param>
    /// <param name="content">Headers and body in lines of 7-bit text, each ended by CR LF.</param>
    /// <param name="cancellationToken">Ends it wherever it is.</param>
    public async Task<SendOutcome> SendAsync(string sender, string recipient, string content, CancellationToken cancellationToken)
    {
        try
        {
            // Before a mail is named, whatever goes wrong goes wrong for every mail.
            return await PrepareAsync(cancellationToken) is { } unprepared
                ? unprepared with { IsProviderDown = true }
                : await TransferAsync(sender, recipient, content, cancellationToken);
        }
        catch (IOException)
        {
            return new SendOutcome.TemporaryFailure($"SMTP: the connection was lost at {_stage}", IsProviderDown: true);
        }
    }

    /// <returns>Why it cannot go on, or <see langword="null"/>.</returns>
    private async Task<SendOutcome.TemporaryFailure?> PrepareAsync(CancellationToken cancellationToken)
    {
        if (options.Security == SmtpSecurity.Tls && await ProtectAsync(cancellationToken) is { } unprotected)
        {
            return unprotected;
        }

        var greeting = await connection.ReadReplyAsync(cancellationToken);
        if (!greeting.IsPositive)
        {
            return NotReady(greeting);
        }

        if (await ReadExtensionsAsync(cancellationToken) is { } mute)
        {
            return mute;
        }

        if (options.Security == SmtpSecurity.StartTls && await StartTlsAsync(cancellationToken) is { } inClear)
        {
            return inClear;
        }

        return options.UserName is null ? null : await SignInAsync(cancellationToken);
    }

    private async Task<SendOutcome.TemporaryFailure?> ReadExtensionsAsync(CancellationToken cancellationToken)
    {
        var reply = await AskAsync("EHLO", connection.LocalName, cancellationToken);
        _extensions = reply.Lines;
        return reply.IsPositive ? null : NotReady(reply);
    }

    private async Task<SendOutcome.TemporaryFailure?> StartTlsAsync(CancellationToken cancellationToken)
    {
        if (!_extensions.Skip(1).Any(extension => extension.Trim().Equals("STARTTLS", StringComparison.OrdinalIgnoreCase)))
        {
            return new SendOutcome.TemporaryFailure("SMTP: the server does not offer STARTTLS, see Email:Smtp:Security");
        }

        var reply = await AskAsync("STARTTLS", null, cancellationToken);
        if (!reply.IsPositive)
        {
            return NotReady(reply);
        }

        // Somebody between us and the server may have put in replies that would be read as said under TLS.
        if (connection.HasUnread)
        {
            return NotReady(SmtpReply.Malformed);
        }

        return await ProtectAsync(cancellationToken) ?? await ReadExtensionsAsync(cancellationToken);
    }

    private async Task<SendOutcome.TemporaryFailure?> ProtectAsync(CancellationToken cancellationToken)
    {
        _stage = "TLS";
        var errors = SslPolicyErrors.None;
        try
        {
            await connection.ProtectAsync(options.Host!, trust, found => errors = found, cancellationToken);
            return null;
        }
        catch (AuthenticationException)
        {
            return new SendOutcome.TemporaryFailure(errors == SslPolicyErrors.None ? "SMTP: no TLS handshake" : $"SMTP: the certificate is refused, {errors}");
        }
    }

    private async Task<SendOutcome.TemporaryFailure?> SignInAsync(CancellationToken cancellationToken)
    {
        var mechanisms = _extensions.Skip(1).Where(extension => extension.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))
            .SelectMany(extension => extension.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        SmtpReply reply;
        if (mechanisms.Contains("PLAIN"))
        {
            reply = await AskAsync("AUTH", $"PLAIN {ToBase64($"\0{options.UserName}\0{options.Password}")}", cancellationToken);
        }
        else if (mechanisms.Contains("LOGIN"))
        {
            reply = await AskAsync("AUTH", "LOGIN", cancellationToken);
            reply = reply.Code == 334 ? await connection.AskAsync(ToBase64(options.UserName!), cancellationToken) : reply;
            reply = reply.Code == 334 ? await connection.AskAsync(ToBase64(options.Password!), cancellationToken) : reply;
        }
        else
        {
            return new SendOutcome.TemporaryFailure("SMTP: the server offers neither AUTH PLAIN nor AUTH LOGIN, see Email:Smtp:UserName");
        }

        return reply.Code == 235 ? null : NotReady(reply);
    }

    private async Task<SendOutcome> TransferAsync(string sender, string recipient, string content, CancellationToken cancellationToken)
    {
        var reply = await AskAsync("MAIL", $"FROM:<{sender}>", cancellationToken);
        if (reply.IsPositive)
        {
            reply = await AskAsync("RCPT", $"TO:<{recipient}>", cancellationToken);
        }

        if (!reply.IsPositive)
        {
            return Refused(reply);
        }

        reply = await AskAsync("DATA", null, cancellationToken);
        if (reply.Code != 354)
        {
            return Refused(reply);
        }

        _stage = "the end of the mail";
        // A line that is a single dot would end the mail (RFC 5321, 4.5.2).
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"{content.Replace("\r\n.", "\r\n..", StringComparison.Ordinal)}.\r\n"), cancellationToken);
        reply = await connection.ReadReplyAsync(cancellationToken);
        if (!reply.IsPositive)
        {
            return Refused(reply);
        }

        await QuitAsync(cancellationToken);
        return new SendOutcome.Accepted();
    }

    /// <summary>Says goodbye, without waiting for an answer: the mail is the server's now, whatever happens here.</summary>
    private async Task QuitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await connection.WriteAsync("QUIT\r\n"u8.ToArray(), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
        }
    }

    private Task<SmtpReply> AskAsync(string command, string? argument, CancellationToken cancellationToken)
    {
        _stage = command;
        return connection.AskAsync(argument is null ? command : $"{command} {argument}", cancellationToken);
    }

    private SendOutcome.TemporaryFailure NotReady(SmtpReply reply) => new($"{reply} at {_stage}{Hint(reply)}")
    {
        // RFC 5321, 3.8: 421 ends the connection, at any stage.
        IsProviderDown = reply.Code == 421 || IsAboutSigningIn(reply),
    };

    private SendOutcome Refused(SmtpReply reply) =>
        reply.Code >= 500 && !IsAboutSigningIn(reply) ? new SendOutcome.PermanentFailure($"{reply} at {_stage}") : NotReady(reply);

    private static string Hint(SmtpReply reply) => IsAboutSigningIn(reply) ? ", see Email:Smtp:UserName, Password and Security" : "";

    /// <summary>RFC 4954, 6: sign in first (530), with something stronger (534), with other credentials (535), over TLS (538).</summary>
    private static bool IsAboutSigningIn(SmtpReply reply) => reply.Code is 530 or 534 or 535 or 538;

    private static string ToBase64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
