using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Otp.Infrastructure.Persistence.Purging;

namespace Otp.Infrastructure.BackgroundJobs;

/// <summary>Purges what is over (SEC-27): soon after the start, then about every hour.</summary>
internal sealed partial class PurgeService(
    IServiceScopeFactory scopes, PurgeMetrics metrics, IOptions<RetentionOptions> options, TimeProvider time, ILogger<PurgeService> logger) : BackgroundService
{
    /// <summary>The longest time from the start to the first run.</summary>
    public static readonly TimeSpan LongestFirstWait = TimeSpan.FromMinutes(2);

    /// <summary>The longest time from one run to the next.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(65);

    private static readonly TimeSpan ShortestFirstWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMinutes(55);

    /// <summary>Purges everything once. What fails is tried again in the next run, and keeps nothing else from being purged.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (table, purgeAsync) in Purge.Parts)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var rows = await purgeAsync(scope.ServiceProvider.GetRequiredService<Purge>(), cancellationToken);
                metrics.Purged(table, rows);
                LogPurged(rows > 0 ? LogLevel.Information : LogLevel.Debug, rows, table);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // A purge that dies of an outage would leave everything from then on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                metrics.Failed(table);
                LogFailed(exception, table);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
        {
            return;
        }

        // Replicas that started together do not purge together.
        await Task.Delay(Between(ShortestFirstWait, LongestFirstWait), time, stoppingToken);
        while (true)
        {
            await RunAsync(stoppingToken);
            await Task.Delay(Between(ShortestWait, LongestWait), time, stoppingToken);
        }
    }

    private static TimeSpan Between(TimeSpan shortest, TimeSpan longest) =>
        shortest + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)(longest - shortest).TotalMilliseconds + 1));

    [LoggerMessage(EventId = 30, Message = "Purged {Rows} rows of {Table}")]
    private partial void LogPurged(LogLevel level, int rows, string table);

    [LoggerMessage(31, LogLevel.Error, "The purge of {Table} failed; the next run tries again")]
    private partial void LogFailed(Exception exception, string table);
}
