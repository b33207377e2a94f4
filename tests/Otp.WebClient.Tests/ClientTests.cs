using System.Globalization;
using System.Text.Json.Nodes;
using Otp.TestKit;

namespace Otp.WebClient.Tests;

/// <summary>What Node.js's test runner found about the TypeScript client.</summary>
public abstract class ClientTests(NodeSuite suite)
{
    /// <summary>All operations of the committed OpenAPI document.</summary>
    public static TheoryData<string> Operations => [.. Document.Keys];

    private static Dictionary<string, JsonObject> Document { get; } = (
        from path in JsonNode.Parse(File.ReadAllText(Repository.PathOf("docs", "openapi", "v1.json")))!["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Value is JsonObject
        select operation.Value!.AsObject()).ToDictionary(operation => (string)operation["operationId"]!);

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_WhenTheClientCallsIt_ShouldSucceedAndThrowEachErrorThatIsDescribed(string operationId)
    {
        var described = Document[operationId]["responses"]!.AsObject().Select(response => $"{operationId} {response.Key}").ToList();
        var tried = suite.Names.Where(name => name.StartsWith($"{operationId} ", StringComparison.Ordinal)).ToList();

        tried.Should().BeSubsetOf(described);
        described.Except(tried).Should().BeSubsetOf(NotProvoked, $"the rest is tried; the runner wrote:\n{suite.Output}");
        foreach (var name in tried)
        {
            suite.ShouldHavePassed(name);
        }
    }

    [Theory]
    [NodeTests("behaviour")]
    public void Client_WhenUsed_ShouldBehave(string name) => suite.ShouldHavePassed(name);

    [Fact]
    public void Tests_WhenAllHaveRun_ShouldBeThoseThatAreReportedHere()
    {
        suite.ShouldHavePassed("every operation of the document has its tests, and no other has");
        suite.Output.Should().EndWith("(exit code 0)");
        suite.Names.Should().OnlyContain(name => IsReported(name));
    }

    /// <summary>What the suite excuses: <c>notProvoked</c> in its operations.ts, which says why.</summary>
    private static string[] NotProvoked => ["CreateMyOtpEmailChallenge 403", "GetMyOtpEmailChallenge 403", "ResendMyOtpEmailChallenge 403", "VerifyMyOtpEmailChallenge 403"];

    private static bool IsReported(string name) =>
        ClientSuite.Sources.SelectMany(NodeTestsAttribute.NamesIn).Contains(name)
        || (name.Split(' ') is [var operationId, var status] && Document.ContainsKey(operationId) && int.TryParse(status, CultureInfo.InvariantCulture, out _));
}

public sealed class ClientOnSqliteTests(SqliteClientSuite suite) : ClientTests(suite), IClassFixture<SqliteClientSuite>;

public sealed class ClientOnPostgreSqlTests(PostgreSqlClientSuite suite) : ClientTests(suite), IClassFixture<PostgreSqlClientSuite>;
