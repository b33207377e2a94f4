using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Otp.Api.Http;
using Otp.Api.Security;
using Otp.Application.Common;
using Otp.Application.Users;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;

namespace Otp.Api.OpenApi;

/// <summary>Describes every error that an operation can answer, each with an example made by the code that writes it.</summary>
internal sealed class ErrorResponsesTransformer(IEnumerable<IErrorFamily> families, IOptions<JsonOptions> json) : IOpenApiOperationTransformer
{
    private const string ErrorSchema = "ErrorResponse";

    private static readonly DateTimeOffset ExampleTime = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);

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
                    ["application/json"] = WithExamples(
                        new OpenApiMediaType { Schema = new OpenApiSchemaReference(schemaName, document) }, family, AnswersOf(family, status, operation, context)),
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

        // The own user needs no permission.
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<AuthorizeAttribute>().Any(item => item.Policy == Permissions.WriteUser)
            && context.Description.RelativePath?.Contains("{userId}", StringComparison.Ordinal) == false)
        {
            statuses.Remove(HttpStatusCode.Forbidden);
            operation.Responses!.Remove("403");
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

    /// <summary>All that an operation can answer with a status: what the framework refuses first, then what the rules do.</summary>
    private static List<(string Name, ErrorAnswer Answer)> AnswersOf(
        IErrorFamily family, HttpStatusCode status, OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        List<(string, ErrorAnswer)> answers = [.. OperationErrors.Of(operation.OperationId)
            .Select(error => (error.Code, Answer: family.Describe(error)))
            .Where(item => item.Answer.Status == status)];
        if (status == HttpStatusCode.TooManyRequests && context.Description.ActionDescriptor.EndpointMetadata.OfType<LimitClientAttribute>().Any())
        {
            var refused = LimitClients.TooManyRequests(ExampleTime);
            answers.Add((refused.Code, family.Describe(refused)));
        }

        if (status == HttpStatusCode.UnprocessableEntity && answers.Count == 0)
        {
            answers.Add(("Request.Invalid", family.Describe(RequestErrors.Invalid([new FieldError(MemberOf(context), "is required")]))));
        }

        var isUnreadable = status == HttpStatusCode.BadRequest && operation.RequestBody is not null;
        if (isUnreadable)
        {
            answers.Insert(0, ("Request.Unreadable", family.Describe(status, ErrorWriter.Unreadable)));
        }
        else if (answers.Count == 0)
        {
            answers.Add(("", DescribeBare(family, status, context)));
        }

        return answers;
    }

    // An operation that is not ours says only which statuses it answers: the usual error of each.
    private static ErrorAnswer DescribeBare(IErrorFamily family, HttpStatusCode status, OpenApiOperationTransformerContext context) => status switch
    {
        HttpStatusCode.RequestEntityTooLarge => family.Describe(status, ErrorWriter.TooLarge(MaxBodyBytesOf(context))),
        HttpStatusCode.NotFound => family.Describe(UserErrors.NotFound),
        HttpStatusCode.TooManyRequests => family.Describe(PasscodeErrors.TooSoon(ExampleTime)),
        HttpStatusCode.Conflict => family.Describe(OtpEmailFactorErrors.AlreadyExists),
        _ => family.Describe(status, ErrorWriter.MessageOf(status)),
    };

    private static long MaxBodyBytesOf(OpenApiOperationTransformerContext context) =>
        context.Description.ActionDescriptor.EndpointMetadata.OfType<IRequestSizeLimitMetadata>().LastOrDefault()?.MaxRequestBodySize ?? RequestLimits.MaxBodyBytes;

    private OpenApiMediaType WithExamples(OpenApiMediaType media, IErrorFamily family, List<(string Name, ErrorAnswer Answer)> answers)
    {
        var bodies = answers.Select(item => (Name: family.ExampleName(item.Answer, item.Name), Body: ToJson(item.Answer.Body))).DistinctBy(item => item.Name).ToList();
        if (bodies.Count == 1)
        {
            media.Example = bodies[0].Body;
        }
        else
        {
            media.Examples = bodies.ToDictionary(item => item.Name, IOpenApiExample (item) => new OpenApiExample { Value = item.Body });
        }

        return media;
    }

    private JsonNode? ToJson(object body) => JsonSerializer.SerializeToNode(body, body.GetType(), json.Value.JsonSerializerOptions);
}
