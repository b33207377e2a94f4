using System.Net;
using System.Text.Json.Nodes;
using Otp.Api.Tests.OpenApi;
using Otp.TestKit;

namespace Otp.Api.Tests.Errors;

/// <summary>The one shape of an error under <c>/api/v1</c> and wherever no other is documented.</summary>
internal static class ErrorAssertions
{
    /// <summary>Checks all of an error: status, headers, body and that the API's description knows of it.</summary>
    /// <returns>Its <c>data</c>.</returns>
    public static JsonObject ShouldBeError(this OtpAnswer answer, HttpStatusCode status, string name, string? message = null)
    {
        answer.Status.Should().Be(status, answer.Text);
        answer.Headers["Content-Type"].Should().Be("application/json; charset=utf-8");
        answer.Headers["Cache-Control"].Should().Contain("no-store");
        answer.Headers["Trace-Id"].Should().MatchRegex("^[0-9a-f]{32}$");
        answer.Json.Select(member => member.Key).Should().Equal("status", "error");
        ((string)answer.Json["status"]!).Should().Be("error");
        answer.Error.Select(member => member.Key).Should().Equal("statusCode", "name", "message", "data");
        ((int)answer.Error["statusCode"]!).Should().Be((int)status);
        ((string)answer.Error["name"]!).Should().Be(name);
        ((string)answer.Error["message"]!).Should().NotBeNullOrWhiteSpace();
        if (message is not null)
        {
            ((string)answer.Error["message"]!).Should().Be(message);
        }

        if ((int)status >= 500)
        {
            ((string)answer.Error["message"]!).Should().Contain(answer.Headers["Trace-Id"], "whoever reports a fault must be able to name it");
        }

        if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
        {
            answer.RetryAfter.Should().BePositive();
        }
        else
        {
            answer.Headers.Should().NotContainKey("Retry-After");
        }

        ApiDocument.Committed.ShouldDescribe(answer);
        var data = answer.Error["data"]!.AsObject();
        if (status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.UnprocessableEntity))
        {
            data.Should().BeEmpty();
        }

        return data;
    }

    /// <summary>A refusal of one member, which does not show its value.</summary>
    public static void ShouldRefuseMember(this OtpAnswer answer, string member, string message)
    {
        var data = answer.ShouldBeError(HttpStatusCode.UnprocessableEntity, "ValidateError");
        data.Select(field => field.Key).Should().Equal(member);
        data[member]!.AsObject().Select(detail => detail.Key).Should().Equal("message");
        ((string)data[member]!["message"]!).Should().Be(message);
    }

    /// <summary>A 429, and waiting as long as it says is enough (SEC-14).</summary>
    public static async Task ShouldPassAfterRetryAfterAsync(this OtpAnswer refused, OtpServer server, Func<Task<OtpAnswer>> again)
    {
        var data = refused.ShouldBeError(HttpStatusCode.TooManyRequests, "TooManyRequestsError");
        data.Select(member => member.Key).Should().Equal("retryAt");
        var wait = (DateTimeOffset)data["retryAt"]! - server.Time.GetUtcNow();
        refused.RetryAfter.Should().BeGreaterThanOrEqualTo(wait).And.BeLessThan(wait + TimeSpan.FromSeconds(1), "it is rounded up to whole seconds");

        server.Time.Advance(wait - TimeSpan.FromMilliseconds(1));
        (await again()).ShouldBeError(HttpStatusCode.TooManyRequests, "TooManyRequestsError");

        server.Time.Advance(refused.RetryAfter - wait + TimeSpan.FromMilliseconds(1));
        (await again()).Status.Should().Be(HttpStatusCode.OK);
    }
}
