using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Otp.Api.Http;
using Otp.Api.Security;
using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Application.Users;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;

namespace Otp.Api.OpenApi;

/// <summary>Describes every error that an operation can answer, each with an example made by the code that writes it.</summary>
internal sealed class ErrorResponsesTransformer(IEnumerable<IErrorFamily> families, IOptions<JsonOptions> json) : IOpenApiOperationTransformer
{
    private const string ErrorSchema = "ErrorResponse";

    private static readonly DateTimeOffset ExampleTime = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);

    /// <summary>Where the usual example of a status would mislead.</summary>
    private static readonly Dictionary<(string?, HttpStatusCode), DomainError> ErrorsByOperation = new()
    {
        [("RetryDelivery", HttpStatusCode.NotFound)] = DeliveryErrors.NotFound,
        [("RetryDelivery", HttpStatusCode.Conflict)] = DeliveryErrors.NotRetryable,
        [("LiftSuppression", HttpStatusCode.NotFound)] = RecipientErrors.NotSuppressed,
        [("AddMyAuthFactorOTPEmail", HttpStatusCode.BadRequest)] = OtpEmailFactorErrors.AddressNotVerified,
        [("AddOTPEmail", HttpStatusCode.BadRequest)] = OtpEmailFactorErrors.AddressNotVerified,
        [("AddOTPEmailBeta", HttpStatusCode.BadRequest)] = OtpEmailFactorErrors.AddressNotVerified,
        [("ResendMyEmailVerification", HttpStatusCode.BadRequest)] = RecipientErrors.Suppressed,
        [("CreateEmailOneTimePasscode", HttpStatusCode.Conflict)] = RecipientErrors.Suppressed,
        [("CreateMyOtpEmailChallenge", HttpStatusCode.Conflict)] = RecipientErrors.Suppressed,
        [("CreateOtpEmailChallenge", HttpStatusCode.Conflict)] = RecipientErrors.Suppressed,
    };

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Responses ??= [];
        var family = families.First(item => item.Includes("/" + context.Description.RelativePath));
        var document = context.Document!;
        var schemaName = family.BodyType == typeof(ErrorBody) ? ErrorSchema : family.BodyType.Name;
        document.AddComponent(schemaName, await context.GetOrCreateSchemaAsync(family.BodyType, null, cancellationToken));
        foreach (var status in StatusesOf(operation, context, family))
        {
            operation.Responses[((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = DeclaredDescriptionOf(status, context) ?? family.Meaning(status),
                Headers = HeadersOf(status),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new() { Schema = new OpenApiSchemaReference(schemaName, document), Example = ExampleOf(family, status, operation.OperationId, context) },
                },
            };
        }

        var ordered = operation.Responses.OrderBy(response => response.Key, StringComparer.Ordinal).ToList();
        operation.Responses.Clear();
        foreach (var (status, response) in ordered)
        {
            operation.Responses.Add(status, response);
        }
    }

    private static IEnumerable<HttpStatusCode> StatusesOf(OpenApiOperation operation, OpenApiOperationTransformerContext context, IErrorFamily family)
    {
        var declared = operation.Responses!.Keys
            .Select(key => (HttpStatusCode)int.Parse(key, System.Globalization.CultureInfo.InvariantCulture))
            .Where(status => (int)status >= 400);
        var statuses = declared.ToHashSet();
        if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
        {
            statuses.UnionWith([HttpStatusCode.Unauthorized, HttpStatusCode.NotAcceptable, HttpStatusCode.InternalServerError, HttpStatusCode.ServiceUnavailable]);
        }

        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<LimitClientAttribute>().Any())
        {
            statuses.Add(HttpStatusCode.TooManyRequests);
        }

        if (operation.RequestBody is not null)
        {
            statuses.UnionWith([HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnsupportedMediaType, family.BadShape]);
        }

        return statuses.Order();
    }

    /// <summary>What the action itself says about a status, in its <c>ProducesResponseType</c> attribute.</summary>
    private static string? DeclaredDescriptionOf(HttpStatusCode status, OpenApiOperationTransformerContext context) =>
        context.Description.SupportedResponseTypes.FirstOrDefault(response => response.StatusCode == (int)status)?.Description;

    private static Dictionary<string, IOpenApiHeader>? HeadersOf(HttpStatusCode status) =>
        status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) ? null : new Dictionary<string, IOpenApiHeader>
        {
            ["Retry-After"] = new OpenApiHeader
            {
                Description = "Seconds to wait; to wait so long is enough.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
            },
        };

    /// <summary>A member that the body has, by the name that a caller writes.</summary>
    private static string MemberOf(OpenApiOperationTransformerContext context)
    {
        var body = context.Description.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source == BindingSource.Body)?.ModelMetadata;
        return JsonNamingPolicy.CamelCase.ConvertName(body?.Properties.FirstOrDefault(member => member.ContainerType == body.ModelType)?.Name ?? "member");
    }

    private JsonNode? ExampleOf(IErrorFamily family, HttpStatusCode status, string? operationId, OpenApiOperationTransformerContext context)
    {
        var answer = status switch
        {
            _ when ErrorsByOperation.TryGetValue((operationId, status), out var error) => family.Describe(error),
            HttpStatusCode.NotFound => family.Describe(UserErrors.NotFound),
            HttpStatusCode.TooManyRequests => family.Describe(PasscodeErrors.TooSoon(ExampleTime)),
            HttpStatusCode.Conflict => family.Describe(OtpEmailFactorErrors.AlreadyExists),
            HttpStatusCode.UnprocessableEntity => family.Describe(RequestErrors.Invalid([new FieldError(MemberOf(context), "is required")])),
            _ => family.Describe(status, ErrorWriter.MessageOf(status)),
        };
        return JsonSerializer.SerializeToNode(answer.Body, answer.Body.GetType(), json.Value.JsonSerializerOptions);
    }
}
