using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Otp.Api.Http;
using Otp.Api.Requests;
using Otp.Domain.Passcodes;

namespace Otp.Api.OpenApi;

/// <summary>Says what the types alone do not: a passcode is a string, an enumeration is one by name, and strict bodies take no other members.</summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(Passcode))
        {
            schema.Type = JsonSchemaType.String;
            schema.Format = "password";
            schema.Description = "A passcode.";
        }
        else if (type == typeof(ErrorDetail))
        {
            // What is in it depends on the error.
            schema.Properties!["data"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = schema.Properties["data"].Description, AdditionalProperties = new OpenApiSchema() };
        }
        else if (type == typeof(GoogleRpcErrorDetail))
        {
            (schema.Required ??= new HashSet<string>()).Add("@type");
        }
        else if (type == typeof(CodeGuessRequest) || type == typeof(VerificationCodeRequest))
        {
            // Without it the answer is that the code is empty.
            schema.Required = schema.Properties!.Keys.ToHashSet();
        }
        else if (type.IsEnum || type == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String;
        }
        else if (type.IsAssignableTo(typeof(StrictRequest)))
        {
            schema.AdditionalProperties = null;
            schema.AdditionalPropertiesAllowed = false;
            if (schema.Properties?.TryGetValue("otpEmailId", out var id) == true)
            {
                ((OpenApiSchema)id).Format = "uuid";
            }
        }
        else if (context.JsonPropertyInfo is null && schema.Properties?.TryGetValue("status", out var status) == true && status is OpenApiSchema fixedStatus)
        {
            // The envelopes: the word is always there, and always the same.
            fixedStatus.Type = JsonSchemaType.String;
            fixedStatus.Enum = [type == typeof(ErrorBody) ? "error" : "ok"];
            (schema.Required ??= new HashSet<string>()).Add("status");
        }

        return Task.CompletedTask;
    }
}
