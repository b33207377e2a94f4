using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Otp.Infrastructure.Tests.Email.Smtp;

/// <summary>
/// A server on the loopback interface that misbehaves as the test says. Its stages are <c>greeting</c>, the verbs of the commands, <c>TLS</c> for the handshake,
/// <c>user</c> and <c>password</c> for the answers to AUTH LOGIN, and <c>end</c> for the dot that ends a mail.
/// </summary>
internal sealed class SmtpStandIn : IAsyncDisposable
{
    /// <summary>As an answer: says nothing, until the client has gone.</summary>
    public const string Hang = "<hang>";

    /// <summary>As an answer: closes the connection.</summary>
    public const string Close = "<close>";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly bool _isTlsFirst;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _clientGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _run;

    /// <summary>Starts it; with a certificate it offers STARTTLS, or has TLS from the first byte.</summary>
    public SmtpStandIn(X509Certificate2? certificate = null, bool isTlsFirst = false)
    {
        _certificate = certificate;
        _isTlsFirst = isTlsFirst;
        _listener.Start();
        _run = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it answers at a stage, where that is not what the protocol says.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new();

    /// <summary>What it offers, after TLS if there is any.</summary>
    public string Extensions { get; set; } = "AUTH PLAIN LOGIN";

    /// <summary>All lines that it was sent, but those of a mail.</summary>
    public ConcurrentQueue<string> Commands { get; } = [];

    /// <summary>The lines that it was sent before TLS.</summary>
    public ConcurrentQueue<string> CommandsInClear { get; } = [];

    /// <summary>The mails that it was sent to their end, as they came over the wire.</summary>
    public ConcurrentQueue<string> Mails { get; } = [];

    /// <summary>It has come to the stage where it hangs.</summary>
    public Task Hanging => _hanging.Task;

    /// <summary>A connection has ended.</summary>
    public Task ClientGone => _clientGone.Task;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await ServeAsync(client.GetStream());
                _clientGone.TrySetResult();
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                _clientGone.TrySetResult();
            }
        }
    }

    private async Task ServeAsync(Stream stream)
    {
        var isTls = false;
        if (_isTlsFirst)
        {
            stream = await ProtectAsync(stream);
            isTls = true;
        }

        if (!await AnswerAsync(stream, "greeting", "220 ready"))
        {
            return;
        }

        while (await ReadLineAsync(stream) is { } line)
        {
            Commands.Enqueue(line);
            if (!isTls)
            {
                CommandsInClear.Enqueue(line);
            }

            var verb = line.Split(' ')[0];
            var offer = _certificate is not null && !isTls ? "STARTTLS" : Extensions;
            var goesOn = verb switch
            {
                "EHLO" => await AnswerAsync(stream, verb, $"250-stand-in\r\n250-SIZE 1000000\r\n250 {offer}"),
                "AUTH" when line == "AUTH LOGIN" => await SignInAsync(stream),
                "AUTH" => await AnswerAsync(stream, verb, "235 welcome"),
                "STARTTLS" => await AnswerAsync(stream, verb, "220 go on"),
                "MAIL" or "RCPT" => await AnswerAsync(stream, verb, "250 fine"),
                "DATA" => await AnswerAsync(stream, verb, "354 go on") && (Answers.ContainsKey(verb) || await TakeMailAsync(stream)),
                "QUIT" => await AnswerAsync(stream, verb, "221 bye") && false,
                _ => await AnswerAsync(stream, verb, "500 what?"),
            };
            if (!goesOn)
            {
                return;
            }

            if (verb == "STARTTLS" && !Answers.ContainsKey(verb))
            {
                stream = await ProtectAsync(stream);
                isTls = true;
            }
        }
    }

    private async Task<bool> SignInAsync(Stream stream)
    {
        if (!await AnswerAsync(stream, "AUTH", "334 VXNlcm5hbWU6") || Answers.ContainsKey("AUTH"))
        {
            return true;
        }

        Commands.Enqueue(await ReadLineAsync(stream) ?? "");
        if (!await AnswerAsync(stream, "user", "334 UGFzc3dvcmQ6") || Answers.ContainsKey("user"))
        {
            return true;
        }

        Commands.Enqueue(await ReadLineAsync(stream) ?? "");
        return await AnswerAsync(stream, "password", "235 welcome");
    }

    private async Task<bool> TakeMailAsync(Stream stream)
    {
        var mail = new StringBuilder();
        while (await ReadLineAsync(stream) is { } line)
        {
            if (line == ".")
            {
                Mails.Enqueue(mail.ToString());
                return await AnswerAsync(stream, "end", "250 taken");
            }

            mail.Append(line).Append("\r\n");
        }

        return false;
    }

    /// <returns>Whether the connection goes on.</returns>
    private async Task<bool> AnswerAsync(Stream stream, string stage, string usual)
    {
        var answer = Answers.GetValueOrDefault(stage, usual);
        if (answer == Close)
        {
            return false;
        }

        if (answer == Hang)
        {
            await HangAsync(stream);
            return false;
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes($"{answer}\r\n"), _stop.Token);
        return true;
    }

    private async Task HangAsync(Stream stream)
    {
        _hanging.TrySetResult();
        var nothing = new byte[1024];
        while (await stream.ReadAsync(nothing, _stop.Token) > 0)
        {
            // Whatever still comes.
        }
    }

    private async Task<Stream> ProtectAsync(Stream stream)
    {
        if (Answers.TryGetValue("TLS", out var answer))
        {
            if (answer == Hang)
            {
                await HangAsync(stream);
            }

            throw new IOException("As the test says.");
        }

        var protectedStream = new SslStream(stream);
        await protectedStream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        return protectedStream;
    }

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) > 0)
        {
            if (one[0] == '\n')
            {
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }
}
