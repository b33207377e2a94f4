using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.Net.Http.Headers;

namespace Otp.Api.Http;

/// <summary>
/// Answers 406 before anything is done, and not after the mail is out, where the caller does not take JSON. A provider that reports does not read the answer.
/// </summary>
internal sealed class RequireJsonAnswers(RequestDelegate next)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public Task InvokeAsync(HttpContext context)
    {
        if (TakesJson(context.Request) || !AnswersToCaller(context.GetEndpoint()))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status406NotAcceptable;
        return Task.CompletedTask;
    }

    private static bool AnswersToCaller(Endpoint? endpoint) =>
        endpoint?.Metadata is { } metadata && metadata.GetMetadata<ControllerActionDescriptor>() is not null && metadata.GetMetadata<IAllowAnonymous>() is null;

    private static bool TakesJson(HttpRequest request)
    {
        // What nearly all say is not taken apart.
        if (request.Headers.Accept is [] or ["*/*" or "application/json"])
        {
            return true;
        }

        var accept = request.GetTypedHeaders().Accept;
        return accept.Count == 0 || accept.Any(range => range.Quality is not 0 && Json.IsSubsetOf(WithoutParameters(range)));
    }

    /// <summary>A charset that the caller names does not matter: JSON is UTF-8.</summary>
    private static MediaTypeHeaderValue WithoutParameters(MediaTypeHeaderValue range) => new(range.MediaType);
}
