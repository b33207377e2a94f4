using System.Net;
using Microsoft.AspNetCore.Diagnostics;
using Otp.Application.Common;
using Otp.Application.Common.Ports;

namespace Otp.Api.Http;

/// <summary>Answers what was thrown: 400 or 413 for a request that could not be read, 503 for an outage, else 500. Nothing of the exception gets out.</summary>
internal sealed partial class ExceptionToError(ErrorWriter errors, IOutageClassifier outages, ILogger<ExceptionToError> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var status = exception switch
        {
            BadHttpRequestException bad => (HttpStatusCode)bad.StatusCode,

            // So the server calls a chunk whose size is larger than any number.
            IOException { InnerException: OverflowException } => HttpStatusCode.BadRequest,
            ContentionException or MissingKeyException => HttpStatusCode.ServiceUnavailable,
            _ when outages.IsOutage(exception) => HttpStatusCode.ServiceUnavailable,
            _ => HttpStatusCode.InternalServerError,
        };

        // The framework logs nothing that is handled here.
        if (status == HttpStatusCode.ServiceUnavailable)
        {
            LogOutage(exception);
        }
        else if (status == HttpStatusCode.InternalServerError)
        {
            LogFault(exception);
        }

        await errors.WriteStatusAsync(httpContext, status);
        return true;
    }

    [LoggerMessage(41, LogLevel.Error, "A request failed, as the service cannot serve now")]
    private partial void LogOutage(Exception exception);

    [LoggerMessage(42, LogLevel.Error, "A request failed by a fault of the service")]
    private partial void LogFault(Exception exception);
}
