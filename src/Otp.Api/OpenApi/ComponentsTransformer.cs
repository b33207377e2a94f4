using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Otp.Domain.Passcodes;

namespace Otp.Api.OpenApi;

/// <summary>
/// What generators of clients need of the schemas: nothing that can be <c>null</c> (a member without a value is left out, so optional is all that it is), and
/// one name for each thing, so that it becomes one type.
/// </summary>
internal sealed class ComponentsTransformer : IOpenApiDocumentTransformer
{
    /// <summary>Objects that the framework writes out where they are used.</summary>
    private static readonly (string Owner, string Member, string Name)[] Parts =
    [
        ("ErrorResponse", "error", "ErrorDetail"),
        ("GoogleRpcStatus", "details", "GoogleRpcErrorDetail"),
    ];

    /// <summary>What the framework does not say of an enumeration that is met first as an optional member.</summary>
    private static readonly FrozenDictionary<string, string> Descriptions = new Dictionary<string, string>
    {
        [nameof(PasscodePurpose)] = "What a passcode is for.",
        [nameof(GuessOutcome)] = "What became of a guess.",
    }.ToFrozenDictionary();

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations ?? []))
        {
            foreach (var media in operation.Value.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
            {
                media.Value.Schema = WithoutNull(media.Value.Schema);
            }
        }

        foreach (var (owner, member, name) in Parts)
        {
            NamePart(document, owner, member, name);
        }

        foreach (var (name, schema) in (document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>()).ToList())
        {
            if (schema is OpenApiSchema plain)
            {
                LeaveOutNull(plain);
                plain.Description ??= Descriptions.GetValueOrDefault(name);
                ShareStatus(document, plain);
            }
        }

        return Task.CompletedTask;
    }

    private static IOpenApiSchema? WithoutNull(IOpenApiSchema? schema) =>
        schema is OpenApiSchema { OneOf.Count: > 0 } choice && choice.OneOf.OfType<OpenApiSchemaReference>().SingleOrDefault() is { } reference ? reference : schema;

    private static void LeaveOutNull(OpenApiSchema schema)
    {
        schema.Enum = schema.Enum?.Where(value => value is not null && value.GetValueKind() != System.Text.Json.JsonValueKind.Null).ToList();
        foreach (var (name, property) in schema.Properties?.ToList() ?? [])
        {
            schema.Properties![name] = WithoutNull(property)!;
            if (property is OpenApiSchema { Type: not null } plain)
            {
                plain.Type &= ~JsonSchemaType.Null;
            }
        }
    }

    private static void NamePart(OpenApiDocument document, string owner, string member, string name)
    {
        if (document.Components?.Schemas?.TryGetValue(owner, out var found) != true || found is not OpenApiSchema { Properties: { } properties })
        {
            return;
        }

        if (properties[member] is OpenApiSchema { Items: OpenApiSchema item } list)
        {
            document.AddComponent(name, item);
            list.Items = new OpenApiSchemaReference(name, document);
        }
        else if (properties[member] is OpenApiSchema part)
        {
            document.AddComponent(name, part);
            properties[member] = new OpenApiSchemaReference(name, document);
        }
    }

    /// <summary>The one word of the envelopes: one type in a client, not one for each envelope.</summary>
    private static void ShareStatus(OpenApiDocument document, OpenApiSchema schema)
    {
        if (schema.Properties?.TryGetValue("status", out var status) != true || status is not OpenApiSchema { Enum: [JsonValue word] })
        {
            return;
        }

        var name = (string?)word == "ok" ? "SuccessStatus" : "ErrorStatus";
        document.AddComponent<IOpenApiSchema>(name, status);
        schema.Properties["status"] = new OpenApiSchemaReference(name, document);
    }
}
