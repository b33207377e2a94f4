using System.Net;
using System.Text.Json.Nodes;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Extending;

/// <summary>A team's own program of three lines, as a process, from its own output folder.</summary>
public sealed class ExtensionProgramTests
{
    private const string Address = "ada@example.com";
    private const string Route = "/api/v1/user/me/email/withdraw";

    /// <summary>Beside the tests' own output: of the same configuration and framework.</summary>
    private static string Program
    {
        get
        {
            var framework = new DirectoryInfo(AppContext.BaseDirectory);
            return Repository.PathOf("tests", "Otp.ExtensionSample", "bin", framework.Parent!.Name, framework.Name, "Otp.ExtensionSample.dll");
        }
    }

    [Fact]
    public async Task Program_WhenStarted_ShouldServeItsRouteOursAndThePages()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var process = await OtpProcess.StartAsync(database, program: Program);
        var ada = process.As("ada", Address);

        (await ada.RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK);
        var withdrawn = await ada.SendAsync(HttpMethod.Post, Route, new { email = Address });

        withdrawn.Status.Should().Be(HttpStatusCode.OK, withdrawn.Text);
        ((string)withdrawn.Results["email"]!).Should().Be(Address);
        (await ada.StatusAsync()).Results.ContainsKey("otp").Should().BeFalse();
        foreach (var page in new[] { "/", "/dev/mailbox", "/dev/landing.js", "/swagger/index.html", "/health/ready" })
        {
            using var response = await process.Client.GetAsync(page);
            response.StatusCode.Should().Be(HttpStatusCode.OK, page);
        }

        process.Output.Should().NotContain("Executing endpoint", "the default log levels are the host's, wherever it runs");
    }

    [Fact]
    public async Task OpenApi_WhenExtended_ShouldDescribeTheRouteAndItsErrors()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var process = await OtpProcess.StartAsync(database, program: Program);

        var document = JsonNode.Parse(await process.Client.GetStringAsync("/openapi/v1.json"))!;

        document["paths"]!.AsObject().Should().ContainKey("/api/v1/user/me/email/verify", "ours are there, too");
        var operation = document["paths"]![Route]!["post"]!;
        ((string)operation["operationId"]!).Should().Be("WithdrawEmailPasscode");
        ((string)operation["summary"]!).Should().Be("Takes back the passcode that was mailed to the user.");
        operation["security"]!.AsArray().Should().ContainSingle();
        var responses = operation["responses"]!.AsObject();
        responses.Select(response => response.Key).Should().Equal("200", "400", "401", "404", "406", "409", "413", "415", "422", "500", "503");
        responses.Where(response => response.Key != "200").Should().OnlyContain(response =>
            (string)response.Value!["content"]!["application/json"]!["schema"]!["$ref"]! == "#/components/schemas/ErrorResponse");
        ((string)responses["409"]!["description"]!).Should().Be("The passcode was not sent to this address, or the email is verified already.");
        ((string)responses["422"]!["content"]!["application/json"]!["example"]!["error"]!["data"]!["email"]!["message"]!).Should().Be("is required");
        document["components"]!["schemas"]!["WithdrawPasscodeRequest"]!["additionalProperties"]!.GetValue<bool>().Should().BeFalse();
        document["components"]!["schemas"]!["Withdrawal"]!["properties"]!.AsObject().Should().ContainKeys("email", "resendAvailableAt");
    }
}
