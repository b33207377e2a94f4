using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Otp.Api.Http;
using Otp.Domain.Passcodes;

namespace Otp.Api.OpenApi;

/// <summary>The API's description at <c>/openapi/v1.json</c>, and the page that shows it.</summary>
internal static class OpenApiRegistration
{
    // The page writes styles into its elements.
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    public static void AddOtpOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        // 3.0 is what the generators of clients read best.
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
        options.CreateSchemaReferenceId = SchemaNameOf;
        options.AddDocumentTransformer<DescriptionTransformer>();
        options.AddDocumentTransformer<ComponentsTransformer>();
        options.AddOperationTransformer<ParametersTransformer>();
        options.AddOperationTransformer<ErrorResponsesTransformer>();
        options.AddOperationTransformer<ExamplesTransformer>();
        options.AddSchemaTransformer<SchemaTransformer>();
    });

    public static void MapOtpOpenApi(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName:regex(^v1$)}.json").AllowAnonymous();
        if (!app.Environment.IsProduction())
        {
            app.UseWhen(context => context.Request.Path.StartsWithSegments("/swagger"), page => page.Use((context, next) =>
            {
                context.Response.Headers.ContentSecurityPolicy = PagePolicy;
                return next(context);
            }));
            app.UseSwaggerUI(ui =>
            {
                ui.DocumentTitle = "Otp API";
                ui.SwaggerEndpoint("/openapi/v1.json", "Otp");
                ui.EnablePersistAuthorization();
                ui.DisplayOperationId();
            });
        }
    }

    /// <summary>The names that people read in clients: without <c>Dto</c>, and an envelope of X is an <c>XResponse</c>.</summary>
    private static string? SchemaNameOf(JsonTypeInfo type)
    {
        if (type.Type == typeof(Passcode))
        {
            // A plain string: it needs no name.
            return null;
        }

        var argument = type.Type.IsGenericType && type.Type.GetGenericTypeDefinition() == typeof(Envelope<>) ? type.Type.GetGenericArguments()[0] : null;
        var name = argument is null ? OpenApiOptions.CreateDefaultSchemaReferenceId(type) : argument.Name;
        var trimmed = name?.EndsWith("Dto", StringComparison.Ordinal) == true ? name[..^"Dto".Length] : name;
        if (argument is not null && trimmed!.EndsWith("Results", StringComparison.Ordinal))
        {
            trimmed = trimmed[..^"Results".Length];
        }

        return trimmed switch
        {
            nameof(ErrorBody) => "ErrorResponse",
            nameof(EmptyEnvelope) => "EmptyResponse",
            _ => argument is null ? trimmed : $"{trimmed}Response",
        };
    }
}
