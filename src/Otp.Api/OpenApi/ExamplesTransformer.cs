using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Otp.Api.Hosting;
using Otp.Api.Http;
using Otp.Application.Delivery;
using Otp.Application.EmailVerifications;

namespace Otp.Api.OpenApi;

/// <summary>Examples of bodies and answers, written by the serializer that writes the real ones.</summary>
internal sealed class ExamplesTransformer(IOptions<JsonOptions> json) : IOpenApiOperationTransformer
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly EmailStatusDto Open = new()
    {
        Email = "ada@example.com",
        IsVerified = false,
        Otp = new PasscodeDto
        {
            CreatedAt = Start,
            NumberOfAttempts = 0,
            ExpiresAt = Start.AddMinutes(15),
            IsExpired = false,
            IsMaxAttempts = false,
            ResendAvailableAt = Start.AddMinutes(1),
        },
        Delivery = new DeliveryDto(DeliveryState.Queued, Start),
    };

    private static readonly EmailStatusDto Verified = new()
    {
        Email = "ada@example.com",
        IsVerified = true,
        Delivery = new DeliveryDto(DeliveryState.Sent, Start.AddSeconds(1)),
    };

    private static readonly Dictionary<string, object> Answers = new()
    {
        ["CreateEmailOneTimePasscode"] = new Envelope<EmailStatusDto>(Open),
        ["GetEmailVerificationStatus"] = new Envelope<EmailStatusDto>(Open),
        ["VerifyEmail"] = new Envelope<EmailStatusDto>(Verified),
        ["GetLiveness"] = new Envelope<HealthDto>(new HealthDto("live")),
        ["GetReadiness"] = new Envelope<HealthDto>(new HealthDto("ready")),
    };

    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["VerifyEmail"] = """{ "passcode": "123456" }""",
    };

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (operation.OperationId is not { } id)
        {
            return Task.CompletedTask;
        }

        if (Answers.TryGetValue(id, out var answer) && operation.Responses?.TryGetValue("200", out var response) == true)
        {
            SetExample(response.Content, JsonSerializer.SerializeToNode(answer, answer.GetType(), json.Value.JsonSerializerOptions));
        }

        if (Bodies.TryGetValue(id, out var body))
        {
            SetExample(operation.RequestBody?.Content, JsonNode.Parse(body));
        }

        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            parameter.Deprecated = parameter.Description?.StartsWith("Deprecated", StringComparison.Ordinal) == true;
        }

        return Task.CompletedTask;
    }

    private static void SetExample(IDictionary<string, OpenApiMediaType>? content, JsonNode? example)
    {
        if (content?.TryGetValue("application/json", out var media) == true)
        {
            media.Example = example;
        }
    }
}
