using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Otp.TestKit;

/// <summary>A real SMTP server as a process of its own (<c>build/smtp</c>), which takes mails and says what it understood of them.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private SmtpServer(Process process)
    {
        _process = process;
        _reading = ReadAllAsync();
    }

    public int Port { get; private set; }

    /// <summary>Starts it on a free port of the loopback interface.</summary>
    /// <param name="options">As <c>build/smtp serve --help</c> lists them.</param>
    public static async Task<SmtpServer> StartAsync(params string[] options)
    {
        var process = Process.Start(new ProcessStartInfo(Repository.PathOf("build", "smtp"), ["serve", .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var server = new SmtpServer(process);
        server.Port = (int)(await ReadAsync(server))["port"]!;
        return server;
    }

    /// <summary>Waits for the next mail.</summary>
    public async Task<SmtpMail> ReceiveAsync() => new(await ReadAsync(this));

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading;
        _process.Dispose();
    }

    private static async Task<JsonObject> ReadAsync(SmtpServer server)
    {
        using var timeout = new CancellationTokenSource(Patience);
        return JsonNode.Parse(await server._lines.Reader.ReadAsync(timeout.Token))!.AsObject();
    }

    /// <summary>Reads all the time: a server that cannot get rid of a long line answers nobody.</summary>
    private async Task ReadAllAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete(new InvalidOperationException("The SMTP server has ended; it says why on standard error."));
    }
}

/// <summary>A mail as an SMTP server understood it.</summary>
public sealed class SmtpMail(JsonObject facts)
{
    public string Sender => (string)facts["sender"]!;

    public IReadOnlyList<string> Recipients => [.. facts["recipients"]!.AsArray().Select(recipient => (string)recipient!)];

    public bool IsTls => (bool)facts["tls"]!;

    /// <summary>Who had signed in.</summary>
    public string? User => (string?)facts["user"];

    /// <summary>What came over the wire.</summary>
    public string Raw => Encoding.Latin1.GetString(Convert.FromBase64String((string)facts["raw"]!));

    /// <summary>The headers, decoded, in their order.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers => [.. facts["headers"]!.AsArray().Select(header => ((string)header![0]!, (string)header[1]!))];

    /// <summary>What the parser found wrong.</summary>
    public IReadOnlyList<string> Defects => [.. facts["defects"]!.AsArray().Select(defect => (string)defect!)];

    public string ContentType => (string)facts["type"]!;

    /// <summary>The parts, with <c>\n</c> at the ends of their lines.</summary>
    public IReadOnlyList<(string Type, string Charset, string Text)> Parts =>
        [.. facts["parts"]!.AsArray().Select(part => ((string)part!["type"]!, (string)part["charset"]!, ((string)part["text"]!).ReplaceLineEndings("\n")))];

    public string Header(string name) => Headers.Single(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
