using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application;
using Otp.ExtensionSample.Withdrawals;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Extending;

/// <summary><c>docs/extending.md</c> against what it speaks of.</summary>
public sealed partial class ExtendingDocumentTests
{
    private const string Sample = "tests/Otp.ExtensionSample";

    private static readonly string Document = ReadFile("docs/extending.md");

    /// <summary>The blocks of code, each with the line before it.</summary>
    private static readonly IReadOnlyList<CodeBlock> Blocks =
        [.. Fence().Matches(Document).Select(match => new CodeBlock(match.Groups["before"].Value, match.Groups["language"].Value, match.Groups["code"].Value))];

    [Fact]
    public void Code_WhenItNamesAFile_ShouldBeThatFile()
    {
        var whole = Blocks.Where(block => block.File is not null).ToList();

        whole.Should().NotBeEmpty();
        whole.Should().AllSatisfy(block => block.Code.Should().Be(ReadFile(block.File!), block.File));
    }

    [Fact]
    public void Code_WhenItIsFromAFile_ShouldStandInIt()
    {
        var excerpts = Blocks.Where(block => block.Source is not null).ToList();

        excerpts.Should().NotBeEmpty();
        excerpts.Should().AllSatisfy(block => WithoutIndentation(ReadFile(block.Source!)).Should().Contain(WithoutIndentation(block.Code)));
    }

    [Fact]
    public void Code_WhenItIsNoConsole_ShouldSayWhereItIsFrom() =>
        Blocks.Where(block => block.Language != "console").Should().OnlyContain(block => block.File != null || block.Source != null);

    [Fact]
    public void Sample_WhenItHasAFile_ShouldBeShown()
    {
        var folder = Repository.PathOf(Sample);
        var files = Directory.EnumerateFiles(folder, "*.cs*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("bin/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal))
            .Select(file => $"{Sample}/{file}");

        Blocks.Select(block => block.File).OfType<string>().Should().BeEquivalentTo(files);
    }

    [Fact]
    public async Task Console_WhenTheSampleIsAsked_ShouldShowWhatItAnswers()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, extend: builder =>
        {
            builder.Services.AddHandlersFrom(typeof(WithdrawPasscodeCommand).Assembly);
            builder.Services.AddControllers().AddApplicationPart(typeof(WithdrawPasscodeCommand).Assembly);
        });
        var ada = server.As("ada", "ada@example.com");
        List<string> answers = [(await ada.RequestCodeAsync()).Text];
        foreach (var body in Bodies().Matches(Document).Select(match => match.Groups[1].Value).Distinct())
        {
            answers.Add((await ada.SendAsync(HttpMethod.Post, "api/v1/user/me/email/withdraw", JsonNode.Parse(body))).Text);
        }

        answers.Should().HaveCount(5);
        var shown = Time().Replace(Document, "TIME");
        answers.Select(answer => Time().Replace(answer, "TIME")).Should().AllSatisfy(answer => shown.Should().Contain(answer));
    }

    private static string ReadFile(string path) => File.ReadAllText(Repository.PathOf(path.Split('/'))).ReplaceLineEndings("\n");

    private static string WithoutIndentation(string code) => string.Join('\n', code.Split('\n').Select(line => line.TrimStart()));

    [GeneratedRegex(@"(?:^(?<before>[^\n]+)\n\n)?^```(?<language>\w*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("""email/withdraw .*Bearer.* -d '(.+)'$""", RegexOptions.Multiline)]
    private static partial Regex Bodies();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[0-9:.]+Z")]
    private static partial Regex Time();

    [GeneratedRegex("^`([^`]+)`$")]
    private static partial Regex WholeFile();

    [GeneratedRegex("^From `([^`]+)`:$")]
    private static partial Regex PartOfFile();

    private sealed record CodeBlock(string Before, string Language, string Code)
    {
        /// <summary>The file that it is.</summary>
        public string? File => GroupOrNull(WholeFile());

        /// <summary>The file that it is a part of.</summary>
        public string? Source => GroupOrNull(PartOfFile());

        private string? GroupOrNull(Regex line) => line.Match(Before) is { Success: true } match ? match.Groups[1].Value : null;
    }
}
