using MediatR;
using Microsoft.Extensions.Logging;
using Otp.Application.Common.Ports;
using Otp.Domain.Common;

namespace Otp.Application.Common.Behaviors;

/// <summary>
/// Stores what a command's handler has changed, once: on success and on a refusal (a wrong guess must be counted), not on an exception.
/// A command that loses a race is run again on fresh data; its caller never sees the conflict (rule 6).
/// </summary>
internal sealed partial class UnitOfWorkBehavior<TRequest, TResponse>(IUnitOfWork unitOfWork, ILogger<UnitOfWorkBehavior<TRequest, TResponse>> logger)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : ICommand<TResponse>
    where TResponse : IDomainResult<TResponse>
{
    // The second run takes its turn among those that lost the same race, so that only a newcomer can be faster. More than a few runs mean a bug.
    private const int MaxRuns = 20;

    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        for (var run = 1; run <= MaxRuns; run++)
        {
            await using var turn = run == 1 ? null : await unitOfWork.TakeTurnAsync(cancellationToken);
            var response = await next();
            if (await unitOfWork.TryCommitAsync(cancellationToken))
            {
                return response;
            }

            LogConflict(typeof(TRequest).Name, run);
        }

        throw new ContentionException($"{typeof(TRequest).Name} lost {MaxRuns} races in a row.");
    }

    [LoggerMessage(3, LogLevel.Debug, "{Request} lost a race in run {Run} and is run again")]
    private partial void LogConflict(string request, int run);
}
