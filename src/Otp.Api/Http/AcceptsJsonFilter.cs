using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Net.Http.Headers;

namespace Otp.Api.Http;

/// <summary>Answers 406 before anything is done, and not after the mail is out, where the caller does not take JSON.</summary>
internal sealed class AcceptsJsonFilter : IResourceFilter
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        // Parameters such as charset=utf-8 do not matter: JSON has one form.
        var accept = context.HttpContext.Request.GetTypedHeaders().Accept;
        if (accept.Count > 0 && !accept.Any(range => range.Quality is not 0 && Json.IsSubsetOf(new MediaTypeHeaderValue(range.MediaType))))
        {
            context.Result = new StatusCodeResult(StatusCodes.Status406NotAcceptable);
        }
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
