using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Extensions.Options;

namespace Otp.Api.Http;

/// <summary>
/// Writes the envelope as JSON at once: it has no other form, and <see cref="RequireJsonAnswers"/> has asked before whether the caller takes it. For all else the
/// framework looks for a formatter and an encoding.
/// </summary>
internal sealed class EnvelopeExecutor(
    OutputFormatterSelector formatters, IHttpResponseStreamWriterFactory writers, ILoggerFactory loggers, IOptions<MvcOptions> mvc, IOptions<JsonOptions> json)
    : ObjectResultExecutor(formatters, writers, loggers, mvc)
{
    private const string Json = "application/json";

    public override Task ExecuteAsync(ActionContext context, ObjectResult result)
    {
        if (result is not { Value: IEnvelope envelope, Formatters.Count: 0, ContentTypes: [] or [Json] })
        {
            return base.ExecuteAsync(context, result);
        }

        result.OnFormatting(context);
        return WriteAsync(context.HttpContext, envelope);
    }

    private async Task WriteAsync(HttpContext context, IEnvelope envelope)
    {
        context.Response.ContentType = $"{Json}; charset=utf-8";
        try
        {
            await JsonSerializer.SerializeAsync(context.Response.BodyWriter, envelope, envelope.GetType(), json.Value.JsonSerializerOptions, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the rest.
        }
    }
}
