using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using FsCheck;
using Otp.Api.Tests.OpenApi;

namespace Otp.Fuzz.Tests.Http;

[Collection(FuzzServersCollection.Name)]
public sealed class OperationFuzzTests(FuzzServers servers)
{
    private const int CasesPerCast = 40;

    public static TheoryData<string, string> Operations
    {
        get
        {
            TheoryData<string, string> operations = [];
            foreach (var (method, path, _) in ApiDocument.Committed.Operations)
            {
                operations.Add(method, path);
            }

            return operations;
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    [Trait("Requirement", "SEC-22")]
    [Trait("Requirement", "SEC-23")]
    [Trait("Requirement", "SEC-28")]
    public void Operation_WhenAskedAnything_ShouldAnswerInItsShapeAlikeOnBothDatabases(string method, string path)
    {
        var operation = ApiDocument.Committed.FindOperation(method, path)!;

        var seen = FuzzOperation(FuzzRequests.To(method, path, operation), operation, 200);

        // A generator that reaches little proves little: something got past the doors.
        seen.Keys.Should().Contain(status => !status.StartsWith("401", StringComparison.Ordinal) && !status.StartsWith("403", StringComparison.Ordinal) && !status.StartsWith("406", StringComparison.Ordinal), method);
    }

    [Theory]
    [InlineData("POST", "/dev/tokens")]
    [InlineData("GET", "/dev/mailbox/messages")]
    [InlineData("GET", "/dev/mails/previews/{language}/{id}/html")]
    [InlineData("GET", "/openapi/v1.json")]
    [InlineData("GET", "/{a}/{b}")]
    [InlineData("POST", "/api/v1/{a}")]
    [InlineData("POST", "/v2/{a}")]
    public void Path_WhenItIsNotDescribed_ShouldAnswerInItsShapeAlikeOnBothDatabases(string method, string path) =>
        FuzzOperation(FuzzRequests.To(method, path, []), null, 100);

    private ConcurrentDictionary<string, int> FuzzOperation(Arbitrary<FuzzRequest> requests, JsonObject? operation, int cases)
    {
        var seen = new ConcurrentDictionary<string, int>();
        var count = 0;
        Fuzz.CheckAsync(requests, cases, async request =>
        {
            if (count++ % CasesPerCast == 0)
            {
                await Task.WhenAll(servers.All.Select(server => server.RecastAsync()));
            }

            var said = await Task.WhenAll(servers.All.Select(server => AskAsync(server, request, operation)));

            said.Distinct().Should().ContainSingle("both databases are one service: {0}", string.Join(" / ", said));
            seen.AddOrUpdate(said[0] ?? "", 1, (_, times) => times + 1);
        });
        return seen;
    }

    private static async Task<string?> AskAsync(FuzzServer server, FuzzRequest request, JsonObject? operation)
    {
        server.Server.Time.Advance(TimeSpan.FromSeconds(request.Wait));
        var answer = await request.SendAsync(server);
        server.TakeErrors().Should().BeEmpty();
        var said = answer?.ShouldBeInOrder(request, operation);

        // Whether what is wrong is met before the limit, is up to how the bytes arrive.
        return request.IsTooLarge && request.IsChunked ? "" : said;
    }
}
