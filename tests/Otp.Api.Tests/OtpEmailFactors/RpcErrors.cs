using System.Net;
using System.Text.Json.Nodes;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

/// <summary>The shape of an error that the google.rpc families document.</summary>
internal static class RpcErrors
{
    /// <summary>It is exactly this error.</summary>
    public static void ShouldBeRpcError(this OtpAnswer answer, HttpStatusCode status, int code, string id, string? message = null)
    {
        answer.Status.Should().Be(status, "the answer is {0}", answer.Text);
        answer.Headers["Content-Type"].Should().Be("application/json; charset=utf-8");
        answer.Headers.Should().ContainKey("Trace-Id");
        var body = answer.Json;
        body.Select(member => member.Key).Should().Equal("code", "message", "details");
        answer.RpcCode.Should().Be(code);
        var detail = body["details"]!.AsArray().Should().ContainSingle().Which!.AsObject();
        detail.Select(member => member.Key).Should().Equal("@type", "id", "message");
        ((string)detail["@type"]!).Should().Be("type.googleapis.com/zitadel.v1.ErrorDetail");
        answer.RpcId.Should().Be(id);
        var text = (string)detail["message"]!;
        text.Should().NotBeNullOrWhiteSpace();
        if (message is not null)
        {
            text.Should().Be(message);
        }

        ((string)body["message"]!).Should().Be($"{text} ({id})");
        answer.Text.Should().NotContainAny("Exception", "   at ", "Otp.", "SELECT", "System.", "Npgsql");
        answer.Headers.ContainsKey("Retry-After").Should().Be(status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable);
    }

    /// <summary>The members that an error of <c>/api/v1</c> names.</summary>
    public static void ShouldNameOnly(this OtpAnswer answer, params string[] fields)
    {
        answer.Status.Should().Be(HttpStatusCode.UnprocessableEntity, "the answer is {0}", answer.Text);
        answer.ErrorName.Should().Be("ValidateError");
        var data = answer.Error["data"]!.AsObject();
        data.Select(member => member.Key).Should().BeEquivalentTo(fields);
        data.Select(member => (JsonNode?)member.Value!["message"]).Should().NotContainNulls();
    }
}
