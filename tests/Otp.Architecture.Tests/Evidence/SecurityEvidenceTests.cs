using System.Text.RegularExpressions;
using Otp.TestKit;

namespace Otp.Architecture.Tests.Evidence;

/// <summary>The table of <c>docs/security.md</c> against the tests that it names.</summary>
public sealed partial class SecurityEvidenceTests
{
    private static readonly IReadOnlyList<Row> Rows =
        [.. RowPattern().Matches(File.ReadAllText(Repository.PathOf("docs/security.md"))).Select(match => new Row(match.Groups["id"].Value, match.Groups["proof"].Value))];

    private static readonly IReadOnlyList<string> Sources =
        [.. Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "obj" or "bin")).Select(File.ReadAllText)];

    public static TheoryData<string, string> Proofs
    {
        get
        {
            TheoryData<string, string> proofs = [];
            foreach (var (id, test) in Rows.SelectMany(row => row.Tests.Select(test => (row.Id, test))))
            {
                proofs.Add(id, test);
            }

            return proofs;
        }
    }

    [Fact]
    public void Table_WhenRead_ShouldHaveOneRowForEachRequirement() =>
        Rows.Select(row => row.Id).Should().Equal(Enumerable.Range(1, 30).Select(number => $"SEC-{number:00}"));

    [Fact]
    public void Row_WhenRead_ShouldNameATest() => Rows.Where(row => row.Tests.Count == 0).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Proofs))]
    public void Test_WhenNamed_ShouldBeThereAndCarryItsRequirement(string id, string test) =>
        Sources.Should().Contain(source => Carries(source, id, test), "{0} is named as the proof of {1}", test, id);

    [Theory]
    [InlineData("SEC-01", "SampleTests.Act_WhenTried_ShouldWork", true)]
    [InlineData("SEC-02", "SampleTests.Act_WhenTried_ShouldWork", true)]
    [InlineData("SEC-03", "SampleTests.Act_WhenTried_ShouldWork", false)]
    [InlineData("SEC-03", "SampleTests.Rest_WhenTried_ShouldWork", true)]
    [InlineData("SEC-02", "SampleTests.Rest_WhenTried_ShouldWork", false)]
    [InlineData("SEC-01", "SampleTests.Act_WhenTried", false)]
    [InlineData("SEC-01", "OtherTests.Act_WhenTried_ShouldWork", false)]
    public void Carries_WhenAsked_ShouldLookAtMethodAndClass(string id, string test, bool expected)
    {
        const string Source = """
            [Trait("Requirement", "SEC-01")]
            public sealed class SampleTests
            {
                [Theory, InlineData("a(b)")]
                [Trait("Requirement", "SEC-02")]
                public async Task Act_WhenTried_ShouldWork(string text)
                {
                }

                [Fact]
                [Trait("Requirement", "SEC-03")]
                public void Rest_WhenTried_ShouldWork() => Act();
            }
            """;

        Carries(Source, id, test).Should().Be(expected);
    }

    /// <summary>Whether the class is in a file and the method in it, and the trait stands on one of them.</summary>
    private static bool Carries(string source, string id, string test)
    {
        var (type, method) = (test.Split('.')[0], test.Split('.')[1]);
        if (!source.Contains(method, StringComparison.Ordinal))
        {
            return false;
        }

        var trait = $"[Trait(\"Requirement\", \"{id}\")]";
        var classes = Regex.Match(source, $@"(?<attributes>(^[ \t]*\[.*\r?\n)*)^[ \t]*public [a-z ]*class {type}\b", RegexOptions.Multiline);
        var methods = Regex.Match(source, $@"(?<attributes>(^[ \t]*\[.*\r?\n)*)^[ \t]*public [^=;(]*\b{method}\(", RegexOptions.Multiline);
        return classes.Success && methods.Success
            && (classes.Groups["attributes"].Value.Contains(trait, StringComparison.Ordinal) || methods.Groups["attributes"].Value.Contains(trait, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| (?<id>SEC-\d\d) \|[^|\n]*\|[^|\n]*\|(?<proof>[^|\n]*)\|\r?$", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"`(?<test>\w+\.\w+_\w+)`")]
    private static partial Regex TestPattern();

    private sealed record Row(string Id, string Proof)
    {
        public IReadOnlyList<string> Tests => [.. TestPattern().Matches(Proof).Select(match => match.Groups["test"].Value)];
    }
}
