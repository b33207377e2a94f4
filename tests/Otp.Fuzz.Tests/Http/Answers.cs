using System.Net;
using System.Text.Json.Nodes;
using Otp.Api.Tests.OpenApi;
using Otp.TestKit;

namespace Otp.Fuzz.Tests.Http;

/// <summary>What every answer of the service keeps to, whatever was asked.</summary>
internal static class Answers
{
    private static readonly string[] RpcFamilies = ["/auth/v1", "/v2", "/v2beta", "/v3alpha"];

    /// <summary>What the web server says by itself of requests that are not HTTP, or larger than it reads.</summary>
    private static readonly HttpStatusCode[] ServersOwn = [HttpStatusCode.BadRequest, HttpStatusCode.RequestUriTooLong, HttpStatusCode.RequestHeaderFieldsTooLarge];

    /// <summary>Checks an answer.</summary>
    /// <returns>In short what it says, the same on both databases.</returns>
    public static string ShouldBeInOrder(this OtpAnswer answer, FuzzRequest request, JsonObject? operation)
    {
        var status = (int)answer.Status;
        status.Should().BeLessThan(500, answer.Text);
        if (!answer.Headers.ContainsKey("Trace-Id"))
        {
            request.IsMalformed.Should().BeTrue("the web server refused it with {0}", status);
            answer.Status.Should().BeOneOf(ServersOwn);
            answer.Text.Should().BeEmpty();
            return $"{status}";
        }

        ShouldCarryTheSecurityHeaders(answer);
        answer.Headers.ContainsKey("Retry-After").Should().Be(answer.Status == HttpStatusCode.TooManyRequests);
        var isBodyless = request.Method == "HEAD";
        if (operation is not null && request.IsToOperation && !request.IsMalformed)
        {
            ShouldBeDescribed(answer, request, operation);
        }

        if (status < 400)
        {
            return $"{status}";
        }

        answer.Headers["Content-Type"].Should().Be("application/json; charset=utf-8");
        answer.Headers["Cache-Control"].Should().Contain("no-store");
        if (isBodyless)
        {
            return $"{status}";
        }

        answer.Text.Should().NotContainAny("Exception", "   at ", "Otp.", "SELECT ", "System.", "Npgsql", "Microsoft.", "SQLite", "22021");
        var isRpc = answer.Json.ContainsKey("code");
        if (request.IsToOperation && !request.IsMalformed)
        {
            isRpc.Should().Be(RpcFamilies.Any(family => request.Path.StartsWith($"{family}/", StringComparison.Ordinal)), "{0} is of its family", answer.Text);
        }

        return isRpc ? ShouldBeRpcError(answer) : ShouldBeError(answer);
    }

    private static void ShouldBeDescribed(OtpAnswer answer, FuzzRequest request, JsonObject operation)
    {
        // What is asked by another method is another operation, or none.
        var described = ApiDocument.Committed.FindOperation(request.Method, request.Path);
        if (described != operation)
        {
            return;
        }

        if (operation["requestBody"] is not null && request.IsDeep)
        {
            ((int)answer.Status >= 400 && answer.Status != HttpStatusCode.UnprocessableEntity).Should().BeTrue("it is not read that deep: {0}", answer.Text);
        }

        var responses = operation["responses"]!.AsObject();
        var status = ((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!(answer.Status == HttpStatusCode.RequestEntityTooLarge && request.IsTooLarge))
        {
            responses.Select(response => response.Key).Should().Contain(status, "{0}", answer.Text);
            if (responses[status]!["content"]?["application/json"]?["schema"] is JsonObject schema)
            {
                ApiDocument.Committed.Violations(answer.Json, schema, "$").Should().BeEmpty();
            }
        }
    }

    private static void ShouldCarryTheSecurityHeaders(OtpAnswer answer)
    {
        answer.Headers["Trace-Id"].Should().MatchRegex("^[0-9a-f]{32}$");
        answer.Headers["X-Content-Type-Options"].Should().Be("nosniff");
        answer.Headers["Referrer-Policy"].Should().Be("no-referrer");
        answer.Headers["Content-Security-Policy"].Should().Contain("default-src 'none'").And.Contain("frame-ancestors");
        answer.Headers.Should().ContainKey("Cache-Control");
        answer.Headers.Keys.Should().NotContain(["Server", "X-Powered-By", "X-AspNet-Version"]);
    }

    private static string ShouldBeError(OtpAnswer answer)
    {
        answer.Json.Select(member => member.Key).Should().Equal("status", "error");
        ((string)answer.Json["status"]!).Should().Be("error");
        answer.Error.Select(member => member.Key).Should().Equal("statusCode", "name", "message", "data");
        ((int)answer.Error["statusCode"]!).Should().Be((int)answer.Status);
        ((string)answer.Error["message"]!).Should().NotBeNullOrWhiteSpace();
        answer.Error["data"]!.Should().BeOfType<JsonObject>();
        return $"{(int)answer.Status} {answer.ErrorName}";
    }

    private static string ShouldBeRpcError(OtpAnswer answer)
    {
        answer.Json.Select(member => member.Key).Should().Equal("code", "message", "details");
        var detail = answer.Json["details"]!.AsArray().Should().ContainSingle().Which!.AsObject();
        detail.Select(member => member.Key).Should().Equal("@type", "id", "message");
        ((string)detail["@type"]!).Should().Be("type.googleapis.com/zitadel.v1.ErrorDetail");
        ((string)answer.Json["message"]!).Should().Be($"{detail["message"]} ({answer.RpcId})");
        return $"{(int)answer.Status} {answer.RpcCode} {answer.RpcId}";
    }
}
