using System.Net;
using Otp.Infrastructure.Persistence;
using Xunit.Abstractions;

namespace Otp.Client.Tests.Operations;

/// <summary>
/// Every operation of the API's description through the client, against the real service on both databases: its success, and each error that the description
/// names for it. The rows come from the description, so what has no test fails.
/// </summary>
public sealed class OperationTests(Servers servers, ITestOutputHelper output) : IClassFixture<Servers>
{
    private static readonly DatabaseProvider[] Databases = [DatabaseProvider.Sqlite, DatabaseProvider.PostgreSql];

    public static TheoryData<DatabaseProvider, string> Operations => Rows(DocumentedError.Operations);

    public static TheoryData<DatabaseProvider, string> Errors => Rows(DocumentedError.All.Select(error => error.ToString()));

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_WhenAllIsReady_ShouldSucceed(DatabaseProvider provider, string operation)
    {
        var kind = operation == "RetryDelivery" ? ServerKind.Refusing : ServerKind.Usual;
        var world = new World(await servers.GetAsync(provider, kind), servers.SendGrid, servers.NewUser());
        var (client, target) = await Successes.PrepareAsync(operation, world);

        var answer = Calls.Invoke(operation, client, target);
        await answer;

        StatusOf(answer).Should().Be(SuccessStatus.Ok);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Operation_WhenItIsRefused_ShouldThrowTheDocumentedError(DatabaseProvider provider, string error)
    {
        var documented = DocumentedError.All.Single(item => item.ToString() == error);
        var world = new World(await servers.GetAsync(provider, Provocations.KindFor(documented)), servers.SendGrid, servers.NewUser());
        var (client, target) = await Provocations.PrepareAsync(documented, world);

        var call = () => Calls.Invoke(documented.Operation, client, target);

        var thrown = (await call.Should().ThrowAsync<OtpException>()).Which;
        (thrown.StatusCode, thrown.Name, thrown.Code).Should().Be((documented.Status, documented.Name, documented.Code), "the answer is {0}", thrown.Response);
        if (!documented.IsMessageOfTheRequest)
        {
            thrown.Message.Should().StartWith(documented.Message);
        }

        (thrown.RetryAfter > TimeSpan.Zero).Should().Be(documented.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable);
        thrown.TraceId.Should().MatchRegex("^[0-9a-f]{32}$");
    }

    [Fact]
    public void Client_WhenGenerated_ShouldHaveAMethodForEachOperationAndNoOther()
    {
        var operations = DocumentedError.Operations.ToList();

        typeof(IOtpClient).GetMethods().Select(method => method.Name).Should().BeEquivalentTo(operations.Select(operation => $"{operation}Async"));
        typeof(IOtpClient).GetMethods().Should().OnlyContain(method => method.GetParameters().Last().ParameterType == typeof(CancellationToken));
        Calls.Operations.Should().BeEquivalentTo(operations);
        output.WriteLine($"{operations.Count} operations, {DocumentedError.All.Count()} errors of them, all called on {Databases.Length} databases.");
    }

    [Fact]
    public void Names_WhenListed_ShouldBeThoseOfTheDescription()
    {
        var listed = new[] { typeof(OtpErrorNames.ApiV1), typeof(OtpErrorNames.Ids) }.SelectMany(type => type.GetFields()).Select(field => (string)field.GetRawConstantValue()!);

        listed.Should().BeEquivalentTo(DocumentedError.All.Select(error => error.Name).Distinct());
    }

    private static object? StatusOf(Task answer)
    {
        var result = answer.GetType().GetProperty(nameof(Task<object>.Result))!.GetValue(answer)!;
        return result.GetType().GetProperty("Status")!.GetValue(result);
    }

    private static TheoryData<DatabaseProvider, string> Rows(IEnumerable<string> names)
    {
        var rows = new TheoryData<DatabaseProvider, string>();
        foreach (var name in names)
        {
            foreach (var database in Databases)
            {
                rows.Add(database, name);
            }
        }

        return rows;
    }
}
