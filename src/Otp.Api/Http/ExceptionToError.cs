using System.Net;
using Microsoft.AspNetCore.Diagnostics;
using Otp.Application.Common;
using Otp.Application.Common.Ports;

namespace Otp.Api.Http;

/// <summary>Answers what was thrown: 400 or 413 for a request that could not be read, 503 for an outage, else 500. Nothing of the exception gets out.</summary>
internal sealed class ExceptionToError(ErrorWriter errors, IOutageClassifier outages) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var status = exception switch
        {
            BadHttpRequestException bad => (HttpStatusCode)bad.StatusCode,
            ContentionException => HttpStatusCode.ServiceUnavailable,
            _ when outages.IsOutage(exception) => HttpStatusCode.ServiceUnavailable,
            _ => HttpStatusCode.InternalServerError,
        };
        await errors.WriteStatusAsync(httpContext, status);
        return true;
    }
}
