using System.Diagnostics;
using System.Text.Json.Nodes;
using Otp.TestKit;

namespace Otp.WebClient.Tests;

/// <summary>Runs files of tests by Node.js's own test runner, once, and keeps what became of each test.</summary>
public abstract class NodeSuite : IAsyncLifetime
{
    private static readonly string Folder = Repository.PathOf("tests", "Otp.WebClient.Tests", "suite");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Lazy<Task> Built = new(BuildAsync);

    private readonly Dictionary<string, JsonObject> _results = [];

    /// <summary>The names of all tests that ran.</summary>
    public IReadOnlyCollection<string> Names => _results.Keys;

    /// <summary>All that the runner wrote beside its results.</summary>
    public string Output { get; private set; } = "";

    /// <summary>What a test of these files can read in the environment.</summary>
    protected abstract Task<Dictionary<string, string>> PrepareAsync();

    /// <summary>The files, without folder and ending.</summary>
    protected abstract IReadOnlyList<string> Files { get; }

    /// <summary>Where a server is.</summary>
    protected static string AddressOf(OtpServer server) => server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    /// <summary>Fails with the error of the test, where it failed or did not run.</summary>
    public void ShouldHavePassed(string name)
    {
        _results.TryGetValue(name, out var result);
        result.Should().NotBeNull($"a test '{name}' is expected; the runner wrote:\n{Output}");
        ((bool)result!["passed"]!).Should().BeTrue($"'{name}' failed in Node.js:\n{result["error"]}");
    }

    public async Task InitializeAsync()
    {
        await Built.Value;
        var environment = await PrepareAsync();
        await RunTestsAsync(environment);
    }

    public abstract Task DisposeAsync();

    /// <summary>Runs a program; what it wrote to standard output and to standard error, in this order.</summary>
    protected static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, IEnumerable<string> arguments, Dictionary<string, string>? environment = null)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                WorkingDirectory = Folder,
            },
        };
        foreach (var (name, value) in environment ?? [])
        {
            process.StartInfo.Environment[name] = value;
        }

        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
        }

        return (process.HasExited ? process.ExitCode : -1, await output, await errors);
    }

    private static async Task BuildAsync()
    {
        var (exitCode, output, errors) = await RunAsync(Repository.PathOf("build", "Clients", "typescript"), ["--build"]);
        exitCode.Should().Be(0, $"{output}{errors}");
    }

    private async Task RunTestsAsync(Dictionary<string, string> environment)
    {
        List<string> arguments = ["--test", "--test-reporter=./lines.mjs", .. Files.Select(file => $"dist/{file}.js")];
        var (exitCode, output, errors) = await RunAsync("node", arguments, environment);
        List<string> others = [];
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('{') && JsonNode.Parse(line) is JsonObject result)
            {
                _results[(string)result["name"]!] = result;
            }
            else
            {
                others.Add(line);
            }
        }

        Output = $"{string.Join('\n', others)}\n{errors}(exit code {exitCode})";
    }
}
