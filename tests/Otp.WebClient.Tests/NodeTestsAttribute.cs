using System.Reflection;
using System.Text.RegularExpressions;
using Otp.TestKit;
using Xunit.Sdk;

namespace Otp.WebClient.Tests;

/// <summary>Runs a theory once for each test that stands in a source file of the suite.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed partial class NodeTestsAttribute(string source) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => NamesIn(source).Select(name => new object[] { name });

    /// <summary>The names of the tests in a file.</summary>
    public static IEnumerable<string> NamesIn(string source) =>
        Declaration().Matches(File.ReadAllText(Repository.PathOf("tests", "Otp.WebClient.Tests", "suite", "src", $"{source}.ts")))
            .Select(match => match.Groups["name"].Value.Replace("\\'", "'", StringComparison.Ordinal));

    [GeneratedRegex(@"^test\('(?<name>([^'\\]|\\')+)'", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
