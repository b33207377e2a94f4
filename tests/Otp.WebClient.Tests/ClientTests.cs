using System.Globalization;
using System.Text.Json.Nodes;
using Otp.TestKit;

namespace Otp.WebClient.Tests;

/// <summary>What Node.js's test runner found about the TypeScript client.</summary>
public abstract class ClientTests(NodeSuite suite)
{
    /// <summary>All operations of the committed OpenAPI document.</summary>
    public static TheoryData<string> Operations => [.. Document.Keys];

    /// <summary>The description of each operation.</summary>
    private static Dictionary<string, JsonObject> Document { get; } = (
        from path in JsonNode.Parse(File.ReadAllText(Repository.PathOf("docs", "openapi", "v1.json")))!["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Value is JsonObject
        select operation.Value!.AsObject()).ToDictionary(operation => (string)operation["operationId"]!);

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_WhenTheClientCallsIt_ShouldSucceedAndThrowEachErrorThatIsDescribed(string operationId)
    {
        foreach (var (status, _) in Document[operationId]["responses"]!.AsObject())
        {
            suite.ShouldHavePassed($"{operationId} {status}");
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

    private static bool IsReported(string name) =>
        ClientSuite.Sources.SelectMany(NodeTestsAttribute.NamesIn).Contains(name)
        || (name.Split(' ') is [var operationId, var status] && Document.ContainsKey(operationId) && int.TryParse(status, CultureInfo.InvariantCulture, out _));
}

public sealed class ClientOnSqliteTests(SqliteClientSuite suite) : ClientTests(suite), IClassFixture<SqliteClientSuite>;

public sealed class ClientOnPostgreSqlTests(PostgreSqlClientSuite suite) : ClientTests(suite), IClassFixture<PostgreSqlClientSuite>;
