using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Domain.Common;

namespace Otp.Application.Delivery;

/// <summary>Takes one claimed mail to its end, or to its next try.</summary>
public sealed partial class MailDelivery(
    IServiceScopeFactory scopes, DeliveryMetrics metrics, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<MailDelivery> logger)
{
    /// <summary>The longest that a provider may take for one mail.</summary>
    public static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long a mail whose key is not configured here is left to other processes.</summary>
    public static readonly TimeSpan WaitForKey = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan KeyWarningInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _nextKeyWarning = DateTimeOffset.MinValue;

    /// <summary>Sends a mail if it is still wanted, and notes what became of it.</summary>
    /// <param name="mail">The mail, under a lease of this process.</param>
    /// <param name="aborting">Gives it back.</param>
    /// <returns>What the provider said; <see langword="null"/> where it was not asked.</returns>
    internal async Task<SendOutcome?> DeliverAsync(ClaimedMail mail, CancellationToken aborting)
    {
        await using var scope = scopes.CreateAsyncScope();
        var queue = scope.ServiceProvider.GetRequiredService<IOutboxQueue>();
        SendOutcome? outcome;
        try
        {
            if (mail.ExpiresAt <= time.Now())
            {
                await FinishAsync(queue, mail, DeliveryState.Expired, null);
                return null;
            }

            if (!await queue.IsStillWantedAsync(mail, aborting))
            {
                await FinishAsync(queue, mail, DeliveryState.Superseded, null);
                return null;
            }

            if (mail.LeaseEndsAt - time.Now() < SendTimeout)
            {
                // It took so long to get here (a paused machine, a slow database) that another process might have it before the provider answers.
                await PutBackUntriedAsync(queue, mail, time.Now());
                return null;
            }

            outcome = await TrySendAsync(scope.ServiceProvider, queue, mail, aborting);
        }
        catch (OperationCanceledException) when (aborting.IsCancellationRequested)
        {
            await PutBackUntriedAsync(queue, mail, time.Now());
            return null;
        }

        await SettleAsync(queue, mail, outcome);
        return outcome;
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
        catch (OperationCanceledException) when (!aborting.IsCancellationRequested)
        {
            return new SendOutcome.TemporaryFailure("timeout", IsProviderDown: true);
        }
        catch (MissingKeyException)
        {
            return null;
        }
        catch (CryptographicException)
        {
            return new SendOutcome.TemporaryFailure("its content cannot be decrypted");
        }
#pragma warning disable CA1031 // Whatever a provider throws concerns this one mail.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            // The message may name the recipient: an SMTP server repeats it in its answer.
            LogSendFault(mail.Id, mail.Kind, exception.GetType(), exception.StackTrace);
            return new SendOutcome.TemporaryFailure("the sender failed");
        }
    }

    private Task SettleAsync(IOutboxQueue queue, ClaimedMail mail, SendOutcome? outcome) => outcome switch
    {
        null => LeaveToOthersAsync(queue, mail),
        SendOutcome.Accepted => FinishAsync(queue, mail, DeliveryState.Sent, null),
        SendOutcome.PermanentFailure permanent => FinishAsync(queue, mail, DeliveryState.Failed, permanent.Reason),
        SendOutcome.TemporaryFailure temporary when mail.Attempts >= options.Value.MaxAttempts => FinishAsync(queue, mail, DeliveryState.Failed, temporary.Reason),
        SendOutcome.TemporaryFailure temporary => RetryAsync(queue, mail, temporary),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
    };

    private async Task RetryAsync(IOutboxQueue queue, ClaimedMail mail, SendOutcome.TemporaryFailure failure)
    {
        var draw = RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
        var wait = RetryDelay.After(mail.Attempts, failure.RetryAfter, draw);

        // Also while stopping: what was tried must be known.
        if (await queue.PutBackAsync(mail, NotAfterExpiry(mail, time.Now() + wait), failure.Reason, CancellationToken.None))
        {
            LogRetry(mail.Id, mail.Kind, mail.Attempts, failure.Reason, wait.TotalSeconds);
            metrics.Retried(mail.Kind);
        }
        else
        {
            LogLeaseLost(mail.Id, mail.Kind);
        }
    }

    private async Task LeaveToOthersAsync(IOutboxQueue queue, ClaimedMail mail)
    {
        await PutBackUntriedAsync(queue, mail, NotAfterExpiry(mail, time.Now() + WaitForKey));
        lock (_lock)
        {
            if (time.Now() < _nextKeyWarning)
            {
                return;
            }

            _nextKeyWarning = time.Now() + KeyWarningInterval;
        }

        LogMissingKey(mail.Id, mail.Kind);
    }

    private async Task PutBackUntriedAsync(IOutboxQueue queue, ClaimedMail mail, DateTimeOffset dueAt)
    {
        if (!await queue.PutBackAsync(mail, dueAt, null, CancellationToken.None))
        {
            LogLeaseLost(mail.Id, mail.Kind);
        }
    }

    private async Task FinishAsync(IOutboxQueue queue, ClaimedMail mail, DeliveryState state, string? reason)
    {
        // Also while stopping: what was sent must not be sent again.
        if (!await queue.FinishAsync(mail, state, reason, CancellationToken.None))
        {
            LogLeaseLost(mail.Id, mail.Kind);
            return;
        }

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

    private static DateTimeOffset NotAfterExpiry(ClaimedMail mail, DateTimeOffset dueAt) => mail.ExpiresAt < dueAt ? mail.ExpiresAt.Value : dueAt;

    [LoggerMessage(21, LogLevel.Warning, "The sender failed for mail {DeliveryId} ({Kind}) with {ExceptionType}\n{StackTrace}")]
    private partial void LogSendFault(Guid deliveryId, MailKind kind, Type exceptionType, string? stackTrace);

    [LoggerMessage(22, LogLevel.Warning, "Mail {DeliveryId} ({Kind}) failed for now in try {Attempt}: {Reason}; again in {Seconds:0.0} s")]
    private partial void LogRetry(Guid deliveryId, MailKind kind, int attempt, string reason, double seconds);

    [LoggerMessage(23, LogLevel.Error, "Mail {DeliveryId} ({Kind}) failed for good in try {Attempt}: {Reason}")]
    private partial void LogFailed(Guid deliveryId, MailKind kind, int attempt, string? reason);

    [LoggerMessage(24, LogLevel.Debug, "Mail {DeliveryId} ({Kind}) is {State}")]
    private partial void LogFinished(Guid deliveryId, MailKind kind, DeliveryState state);

    [LoggerMessage(27, LogLevel.Error, "The protection key of mail {DeliveryId} ({Kind}) is not configured in this process: such mails are left to processes that have it")]
    private partial void LogMissingKey(Guid deliveryId, MailKind kind);

    [LoggerMessage(28, LogLevel.Warning, "Mail {DeliveryId} ({Kind}) was out of this process's hands when it was to be settled: its lease has ended, and it may be sent twice, or the provider has reported on it before")]
    private partial void LogLeaseLost(Guid deliveryId, MailKind kind);
}
