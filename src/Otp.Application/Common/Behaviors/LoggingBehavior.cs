using System.Diagnostics;
using MediatR;
using Microsoft.Extensions.Logging;
using Otp.Domain.Common;

namespace Otp.Application.Common.Behaviors;

/// <summary>Logs what kind of request ran, how long, and how it ended. Never the request itself: it may hold a secret.</summary>
internal sealed partial class LoggingBehavior<TRequest, TResponse>(ILogger<LoggingBehavior<TRequest, TResponse>> logger)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IDomainResult<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var started = Stopwatch.GetTimestamp();
        var response = await next();
        if (logger.IsEnabled(LogLevel.Information))
        {
            var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (response.Error is { } error)
            {
                LogRefused(typeof(TRequest).Name, error.Code, milliseconds);
            }
            else
            {
                LogHandled(typeof(TRequest).Name, milliseconds);
            }
        }

        return response;
    }

    [LoggerMessage(1, LogLevel.Debug, "{Request} done in {Milliseconds:0.0} ms")]
    private partial void LogHandled(string request, double milliseconds);

    [LoggerMessage(2, LogLevel.Information, "{Request} refused with {ErrorCode} in {Milliseconds:0.0} ms")]
    private partial void LogRefused(string request, string errorCode, double milliseconds);
}
