using System.Diagnostics;
using System.Runtime.Versioning;
using Otp.TestKit;

namespace Otp.Architecture.Tests.Evidence;

/// <summary><c>build/audit</c> in a repository of its own, with stand-ins for <c>dotnet</c> and <c>curl</c>: what a package source really answers depends on the day.</summary>
[UnsupportedOSPlatform("windows")]
[Trait("Requirement", "SEC-30")]
public sealed class AuditTests : IDisposable
{
    private const string Clean = "The given project `Sample` has no vulnerable packages given the current sources.";

    private const string Guilty = """
        Project `Sample` has the following vulnerable packages
           [net10.0]:
           Top-level Package      Requested   Resolved   Severity   Advisory URL
           > Old.Package          2.1.4       2.1.4      Moderate   https://github.com/advisories/GHSA-aaaa-bbbb-cccc
                                                         High       https://github.com/advisories/GHSA-dddd-eeee-ffff

           Transitive Package      Resolved   Severity   Advisory URL
           > Deep.Package          4.3.0      Critical   https://github.com/advisories/GHSA-gggg-hhhh-iiii
        """;

    private const string Allowed = "allow MIT\n";

    private readonly string _root = Directory.CreateTempSubdirectory("otp-audit-").FullName;

    public AuditTests()
    {
        Write("build/audit", File.ReadAllText(Repository.PathOf("build/audit")), isProgram: true);
        Write("Otp.sln", "Project(\"{x}\") = \"Sample\", \"Sample.csproj\", \"{y}\"\n");
        Write("bin/dotnet", """
            #!/usr/bin/env bash
            case "$*" in
                *global-packages*) echo "global-packages: $PWD/packages/" ;;
                'nuget list source'*) printf 'E https://feed.example/index.json\nE /a/folder\n' ;;
                *--vulnerable*) cat vulnerable ;;
            esac
            """, isProgram: true);
        Write("bin/curl", """
            #!/usr/bin/env bash
            case "$*" in
                *vulnerabilities.json) echo '[{"@name":"base","@id":"https://feed.example/base.json"}]' ;;
                *) cat index.json ;;
            esac
            """, isProgram: true);
        Publish(withVulnerabilityData: true);
        Package("Plain.Package", "<license type=\"expression\">MIT</license>");
        Write("vulnerable", Clean);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Audit_WhenNothingIsFound_ShouldPassAndSayWhatWasChecked()
    {
        var (code, lines) = await AuditAsync(Allowed, "--strict");

        code.Should().Be(0);
        lines[^1].Should().Be("build/audit checked: the licences of 1 packages that ship. Known vulnerabilities of all packages in Otp.sln.");
    }

    [Fact]
    public async Task Audit_WhenAPackageIsVulnerable_ShouldFailUnlessAReasonIsWritten()
    {
        Write("vulnerable", Guilty);

        var (code, lines) = await AuditAsync($"{Allowed}vulnerability Old.Package 2.1.4 GHSA-aaaa-bbbb-cccc Never called.\n");
        code.Should().Be(1);
        lines.Where(IsRefusal).Should().BeEquivalentTo(
            "  NOT ALLOWED: Old.Package 2.1.4: High, GHSA-dddd-eeee-ffff", "  NOT ALLOWED: Deep.Package 4.3.0: Critical, GHSA-gggg-hhhh-iiii");
        lines.Should().Contain("  Old.Package 2.1.4 (Moderate, GHSA-aaaa-bbbb-cccc): Never called.");

        (await AuditAsync($"""
            {Allowed}
            vulnerability Old.Package 2.1.4 GHSA-aaaa-bbbb-cccc Never called.
            vulnerability Old.Package 2.1.4 GHSA-dddd-eeee-ffff Never called.
            vulnerability Deep.Package 4.3.0 GHSA-gggg-hhhh-iiii A tool of the build alone.

            """)).Code.Should().Be(0);
    }

    [Fact]
    public async Task Audit_WhenTheAnswerIsNotUnderstood_ShouldNotPass()
    {
        Write("vulnerable", "Some other words.");

        (await AuditAsync(Allowed)).Code.Should().Be(2);
    }

    [Fact]
    public async Task Audit_WhenThereIsNoVulnerabilityData_ShouldSaySoAndPass()
    {
        Publish(withVulnerabilityData: false);

        var (code, lines) = await AuditAsync(Allowed);
        code.Should().Be(0);
        lines[^2..].Should().Equal(
            "build/audit checked: the licences of 1 packages that ship.", "build/audit did NOT check: known vulnerabilities, as the data is missing.");

        (await AuditAsync(Allowed, "--strict")).Code.Should().Be(3);
    }

    [Theory]
    [InlineData("<license type=\"expression\">GPL-3.0-only</license>", "expression:GPL-3.0-only")]
    [InlineData("<license type=\"file\">MIT</license>", "file:MIT")]
    [InlineData("<licenseUrl>https://licences.example/MIT</licenseUrl>", "url:https://licences.example/MIT")]
    [InlineData("", "none")]
    public async Task Audit_WhenALicenceIsNotAllowed_ShouldFailUnlessAReasonIsWritten(string licence, string what)
    {
        Package("Plain.Package", licence);

        var (code, lines) = await AuditAsync(Allowed);
        code.Should().Be(1);
        lines.Should().ContainSingle(line => IsRefusal(line)).Which.Should().Contain("Plain.Package 1.2.3");

        (await AuditAsync($"{Allowed}licence Plain.Package 1.2.4 {what} It was read.\n")).Code.Should().Be(1, "that is another version");
        (await AuditAsync($"{Allowed}licence Plain.Package 1.2.3 {what} It was read.\n")).Code.Should().Be(0);
    }

    [Theory]
    [InlineData("licence Plain.Package 1.2.3 file:LICENSE It was read.", 1)]
    [InlineData("vulnerability Plain.Package 1.2.3 GHSA-aaaa-bbbb-cccc Never called.", 1)]
    [InlineData("licence Plain.Package 1.2.3 file:LICENSE", 2)]
    [InlineData("allow", 2)]
    [InlineData("forgive Plain.Package 1.2.3 file:LICENSE It was read.", 2)]
    public async Task Audit_WhenARuleIsNotNeededOrNotARule_ShouldNotPass(string rule, int expected) =>
        (await AuditAsync($"{Allowed}{rule}\n")).Code.Should().Be(expected);

    private static bool IsRefusal(string line) => line.StartsWith("  NOT ALLOWED: ", StringComparison.Ordinal);

    private void Publish(bool withVulnerabilityData)
    {
        var vulnerabilities = withVulnerabilityData ? """, { "@id": "https://feed.example/vulnerabilities.json", "@type": "VulnerabilityInfo/6.7.0" }""" : "";
        Write("index.json", $$"""{ "version": "3.0.0", "resources": [ { "@id": "https://feed.example/packages", "@type": "PackageBaseAddress/3.0.0" }{{vulnerabilities}} ] }""");
    }

    private void Package(string name, string licence)
    {
        var lower = name.ToLowerInvariant();
        Write($"packages/{lower}/1.2.3/{lower}.nuspec", $"<package>\r\n  <metadata>\r\n    {licence}\r\n  </metadata>\r\n</package>");
        Write("src/Otp.Api/packages.lock.json", $$"""
            {
              "version": 2,
              "dependencies": {
                "net10.0": {
                  "{{name}}": {
                    "type": "Direct",
                    "requested": "[1.2.3, )",
                    "resolved": "1.2.3",
                    "dependencies": {
                      "Other.Package": "1.0.0"
                    }
                  },
                  "otp.sample": {
                    "type": "Project"
                  }
                }
              }
            }
            """);
    }

    private void Write(string file, string text, bool isProgram = false)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        if (isProgram)
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private async Task<(int Code, string[] Lines)> AuditAsync(string rules, params string[] arguments)
    {
        Write("build/audit.rules", rules);
        var start = new ProcessStartInfo(Path.Combine(_root, "build/audit"), ["--no-restore", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_root}/bin:{start.Environment["PATH"]}";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
