using System.Collections.Frozen;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Otp.Application.Delivery;
using Otp.Domain.Auditing;

namespace Otp.Api.OpenApi;

/// <summary>Says what the parameters are, also those that no action takes by itself, and which are ids or names of an enumeration.</summary>
internal sealed class ParametersTransformer : IOpenApiOperationTransformer
{
    private static readonly FrozenDictionary<string, string> Descriptions = new Dictionary<string, string>
    {
        ["userId"] = "The user: what its tokens have as `sub`.",
        ["challengeId"] = "The challenge, by the `challengeId` of the answer that made it.",
        ["otpEmailId"] = "The factor, by the `otpEmailId` of the answer that added it.",
        ["deliveryId"] = "The mail, by its `deliveryId` in the list.",
        ["email"] = "The address, in any spelling that reaches the same inbox.",
        ["X-Twilio-Email-Event-Webhook-Signature"] = "ECDSA on P-256 with SHA-256 over the timestamp and the body, in DER, in base64.",
        ["X-Twilio-Email-Event-Webhook-Timestamp"] = "When it was signed, in seconds since 1970-01-01 UTC.",
    }.ToFrozenDictionary();

    /// <summary>What is an id wherever it stands, also where the service takes any text: one that is no id names nothing that exists.</summary>
    private static readonly FrozenSet<string> Ids = FrozenSet.Create("challengeId", "otpEmailId", "deliveryId");

    private static readonly FrozenDictionary<(string Operation, string Parameter), Type> Enumerations = new Dictionary<(string, string), Type>
    {
        [("ListAuditEntries", "action")] = typeof(AuditAction),
        [("ListDeliveries", "state")] = typeof(DeliveryState),
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> PagedById = FrozenSet.Create("ListAuditEntries", "ListDeliveries");

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        // Those of the path in its order, which is that of the arguments in a client.
        var path = context.Description.RelativePath ?? "";
        operation.Parameters = operation.Parameters?
            .OrderBy(parameter => parameter.In == ParameterLocation.Path ? path.IndexOf($"{{{parameter.Name}}}", StringComparison.Ordinal) : path.Length)
            .ToList();
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (parameter.In != ParameterLocation.Query && string.IsNullOrEmpty(parameter.Description) && Descriptions.TryGetValue(parameter.Name!, out var description))
            {
                parameter.Description = description;
            }

            if (Enumerations.TryGetValue((operation.OperationId ?? "", parameter.Name!), out var enumeration))
            {
                var schema = await context.GetOrCreateSchemaAsync(enumeration, null, cancellationToken);
                context.Document!.AddComponent(enumeration.Name, schema);
                parameter.Schema = new OpenApiSchemaReference(enumeration.Name, context.Document);
            }
            else if (parameter.Schema is OpenApiSchema { Type: JsonSchemaType.String } text
                && (Ids.Contains(parameter.Name!) || (parameter.Name == "after" && PagedById.Contains(operation.OperationId ?? ""))))
            {
                text.Format = "uuid";
            }

            parameter.Deprecated = parameter.Description?.StartsWith("Deprecated", StringComparison.Ordinal) == true;
        }
    }
}
