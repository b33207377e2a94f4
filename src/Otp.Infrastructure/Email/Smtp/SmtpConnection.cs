using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Otp.Infrastructure.Email.Smtp;

/// <summary>One connection to an SMTP server: lines out, replies in (RFC 5321, 4.2).</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    // RFC 5321, 4.5.3.1.5 allows 512 octets; some servers say more. Whatever is longer is not an SMTP server.
    private const int MaxLineLength = 2_048;
    private const int MaxLines = 100;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[MaxLineLength];
    private Stream _stream;
    private int _start;
    private int _end;

    private SmtpConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The own address as EHLO says it: a literal (RFC 5321, 4.1.3), since the name of a machine is nobody's business and seldom one that resolves.</summary>
    public string LocalName => ((IPEndPoint)_socket.LocalEndPoint!).Address switch
    {
        { IsIPv4MappedToIPv6: true } address => $"[{address.MapToIPv4()}]",
        { AddressFamily: AddressFamily.InterNetworkV6 } address => $"[IPv6:{new IPAddress(address.GetAddressBytes())}]",
        var address => $"[{address}]",
    };

    /// <exception cref="SocketException">Nobody answers there.</exception>
    public static async Task<SmtpConnection> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            return new SmtpConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Turns the connection to TLS. The certificate is checked as everywhere: for the host's name, up to a root that is trusted.</summary>
    /// <param name="host">The name that the certificate must have.</param>
    /// <param name="trust">What is trusted; by default what the machine trusts.</param>
    /// <param name="report">Takes what is wrong with the certificate.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The certificate is refused, or there is no common version.</exception>
    public async Task ProtectAsync(string host, X509ChainPolicy? trust, Action<SslPolicyErrors> report, CancellationToken cancellationToken)
    {
        var protectedStream = new SslStream(_stream);
        _stream = protectedStream;
        var settings = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateChainPolicy = trust,
            RemoteCertificateValidationCallback = (_, _, _, errors) =>
            {
                report(errors);
                return errors == SslPolicyErrors.None;
            },
        };
        await protectedStream.AuthenticateAsClientAsync(settings, cancellationToken);
    }

    /// <summary>Whether the server has said more than was asked. Said in clear before TLS, it must not count as said under it.</summary>
    public bool HasUnread => _start < _end;

    /// <summary>Sends a command and reads the reply.</summary>
    public async Task<SmtpReply> AskAsync(string command, CancellationToken cancellationToken)
    {
        await WriteAsync(Encoding.UTF8.GetBytes($"{command}\r\n"), cancellationToken);
        return await ReadReplyAsync(cancellationToken);
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(bytes, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <summary>Reads a reply of one or several lines.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    public async Task<SmtpReply> ReadReplyAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            if (await ReadLineAsync(cancellationToken) is not { Length: >= 3 } line
                || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                || code is < 200 or > 599)
            {
                return SmtpReply.Malformed;
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return new SmtpReply(code, lines);
            }
        }

        return SmtpReply.Malformed;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <returns>The line without its end, or <see langword="null"/> where it is longer than any line is.</returns>
    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            while (_start < _end)
            {
                var next = (char)_buffer[_start++];
                if (next == '\n')
                {
                    return line.Length > 0 && line[^1] == '\r' ? line.ToString(0, line.Length - 1) : line.ToString();
                }

                if (line.Length == MaxLineLength)
                {
                    return null;
                }

                line.Append(next);
            }

            _start = 0;
            _end = await _stream.ReadAsync(_buffer, cancellationToken);
            if (_end == 0)
            {
                throw new IOException("The server has closed the connection.");
            }
        }
    }
}
