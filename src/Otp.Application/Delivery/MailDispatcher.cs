using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Domain.Common;

namespace Otp.Application.Delivery;

/// <summary>
/// Sends queued mails, several at a time. Every replica runs one; a lease on each mail keeps them apart, and a mail whose sender died is sent by another
/// when the lease ends: at least once, never with another code.
/// </summary>
public sealed partial class MailDispatcher(
    IServiceScopeFactory scopes,
    OutboxSignal signal,
    DeliveryMetrics metrics,
    IOptions<DeliveryOptions> options,
    TimeProvider time,
    ILogger<MailDispatcher> logger) : IDisposable
{
    /// <summary>The longest that a provider may take for one mail.</summary>
    public static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long a claimed mail belongs to its claimer: longer than any attempt takes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PauseAfterOutage = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EraseInterval = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _slots = new(options.Value.Concurrency);

    /// <summary>Sends until it is stopped; then waits for the mails in flight, or gives them back.</summary>
    /// <param name="stopping">Stops claiming.</param>
    /// <param name="aborting">Ends also what is in flight.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        var lastErased = DateTimeOffset.MinValue;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (time.Now() - lastErased >= EraseInterval)
                {
                    lastErased = time.Now();
                    await InScopeAsync(queue => queue.EraseExpiredContentsAsync(stopping));
                }

                await _slots.WaitAsync(stopping);
                _slots.Release();
                if (await StartDueAsync(stopping, aborting) == 0)
                {
                    await signal.WaitAsync(options.Value.PollInterval, time, stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // A dispatcher that dies of an outage would leave every later mail unsent.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogOutage(exception);
                await signal.WaitAsync(PauseAfterOutage, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await WaitForFlightAsync();
    }

    /// <summary>Sends all that is due now, and returns when it is done.</summary>
    /// <returns>The mails that were claimed.</returns>
    public async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        for (int started; (started = await StartDueAsync(cancellationToken, cancellationToken)) > 0; total += started)
        {
            await WaitForFlightAsync();
        }

        return total;
    }

    /// <inheritdoc />
    public void Dispose() => _slots.Dispose();

    private async Task<int> StartDueAsync(CancellationToken stopping, CancellationToken aborting)
    {
        var free = _slots.CurrentCount;
        var claimed = free == 0 ? [] : await InScopeAsync(queue => queue.ClaimAsync(free, Lease, stopping));
        foreach (var mail in claimed)
        {
            // Never waits: only this loop takes slots, and it claimed no more mails than there were.
            await _slots.WaitAsync(aborting);
            _ = DispatchAsync(mail, aborting);
        }

        return claimed.Count;
    }

    private async Task WaitForFlightAsync()
    {
        for (var slot = 0; slot < options.Value.Concurrency; slot++)
        {
            await _slots.WaitAsync(CancellationToken.None);
        }

        _slots.Release(options.Value.Concurrency);
    }

    private async Task DispatchAsync(ClaimedMail mail, CancellationToken aborting)
    {
        await Task.Yield();
        try
        {
            using var scope = scopes.CreateScope();
            var queue = scope.ServiceProvider.GetRequiredService<IOutboxQueue>();
            if (mail.ExpiresAt <= time.Now())
            {
                await FinishAsync(queue, mail, DeliveryState.Expired, null);
            }
            else if (!await queue.IsStillWantedAsync(mail, aborting))
            {
                await FinishAsync(queue, mail, DeliveryState.Superseded, null);
            }
            else
            {
                await SendAsync(scope.ServiceProvider, queue, mail, aborting);
            }
        }
#pragma warning disable CA1031 // The lease ends by itself and the mail is tried again; nothing else may suffer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogOutage(exception);
        }
        finally
        {
            _slots.Release();
            signal.Set();
        }
    }

    private async Task SendAsync(IServiceProvider services, IOutboxQueue queue, ClaimedMail mail, CancellationToken aborting)
    {
        var outcome = await TrySendAsync(services, queue, mail, aborting);
        if (outcome is null)
        {
            await queue.PutBackAsync(mail, time.Now(), null, CancellationToken.None);
        }
        else if (outcome is SendOutcome.Accepted)
        {
            await FinishAsync(queue, mail, DeliveryState.Sent, null);
        }
        else if (outcome is SendOutcome.PermanentFailure permanent)
        {
            await FinishAsync(queue, mail, DeliveryState.Failed, permanent.Reason);
        }
        else if (outcome is SendOutcome.TemporaryFailure temporary)
        {
            await RetryAsync(queue, mail, temporary);
        }
    }

    private async Task<SendOutcome?> TrySendAsync(IServiceProvider services, IOutboxQueue queue, ClaimedMail mail, CancellationToken aborting)
    {
        using var timeout = new CancellationTokenSource(SendTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, aborting);
        try
        {
            var message = services.GetRequiredService<IMailComposer>().Compose(mail.Id, mail.Kind, queue.Open(mail));
            return await services.GetRequiredService<IEmailSender>().SendAsync(message, either.Token);
        }
        catch (OperationCanceledException) when (aborting.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            return new SendOutcome.TemporaryFailure("timeout");
        }
        catch (CryptographicException)
        {
            return new SendOutcome.TemporaryFailure("its protection key is not configured here");
        }
#pragma warning disable CA1031 // Whatever a provider throws concerns this one mail.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogSendFault(exception, mail.Id, mail.Kind);
            return new SendOutcome.TemporaryFailure("the sender failed");
        }
    }

    private async Task RetryAsync(IOutboxQueue queue, ClaimedMail mail, SendOutcome.TemporaryFailure failure)
    {
        if (mail.Attempts >= options.Value.MaxAttempts)
        {
            await FinishAsync(queue, mail, DeliveryState.Failed, failure.Reason);
            return;
        }

        var wait = Backoff(mail.Attempts);
        wait = failure.RetryAfter > wait ? failure.RetryAfter.Value : wait;
        var dueAt = time.Now() + wait;
        LogRetry(mail.Id, mail.Kind, mail.Attempts, failure.Reason, wait.TotalSeconds);
        metrics.Retried(mail.Kind);
        await queue.PutBackAsync(mail, mail.ExpiresAt < dueAt ? mail.ExpiresAt.Value : dueAt, failure.Reason, CancellationToken.None);
    }

    private async Task FinishAsync(IOutboxQueue queue, ClaimedMail mail, DeliveryState state, string? reason)
    {
        // Also while stopping: what was sent must not be sent again.
        await queue.FinishAsync(mail, state, reason, CancellationToken.None);
        metrics.Finished(mail.Kind, state);
        if (state == DeliveryState.Failed)
        {
            LogFailed(mail.Id, mail.Kind, mail.Attempts, reason);
        }
        else
        {
            LogFinished(mail.Id, mail.Kind, state);
        }
    }

    /// <summary>Exponential, with full jitter, so that mails that failed together do not come back together.</summary>
    private static TimeSpan Backoff(int attempts)
    {
        var ceiling = FirstBackoff * Math.Pow(2, Math.Min(attempts - 1, 20));
        ceiling = ceiling < LongestBackoff ? ceiling : LongestBackoff;
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)ceiling.TotalMilliseconds) + 1);
    }

    private async Task<T> InScopeAsync<T>(Func<IOutboxQueue, Task<T>> action)
    {
        using var scope = scopes.CreateScope();
        return await action(scope.ServiceProvider.GetRequiredService<IOutboxQueue>());
    }

    private async Task InScopeAsync(Func<IOutboxQueue, Task> action)
    {
        using var scope = scopes.CreateScope();
        await action(scope.ServiceProvider.GetRequiredService<IOutboxQueue>());
    }

    [LoggerMessage(20, LogLevel.Error, "The dispatcher could not do its work; it goes on")]
    private partial void LogOutage(Exception exception);

    [LoggerMessage(21, LogLevel.Warning, "The sender failed for mail {DeliveryId} ({Kind})")]
    private partial void LogSendFault(Exception exception, Guid deliveryId, MailKind kind);

    [LoggerMessage(22, LogLevel.Warning, "Mail {DeliveryId} ({Kind}) failed for now in try {Attempt}: {Reason}; again in {Seconds:0.0} s")]
    private partial void LogRetry(Guid deliveryId, MailKind kind, int attempt, string reason, double seconds);

    [LoggerMessage(23, LogLevel.Error, "Mail {DeliveryId} ({Kind}) failed for good in try {Attempt}: {Reason}")]
    private partial void LogFailed(Guid deliveryId, MailKind kind, int attempt, string? reason);

    [LoggerMessage(24, LogLevel.Debug, "Mail {DeliveryId} ({Kind}) is {State}")]
    private partial void LogFinished(Guid deliveryId, MailKind kind, DeliveryState state);
}
