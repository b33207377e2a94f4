using System.Net;
using System.Text.Json;

namespace Otp.Client.Tests;

/// <summary>What stands between the service and a caller answers too, and in its own way.</summary>
public sealed class OtpExceptionTests
{
    [Theory]
    [InlineData("<html>Bad Gateway</html>")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"error":"invalid_token"}""")]
    [InlineData("""{"error":null,"status":"error"}""")]
    [InlineData("""{"code":14}""")]
    [InlineData("""{"code":14,"message":null,"details":null}""")]
    public async Task Error_WhenItIsNotOneOfTheService_ShouldHaveNoNameAndTheBody(string body)
    {
        var error = await ThrowAsync(new StubHandler { Status = HttpStatusCode.BadGateway, Body = body });

        (error.StatusCode, error.Name, error.Code, error.Response).Should().Be((HttpStatusCode.BadGateway, null, null, body));
        error.Message.Should().Contain("502");
        error.Details.Should().BeEmpty();
        error.RetryAfter.Should().BeNull();
        error.TraceId.Should().BeNull();
    }

    [Fact]
    public async Task Error_WhenItIsOfApiV1_ShouldHaveItsParts()
    {
        var error = await ThrowAsync(new StubHandler
        {
            Status = HttpStatusCode.BadRequest,
            Body = """{"status":"error","error":{"statusCode":400,"name":"InvalidPasscodeError","message":"Code is invalid","data":{"remainingAttempts":4}}}""",
            Headers = new Dictionary<string, string> { ["trace-id"] = "4bf92f3577b34da6a3ce929d0e0e4736" },
        });

        (error.Name, error.Message, error.Code).Should().Be((OtpErrorNames.ApiV1.InvalidPasscode, "Code is invalid", null));
        ((JsonElement)error.Details["remainingAttempts"]).GetInt32().Should().Be(4);
        error.TraceId.Should().Be("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("""[{"@type":"t","id":"COMMAND-KLJ2d","message":"m"}]""", "COMMAND-KLJ2d")]
    [InlineData("[null]", null)]
    public async Task Error_WhenItIsOfTheOtherFamilies_ShouldHaveItsParts(string details, string? name)
    {
        var error = await ThrowAsync(new StubHandler { Status = HttpStatusCode.BadRequest, Body = $$"""{"code":9,"message":"m","details":{{details}}}""" });

        (error.Name, error.Message, error.Code).Should().Be((name, "m", 9));
    }

    [Theory]
    [InlineData("60", "Thu, 01 Jan 2026 00:00:00 GMT", 60)]
    [InlineData("0", "Thu, 01 Jan 2026 00:00:00 GMT", 0)]
    [InlineData("Thu, 01 Jan 2026 00:01:30 GMT", "Thu, 01 Jan 2026 00:00:00 GMT", 90)]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT", "Thu, 01 Jan 2026 00:00:00 GMT", null)]
    [InlineData("soon", "Thu, 01 Jan 2026 00:00:00 GMT", null)]
    [InlineData("Thu, 01 Jan 2026 00:01:30 GMT", "", null)]
    public async Task RetryAfter_WhenItIsSaid_ShouldBeATime(string retryAfter, string date, int? seconds)
    {
        var headers = new Dictionary<string, string> { ["Retry-After"] = retryAfter, ["Date"] = date };

        var error = await ThrowAsync(new StubHandler { Status = HttpStatusCode.ServiceUnavailable, Body = "", Headers = headers });

        error.RetryAfter.Should().Be(seconds is { } number ? TimeSpan.FromSeconds(number) : null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("""{"status":"ok"}""")]
    public async Task Success_WhenItCannotBeRead_ShouldBeAnError(string body)
    {
        var error = await ThrowAsync(new StubHandler { Body = body });

        (error.StatusCode, error.Name).Should().Be((HttpStatusCode.OK, null));
    }

    private static async Task<OtpException> ThrowAsync(StubHandler service)
    {
        using var http = new HttpClient(service) { BaseAddress = new Uri("https://otp.example/") };
        var client = new OtpClient(http);
        var call = () => client.GetLivenessAsync();
        return (await call.Should().ThrowAsync<OtpException>()).Which;
    }
}
