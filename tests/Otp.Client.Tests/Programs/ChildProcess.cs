using System.Diagnostics;
using System.Text;

namespace Otp.Client.Tests.Programs;

/// <summary>A program that a person runs and types into.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task<string> _errors;

    private ChildProcess(string folder, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };

        // What the build that runs the tests tells its own children must not reach another build.
        foreach (var name in _process.StartInfo.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            _process.StartInfo.Environment.Remove(name);
        }

        _process.StartInfo.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        _process.StartInfo.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var (name, value) in environment)
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.Start();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts <c>dotnet</c> with arguments.</summary>
    public static ChildProcess Start(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) => new(folder, environment, arguments);

    /// <summary>Runs it to its end, which must be a good one.</summary>
    public static async Task RunAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(folder, environment, arguments);
        var (exitCode, output) = await process.FinishAsync();
        exitCode.Should().Be(0, "{0} says {1}", string.Join(' ', arguments), output);
    }

    /// <summary>Waits until it asks something.</summary>
    public async Task WaitForAsync(string prompt)
    {
        var buffer = new char[1024];
        while (!_output.ToString().EndsWith(prompt, StringComparison.Ordinal))
        {
            var length = await _process.StandardOutput.ReadAsync(buffer).AsTask().WaitAsync(Timeout);
            if (length == 0)
            {
                throw new InvalidOperationException($"It ended without asking '{prompt}': {_output} {await _errors}");
            }

            _output.Append(buffer, 0, length);
        }
    }

    public Task TypeAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    /// <summary>Closes its input and waits for its end.</summary>
    /// <returns>The exit code, and all that it said.</returns>
    public async Task<(int ExitCode, string Output)> FinishAsync()
    {
        _process.StandardInput.Close();
        _output.Append(await _process.StandardOutput.ReadToEndAsync().WaitAsync(Timeout));
        await _process.WaitForExitAsync().WaitAsync(Timeout);
        return (_process.ExitCode, _output + await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
