using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Otp.TestKit;

/// <summary>The service as a process of its own, as an operator runs it: to kill it, to run two of it, to see what it prints.</summary>
public sealed partial class OtpProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OtpProcess(string program, IEnumerable<string> arguments, Dictionary<string, string>? environment = null)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [program, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                WorkingDirectory = Path.GetTempPath(),
            },
        };
        foreach (var (name, value) in environment ?? [])
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public HttpClient Client { get; } = new();

    /// <summary>The id that the operating system gave it.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    private static string OurProgram => Path.Combine(AppContext.BaseDirectory, "Otp.Api.dll");

    /// <summary>All that it printed so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="database">Where it stores.</param>
    /// <param name="settings">More settings.</param>
    /// <param name="program">The path of the program to run, where it is not ours but one that extends it.</param>
    /// <param name="environment">More variables of its environment.</param>
    public static async Task<OtpProcess> StartAsync(
        TestDatabase database, Dictionary<string, string?>? settings = null, string? program = null, Dictionary<string, string>? environment = null)
    {
        var process = new OtpProcess(program ?? OurProgram, OtpServer.ToArguments(database.Settings, TestTokens.Settings, settings ?? []), environment);
        var started = await Task.WhenAny(process._address.Task, process._process.WaitForExitAsync()).WaitAsync(StartTimeout);
        if (started != process._address.Task)
        {
            throw new InvalidOperationException($"The service did not start:\n{process.Output}");
        }

        process.Client.BaseAddress = await process._address.Task;
        return process;
    }

    /// <summary>Runs it until it ends by itself.</summary>
    /// <returns>The exit code and all that it printed.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        await using var process = new OtpProcess(OurProgram, arguments);
        await process._process.WaitForExitAsync().WaitAsync(StartTimeout);
        process._process.WaitForExit();
        return (process._process.ExitCode, process.Output);
    }

    /// <summary>A caller with a token that is issued now.</summary>
    public OtpCaller As(string sub, string? email = null) => new(Client, TestTokens.Sign(sub, email, TimeProvider.System.GetUtcNow()));

    /// <summary>Ends it at once, as a power cut would: SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to end (SIGTERM) and waits until it has.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().WaitAsync(StartTimeout);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (ListeningOn().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [GeneratedRegex(@"Now listening on: (http://[0-9.:]+)")]
    private static partial Regex ListeningOn();
}
