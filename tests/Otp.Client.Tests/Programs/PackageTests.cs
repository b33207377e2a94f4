using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Client.Tests.Programs;

/// <summary>The package as a new user has it: installed into an empty project, with the lines of its README.</summary>
public sealed partial class PackageTests : IDisposable
{
    private const string Address = "ada@example.com";

    private readonly string _folder = Directory.CreateTempSubdirectory("otp-client-").FullName;

    /// <summary>A cache of its own: a package of the same version from another day must not be taken.</summary>
    private Dictionary<string, string> Environment => new() { ["NUGET_PACKAGES"] = Path.Combine(_folder, "packages") };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Readme_WhenFollowed_ShouldVerifyAnAddress()
    {
        var readme = await File.ReadAllTextAsync(Repository.PathOf("src", "Otp.Client", "README.md"));
        var snippets = Snippets().Matches(readme).Select(match => match.Groups[1].Value).ToList();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        await PackAsync();

        // No other source: what the package needs beside it would not be found.
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "nuget.config"),
            """<configuration><packageSources><clear /><add key="local" value="feed" /></packageSources></configuration>""");
        await ChildProcess.RunAsync(_folder, Environment, "new", "console", "--output", "verify", "--no-restore");
        var project = Path.Combine(_folder, "verify");
        await ChildProcess.RunAsync(project, Environment, "add", "package", "Otp.Client");
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), snippets[0].Replace("http://localhost:5080", server.Client.BaseAddress!.AbsoluteUri, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(project, "Others.cs"), $$"""
            using Microsoft.AspNetCore.Authentication;
            using Microsoft.AspNetCore.Builder;
            using Microsoft.AspNetCore.Http;
            using Microsoft.Extensions.DependencyInjection;
            using Otp.Client;

            static class Others
            {
                public static void Web(WebApplicationBuilder builder)
                {
                    {{snippets[1]}}
                }

                public static async Task Errors(IOtpClient otp, Guid challengeId, string passcode)
                {
                    {{snippets[2]}}
                }
            }
            """);

        using var program = ChildProcess.Start(project, new Dictionary<string, string>(Environment) { ["TOKEN"] = server.As("ada", Address).Token }, "run");
        await program.WaitForAsync("Code: ");
        await program.TypeAsync(await server.CodeToAsync(Address));

        var (exitCode, output) = await program.FinishAsync();
        (exitCode, output).Should().Be((0, $"Code: {Address} is verified.{System.Environment.NewLine}"));
        snippets.Should().HaveCount(3);
    }

    [Fact]
    public async Task Package_WhenPacked_ShouldNeedTheFrameworkAlone()
    {
        await PackAsync();

        await using var package = await ZipFile.OpenReadAsync(Directory.GetFiles(Path.Combine(_folder, "feed"), "*.nupkg").Single());
        await using var file = await package.Entries.Single(entry => entry.Name == "Otp.Client.nuspec").OpenAsync();
        var nuspec = (await XDocument.LoadAsync(file, LoadOptions.None, CancellationToken.None)).Root!.Elements().Single();

        var values = nuspec.Elements().ToDictionary(element => element.Name.LocalName, element => element.Value);
        values.Should().Contain("id", "Otp.Client").And.Contain("license", "MIT").And.Contain("readme", "README.md");
        values["description"].Should().NotBeNullOrWhiteSpace();
        nuspec.Descendants().Where(element => element.Name.LocalName == "dependency").Should().BeEmpty();
        nuspec.Descendants().Where(element => element.Name.LocalName == "frameworkReference").Should().ContainSingle()
            .Which.Attribute("name")!.Value.Should().Be("Microsoft.AspNetCore.App");
        package.Entries.Select(entry => entry.FullName).Should().Contain(["lib/net10.0/Otp.Client.dll", "lib/net10.0/Otp.Client.xml", "README.md"]);
        Directory.GetFiles(Path.Combine(_folder, "feed"), "*.snupkg").Should().ContainSingle();
    }

    /// <summary>Packs what the tests were built with.</summary>
    private Task PackAsync()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return ChildProcess.RunAsync(
            Repository.Root, new Dictionary<string, string>(), "pack", "src/Otp.Client", "--no-build", "--configuration", configuration, "--output", Path.Combine(_folder, "feed"));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippets();
}
