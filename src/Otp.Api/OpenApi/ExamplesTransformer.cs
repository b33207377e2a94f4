using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Otp.Api.Hosting;
using Otp.Api.Http;
using Otp.Api.Requests;
using Otp.Api.Responses;
using Otp.Application.Auditing;
using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Application.EmailVerifications;
using Otp.Application.OtpEmailFactors;
using Otp.Application.Suppressions;
using Otp.Domain.Auditing;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;

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

    private static readonly DetailsDto Details = new()
    {
        Sequence = "2",
        CreationDate = Start,
        ChangeDate = Start.AddMinutes(1),
        ResourceOwner = "69629023906488334",
    };

    private static readonly ChallengeDto Challenge = new()
    {
        ChallengeId = Guid.Parse("019b76da-a800-7000-8000-000000000001"),
        OtpEmailId = Guid.Parse("019b76da-a800-7000-8000-000000000002"),
        Email = "g***@mouse.com",
        CreatedAt = Start,
        ExpiresAt = Start.AddMinutes(5),
        NumberOfAttempts = 0,
        IsExpired = false,
        IsMaxAttempts = false,
        IsVerified = false,
        ResendAvailableAt = Start.AddMinutes(1),
        Delivery = new DeliveryDto(DeliveryState.Queued, Start),
    };

    private static readonly DeliveryRecordDto Failed = new()
    {
        DeliveryId = Guid.Parse("019b76da-a800-7000-8000-000000000003"),
        UserId = "ada",
        Kind = MailKind.EmailVerification,
        State = DeliveryState.Failed,
        ChangedAt = Start.AddSeconds(1),
        CreatedAt = Start,
        ExpiresAt = Start.AddMinutes(15),
        Attempts = 1,
        Reason = "HTTP 401",
    };

    private static readonly AuditEntryDto Rejected = new()
    {
        Id = Guid.Parse("019b76da-a800-7000-8000-000000000004"),
        OccurredAt = Start.AddSeconds(20),
        Action = AuditAction.PasscodeRejected,
        UserId = "ada",
        ActorId = "ada",
        ClientIp = "192.0.2.7",
        TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
        Purpose = PasscodePurpose.LoginChallenge,
        Outcome = GuessOutcome.Wrong,
        SubjectId = Challenge.ChallengeId,
    };

    /// <summary>A report as SendGrid sends it, in part.</summary>
    private static readonly string SendGridReports = $$"""
        [{ "email": "ada@example.com", "timestamp": 1767225602, "event": "delivered", "sg_event_id": "ZGVsaXZlcmVkLTA", "delivery_id": "{{Failed.DeliveryId}}" }]
        """;

    /// <summary>Answers that differ from the usual one of their type.</summary>
    private static readonly Dictionary<string, object> AnswersByOperation = new()
    {
        ["VerifyEmail"] = new Envelope<EmailStatusDto>(Verified),
        ["GetReadiness"] = new Envelope<HealthDto>(new HealthDto("ready")),
    };

    private static readonly Dictionary<Type, object> AnswersByType = new object[]
    {
        new Envelope<EmailStatusDto>(Open),
        new Envelope<ChallengeDto>(Challenge),
        new Envelope<DetailsResults>(new DetailsResults(Details)),
        new Envelope<VerificationResults>(new VerificationResults(Details)),
        new Envelope<AddedFactorResults>(new AddedFactorResults(Details, Challenge.OtpEmailId)),
        new Envelope<MyEmailResults>(new MyEmailResults(Details, new MyEmail("ada@example.com", true))),
        new Envelope<FactorListResults>(new FactorListResults([new AuthFactor(AuthFactorState.Ready, new OtpEmail())])),
        new Envelope<AuthenticationMethodsResults>(
            new AuthenticationMethodsResults(new ListDetails("1"), ["AUTHENTICATION_METHOD_TYPE_OTP_EMAIL"])),
        new Envelope<HealthDto>(new HealthDto("live")),
        new Envelope<DeliveryDto>(new DeliveryDto(DeliveryState.Queued, Start)),
        new Envelope<DeliveryPageDto>(new DeliveryPageDto([Failed], Failed.DeliveryId)),
        new Envelope<AuditPageDto>(new AuditPageDto([Rejected])),
        new Envelope<SuppressionPageDto>(new SuppressionPageDto([new SuppressionDto("ada@example.com", SuppressionReason.HardBounce, Start)], null)),
        new EmptyEnvelope(),
    }.ToDictionary(answer => answer.GetType());

    private static readonly Dictionary<Type, string> Bodies = new()
    {
        [typeof(VerifyEmailRequest)] = """{ "passcode": "123456" }""",
        [typeof(VerifyChallengeRequest)] = """{ "passcode": "12345678" }""",
        [typeof(CreateMyChallengeRequest)] = """{ "sendCode": { "urlTemplate": "https://app.example/login?challenge={{.ChallengeID}}&code={{.Code}}" } }""",
        [typeof(CreateChallengeRequest)] = """{ "returnCode": {} }""",
        [typeof(ResendChallengeRequest)] = """{ "sendCode": {} }""",
        [typeof(SetMyEmailRequest)] = """{ "email": "ada@example.com" }""",
        [typeof(SetEmailRequest)] = """{ "email": "ada@example.com", "sendCode": { "urlTemplate": "https://app.example/verify?user={{.UserID}}&code={{.Code}}" } }""",
        [typeof(SetContactEmailRequest)] = """{ "email": { "address": "ada@example.com", "sendCode": {} } }""",
        [typeof(ResendCodeRequest)] = """{ "sendCode": {} }""",
        [typeof(AddOtpEmailAuthenticatorRequest)] = """{ "email": { "address": "ada@work.example", "sendCode": {} } }""",
        [typeof(CodeGuessRequest)] = """{ "code": "12345678" }""",
        [typeof(VerificationCodeRequest)] = """{ "verificationCode": "123456" }""",
        [typeof(ListFactorsRequest)] = """{ "authFactors": ["OTP_EMAIL"], "states": ["AUTH_FACTOR_STATE_READY"] }""",
    };

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.Description.SupportedResponseTypes.FirstOrDefault(response => response.StatusCode == StatusCodes.Status200OK)?.Type;
        if ((AnswersByOperation.TryGetValue(operation.OperationId ?? "", out var answer) || (type is not null && AnswersByType.TryGetValue(type, out answer)))
            && operation.Responses?.TryGetValue("200", out var response) == true)
        {
            SetExample(response.Content, JsonSerializer.SerializeToNode(answer, answer.GetType(), json.Value.JsonSerializerOptions));
        }

        var bodyType = context.Description.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source == BindingSource.Body)?.Type;
        if (bodyType is not null && Bodies.TryGetValue(bodyType, out var body))
        {
            SetExample(operation.RequestBody?.Content, JsonNode.Parse(body));
        }

        if (operation.OperationId == "ReceiveSendGridEvents")
        {
            // The action reads the body itself: what is signed is its bytes.
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new()
                    {
                        Schema = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.Object } },
                        Example = JsonNode.Parse(SendGridReports),
                    },
                },
            };
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
