using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Otp.Api.Http;

namespace Otp.Api.OpenApi;

/// <summary>What the document says about the whole: name, server, tags, bearer tokens, and the errors by name.</summary>
internal sealed class DescriptionTransformer : IOpenApiDocumentTransformer
{
    private const string Scheme = "bearer";

    private const string About = """
        Proves that a user owns an e-mail address, by a one-time passcode sent to it, and uses that address as a second factor at login.

        **Success** is always `{ "results": …, "status": "ok" }`. Dates are ISO 8601 in UTC. Members without a value are left out.

        **Errors** under `/api/v1` are `{ "status": "error", "error": { "statusCode", "name", "message", "data" } }`:

        | status | name | when |
        | --- | --- | --- |
        | 400 | `ParameterError` | the body is not JSON, or a member has the wrong JSON type |
        | 401 | `AuthorizationError` | the bearer token is missing or not valid |
        | 403 | `ForbiddenError` | the token does not permit this |
        | 404 | `NotFoundError` | it does not exist, or not for this caller |
        | 405, 406, 413, 415 | `MethodNotAllowedError`, `NotAcceptableError`, `PayloadTooLargeError`, `UnsupportedMediaTypeError` | as HTTP says |
        | 409 | `ConflictError` | the state forbids it |
        | 422 | `ValidateError` | a member is unknown, missing, null or badly shaped; `data` maps its name to `{ "message", "value"? }` |
        | 429 | `TooManyRequestsError` | too soon or too often; `Retry-After` says the seconds, `data.retryAt` the time |
        | 500, 503 | `UnexpectedServerError`, `ServiceUnavailableError` | a fault here, or the database is away (`Retry-After`) |

        Every answer carries a `Trace-Id` header; quote it when you report a problem.
        """;

    private static string ListOfIds()
    {
        var rows = GoogleRpcErrorFamily.Errors.Values
            .DistinctBy(error => (error.Code, error.Id))
            .OrderBy(error => error.Code).ThenBy(error => error.Id, StringComparer.Ordinal)
            .Select(error => $"| {error.Code} | `{error.Id}` | {error.When} |");
        return $"""
            **Errors** under `/auth/v1`, `/v2`, `/v2beta` and `/v3alpha` are google.rpc.Status: `code`, `message`, and `details` with an `id`:

            | code | id | when |
            | --- | --- | --- |
            {string.Join('\n', rows)}
            """;
    }

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Otp",
            Version = "1",
            Description = $"{About}\n\n{ListOfIds()}".ReplaceLineEndings("\n"),
            License = new OpenApiLicense { Name = "MIT", Url = new Uri("https://opensource.org/license/mit") },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "This service" }];
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Email verification", Description = "Verify the address of the authenticated user." },
            new() { Name = "Challenges", Description = "Prove a factor, at login or before a sensitive action." },
            new() { Name = "My email", Description = "The address of the authenticated user." },
            new() { Name = "My factors", Description = "The factors of the authenticated user." },
            new() { Name = "User email", Description = "The address of a user by id." },
            new() { Name = "User factors", Description = "The factors of a user by id." },
            new() { Name = "Deliveries", Description = "The mails and what became of them." },
            new() { Name = "Audit", Description = "What happened to users' addresses, codes and factors." },
            new() { Name = "Suppressions", Description = "Addresses that get no mail." },
            new() { Name = "Webhooks", Description = "Where providers report." },
            new() { Name = "Health", Description = "What a load balancer or an orchestrator asks." },
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "A token of the configured identity provider. In Development, `POST /dev/tokens` makes one.",
            },
        };
        foreach (var description in context.DescriptionGroups.SelectMany(group => group.Items))
        {
            if (document.Paths.TryGetValue("/" + description.RelativePath, out var path)
                && path.Operations?.TryGetValue(new HttpMethod(description.HttpMethod!), out var operation) == true)
            {
                // An empty list says that no token is needed; none would say nothing.
                var isOpen = description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any();
                operation.Security = isOpen ? [] : [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
            }
        }

        return Task.CompletedTask;
    }
}
