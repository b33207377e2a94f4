using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.OpenApi;

public sealed class OpenApiTests
{
    private const string AcceptVariable = "OTP_ACCEPT_OPENAPI";

    /// <summary>What helps people, and is no part of the API.</summary>
    private static readonly string[] Undescribed = ["/dev/", "/demo", "/swagger", "/openapi/"];

    [Fact]
    public async Task Document_WhenServed_ShouldEqualTheCommittedOne()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        var answer = await server.Anonymous().SendAsync(HttpMethod.Get, "openapi/v1.json");
        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Headers["Content-Type"].Should().StartWith("application/json");
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(ApiDocument.CommittedPath)!);
            await File.WriteAllTextAsync(ApiDocument.CommittedPath, answer.Text.ReplaceLineEndings("\n").TrimEnd() + "\n");
        }

        File.Exists(ApiDocument.CommittedPath).Should().BeTrue($"{ApiDocument.CommittedPath} is committed: run build/openapi");
        var committed = JsonNode.Parse(await File.ReadAllTextAsync(ApiDocument.CommittedPath));

        Differences(committed, JsonNode.Parse(answer.Text), "").Take(20).Should().BeEmpty(
            "the service's description is committed in docs/openapi/v1.json. If the change is meant, run build/openapi and commit the file; it breaks clients if something is gone");
    }

    [Fact]
    public async Task Document_WhenServedInProduction_ShouldBeTheSame()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, OtpServer.Production);

        var answer = await server.Anonymous().SendAsync(HttpMethod.Get, "openapi/v1.json");

        Differences(ApiDocument.Committed.Json, answer.Json, "").Should().BeEmpty();
    }

    [Fact]
    public async Task Document_WhenARouteIsMapped_ShouldDescribeIt()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["?"])
                .Select(method => (Method: method, Path: "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))))
            .Where(route => route.Path != "/" && !Undescribed.Any(prefix => route.Path.StartsWith(prefix, StringComparison.Ordinal)))
            .ToList();

        routes.Should().HaveCountGreaterThan(4);
        foreach (var (method, path) in routes)
        {
            var operation = ApiDocument.Committed.FindOperation(method, path);
            operation.Should().NotBeNull($"{method} {path} is served");
            ((string?)operation!["operationId"]).Should().NotBeNullOrWhiteSpace($"{method} {path} needs one");
            ((string?)operation["summary"]).Should().NotBeNullOrWhiteSpace($"{method} {path} needs one");
            operation["responses"]!["200"]!["content"]!["application/json"]!["schema"].Should().NotBeNull($"{method} {path} needs one");
        }

        ApiDocument.Committed.Operations.Select(item => (item.Method, item.Path)).Should().BeEquivalentTo(routes, "nothing is described that is not served");
    }

    [Theory]
    [InlineData("PUT", "/api/v1/user/me/email/otp", "CreateEmailOneTimePasscode", "200 401 404 406 409 429 500 503")]
    [InlineData("GET", "/api/v1/user/me/email/status", "GetEmailVerificationStatus", "200 401 404 406 429 500 503")]
    [InlineData("POST", "/api/v1/user/me/email/verify", "VerifyEmail", "200 400 401 404 406 413 415 422 429 500 503")]
    [InlineData("GET", "/health/live", "GetLiveness", "200")]
    [InlineData("GET", "/health/ready", "GetReadiness", "200 503")]
    public void Operation_WhenDescribed_ShouldListWhatItCanAnswer(string method, string path, string operationId, string statuses)
    {
        var operation = ApiDocument.Committed.FindOperation(method, path);

        ((string?)operation!["operationId"]).Should().Be(operationId);
        operation["responses"]!.AsObject().Select(response => response.Key).Should().BeEquivalentTo(statuses.Split(' '));
    }

    [Fact]
    public void Operations_WhenTheyNeedAToken_ShouldSayHow()
    {
        var scheme = ApiDocument.Committed.Json["components"]!["securitySchemes"]!["bearer"]!;
        ((string)scheme["type"]!).Should().Be("http");
        ((string)scheme["scheme"]!).Should().Be("bearer");

        foreach (var (method, path, operation) in ApiDocument.Committed.Operations)
        {
            var isOpen = path.StartsWith("/health", StringComparison.Ordinal) || path.StartsWith("/webhooks", StringComparison.Ordinal);
            (operation["security"] is JsonArray { Count: > 0 }).Should().Be(!isOpen, $"{method} {path}");
        }
    }

    [Fact]
    public void Guess_WhenMadeByGet_ShouldBeMarkedDeprecatedAndOptional()
    {
        var parameter = ApiDocument.Committed.FindOperation("GET", "/api/v1/user/me/email/status")!["parameters"]!.AsArray().Single()!;

        ((string)parameter["name"]!).Should().Be("passcode");
        ((bool)parameter["deprecated"]!).Should().BeTrue();
        ((bool?)parameter["required"] ?? false).Should().BeFalse();
    }

    [Fact]
    public void Examples_WhenDescribed_ShouldKeepTheirSchemas()
    {
        var document = ApiDocument.Committed;
        var seen = 0;
        foreach (var (method, path, operation) in document.Operations)
        {
            var contents = operation["responses"]!.AsObject().Select(response => ($"{method} {path} {response.Key}", response.Value!["content"]))
                .Append(($"{method} {path} body", operation["requestBody"]?["content"]));
            foreach (var (at, content) in contents.Where(item => item.Item2 is not null))
            {
                var media = content!.AsObject().Single();
                media.Key.Should().Be("application/json", at);
                var examples = media.Value!["examples"] is JsonObject several
                    ? several.Select(example => (At: $"{at} {example.Key}", Value: example.Value!["value"])).ToList()
                    : [(At: at, Value: media.Value["example"])];
                foreach (var example in examples)
                {
                    example.Value.Should().NotBeNull($"{example.At} needs an example");
                    document.Violations(example.Value, media.Value["schema"]!.AsObject(), example.At).Should().BeEmpty();
                    seen++;
                }
            }
        }

        seen.Should().BeGreaterThan(400);
    }

    /// <summary>What generators of clients stumble over: they would make a type that nothing needs, or one that can be null where nothing is.</summary>
    [Fact]
    public void Schemas_WhenDescribed_ShouldBeNeitherNullableNorChoices()
    {
        var text = ApiDocument.Committed.Json.ToJsonString();
        foreach (var word in new[] { "\"nullable\"", "\"oneOf\"", "\"anyOf\"", "\"allOf\"" })
        {
            text.Should().NotContain(word);
        }

        foreach (var (name, schema) in ApiDocument.Committed.Json["components"]!["schemas"]!.AsObject())
        {
            ((string?)schema!["description"]).Should().NotBeNullOrWhiteSpace($"{name} needs one");
            (schema["enum"]?.AsArray() ?? []).Should().NotContainNulls(name);
            foreach (var (member, property) in schema["properties"]?.AsObject() ?? [])
            {
                (property!["$ref"] ?? property["description"]).Should().NotBeNull($"{name}.{member} needs a description");
                property["properties"].Should().BeNull($"{name}.{member} needs a name of its own");
                (property["items"]?["properties"]).Should().BeNull($"the items of {name}.{member} need a name of their own");
            }
        }
    }

    [Fact]
    public void Parameters_WhenDescribed_ShouldSayWhatTheyAre()
    {
        var parameters = ApiDocument.Committed.Operations.SelectMany(item => (item.Operation["parameters"]?.AsArray() ?? []).Select(parameter => (item.Path, Parameter: parameter!))).ToList();

        parameters.Should().NotBeEmpty();
        foreach (var (path, parameter) in parameters)
        {
            ((string?)parameter["description"]).Should().NotBeNullOrWhiteSpace($"{parameter["name"]} of {path} needs one");
        }
    }

    [Fact]
    public async Task Answers_WhenReal_ShouldKeepTheirSchemas()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        var ada = server.As("ada", "ada@example.com");
        List<OtpAnswer> answers = [await ada.StatusAsync(), await ada.RequestCodeAsync(), await ada.RequestCodeAsync(), await ada.VerifyAsync("x")];
        var code = await server.CodeToAsync("ada@example.com");
        answers.Add(await ada.StatusAsync());
        answers.Add(await ada.GuessWrongAsync(code, 5));
        answers.Add(await ada.StatusAsync());
        server.Time.Advance(TimeSpan.FromMinutes(15));
        await ada.RequestCodeAsync();
        answers.Add(await ada.VerifyAsync(await server.CodeToAsync("ada@example.com")));
        answers.Add(await server.Anonymous().StatusAsync());
        answers.Add(await server.Anonymous().SendAsync(HttpMethod.Get, "health/ready"));

        foreach (var answer in answers)
        {
            var operation = ApiDocument.Committed.FindOperation(answer.Method.Method, answer.Path)!;
            var status = ((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture);
            var schema = operation["responses"]![status]!["content"]!["application/json"]!["schema"]!.AsObject();
            ApiDocument.Committed.Violations(answer.Json, schema, $"{answer.Method} {answer.Path} {status}").Should().BeEmpty(answer.Text);
        }
    }

    private static IEnumerable<string> Differences(JsonNode? committed, JsonNode? served, string at)
    {
        if (committed is JsonObject before && served is JsonObject after)
        {
            return before.Select(member => member.Key).Union(after.Select(member => member.Key))
                .SelectMany(name => !after.ContainsKey(name) ? [$"{at}/{name} is gone"]
                    : !before.ContainsKey(name) ? [$"{at}/{name} is new"]
                    : Differences(before[name], after[name], $"{at}/{name}"));
        }

        return JsonNode.DeepEquals(committed, served) ? [] : [$"{at} was {committed?.ToJsonString() ?? "null"} and is {served?.ToJsonString() ?? "null"}"];
    }
}
