using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Domain.Common;

namespace Otp.Application.Delivery;

/// <summary>
/// Sends queued mails, several at a time. Every replica runs one; a lease on each mail keeps them apart, and a mail whose sender died is sent by another
/// when the lease ends: at least once, never with another code. Which mail is next: see <c>docs/decisions/0011-dispatcher.md</c>.
/// </summary>
public sealed partial class MailDispatcher(
    IServiceScopeFactory scopes,
    MailDelivery delivery,
    OutboxSignal signal,
    DeliveryMetrics metrics,
    IOptions<DeliveryOptions> options,
    TimeProvider time,
    ILogger<MailDispatcher> logger)
{
    /// <summary>How long a claimed mail belongs to its claimer: longer than any attempt takes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>How long a send holds its slot; after that it makes way for others.</summary>
    public static readonly TimeSpan SlotTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PauseAfterOutage = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EraseInterval = TimeSpan.FromMinutes(1);

    // Both ends of the backlog take turns, so that a fresh code does not queue behind stale ones and yet the oldest are not left behind;
    // and each fifth turn is a retry's, however many mails were never tried.
    private static readonly MailSelection[] Turns =
        [MailSelection.NewestUntried, MailSelection.OldestUntried, MailSelection.NewestUntried, MailSelection.OldestUntried, MailSelection.Retries];

    private readonly SendSlots _slots = new(options.Value.Concurrency);
    private readonly ProviderCircuit _circuit = new(time, metrics);
    private DateTimeOffset _nextLookForRetries = DateTimeOffset.MinValue;
    private int _turn = Turns.Length - 1;

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
                    await EraseExpiredContentsAsync(stopping);
                }

                if (await StartDueAsync(aborting) == 0)
                {
                    var pause = _circuit.Pause;
                    await signal.WaitAsync(pause > TimeSpan.Zero && pause < options.Value.PollInterval ? pause : options.Value.PollInterval, time, stopping);
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

        await _slots.WaitUntilEmptyAsync();
    }

    /// <summary>Sends all that is due now, and returns when it is done.</summary>
    /// <returns>The mails that were claimed.</returns>
    public async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        _nextLookForRetries = DateTimeOffset.MinValue;
        var total = 0;
        for (int started; (started = await StartDueAsync(cancellationToken)) > 0; total += started)
        {
            await _slots.WaitUntilEmptyAsync();
        }

        return total;
    }

    /// <summary>Starts what may leave now.</summary>
    private async Task<int> StartDueAsync(CancellationToken aborting)
    {
        if (_circuit.IsOpen)
        {
            return _circuit.Pause > TimeSpan.Zero ? 0 : await StartProbeAsync(aborting);
        }

        // Where others hold all slots, a fresh mail need not wait until they make way.
        var free = _slots.Free;
        return free > 0 ? await StartInTurnAsync(free, aborting) : await StartAsync(MailSelection.Fresh, int.MaxValue, aborting);
    }

    private async Task<int> StartInTurnAsync(int free, CancellationToken aborting)
    {
        var turns = Enumerable.Range(0, free).Select(_ => NextTurn()).CountBy(turn => turn).ToDictionary();
        int TurnsOf(MailSelection selection) => turns.GetValueOrDefault(selection);

        var newest = await StartAsync(MailSelection.NewestUntried, TurnsOf(MailSelection.NewestUntried), aborting);
        var isAnyUntried = newest == TurnsOf(MailSelection.NewestUntried);
        var oldest = isAnyUntried ? await StartAsync(MailSelection.OldestUntried, TurnsOf(MailSelection.OldestUntried), aborting) : 0;
        isAnyUntried = isAnyUntried && oldest == TurnsOf(MailSelection.OldestUntried);

        // What one kind of mail leaves, the other may use.
        var retries = await StartAsync(MailSelection.Retries, free - newest - oldest, aborting);
        var rest = free - newest - oldest - retries;
        return newest + oldest + retries + (isAnyUntried ? await StartAsync(MailSelection.OldestUntried, rest, aborting) : 0);
    }

    private MailSelection NextTurn()
    {
        _turn = (_turn + 1) % Turns.Length;
        return Turns[_turn];
    }

    /// <summary>Starts one mail while the provider seems down: one that was never tried, since one that fails whatever the provider does would prove nothing.</summary>
    private async Task<int> StartProbeAsync(CancellationToken aborting)
    {
        var isAnyFree = _slots.Free > 0;
        var started = await StartAsync(isAnyFree ? MailSelection.NewestUntried : MailSelection.Fresh, 1, aborting);
        return started > 0 || !isAnyFree ? started : await StartAsync(MailSelection.Retries, 1, aborting);
    }

    private async Task<int> StartAsync(MailSelection selection, int count, CancellationToken aborting)
    {
        var isRetry = selection == MailSelection.Retries;
        count = Math.Min(count, selection switch
        {
            // Mails that are tried again wait for the poll anyway; looking for them more often would read the whole backlog each time.
            MailSelection.Retries => time.Now() < _nextLookForRetries ? 0 : _slots.FreeForRetries,
            MailSelection.Fresh => _slots.FreeForFresh,
            _ => _slots.Free,
        });
        if (count <= 0)
        {
            return 0;
        }

        IReadOnlyList<ClaimedMail> claimed;
        await using (var scope = scopes.CreateAsyncScope())
        {
            // Not ended by the stop alone: a claim that is cut off might have happened.
            claimed = await scope.ServiceProvider.GetRequiredService<IOutboxQueue>().ClaimAsync(selection, count, Lease, aborting);
        }

        if (isRetry && claimed.Count < count)
        {
            _nextLookForRetries = time.Now() + options.Value.PollInterval;
        }

        if (claimed.Count > 0)
        {
            _circuit.NoteClaim();
        }

        foreach (var mail in claimed)
        {
            _ = DispatchAsync(mail, _slots.Take(selection), aborting);
        }

        return claimed.Count;
    }

    private async Task DispatchAsync(ClaimedMail mail, SendSlots.Flight flight, CancellationToken aborting)
    {
        await Task.Yield();
        try
        {
            await using var overtime = time.CreateTimer(_ => MakeWay(flight), null, SlotTime, Timeout.InfiniteTimeSpan);
            Note(await delivery.DeliverAsync(mail, aborting));
        }
#pragma warning disable CA1031 // The lease ends by itself and the mail is tried again; nothing else may suffer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogOutage(exception);
        }
        finally
        {
            _slots.Release(flight);
            signal.Set();
        }
    }

    private void MakeWay(SendSlots.Flight flight)
    {
        _slots.MakeWay(flight);
        signal.Set();
    }

    private void Note(SendOutcome? outcome)
    {
        switch (outcome)
        {
            case null:
                _circuit.NoteNoCall();
                break;
            case SendOutcome.Accepted when _circuit.NoteSuccess():
                LogCircuitClosed();
                break;
            case SendOutcome.TemporaryFailure { IsProviderDown: true } failure when _circuit.NoteFailure():
                LogCircuitOpened(failure.Reason);
                break;
        }
    }

    private async Task EraseExpiredContentsAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IOutboxQueue>().EraseExpiredContentsAsync(cancellationToken);
    }

    [LoggerMessage(20, LogLevel.Error, "The dispatcher could not do its work; it goes on")]
    private partial void LogOutage(Exception exception);

    [LoggerMessage(25, LogLevel.Warning, "The mail provider seems down (last: {Reason}): mails wait, and one a second tries whether it is back")]
    private partial void LogCircuitOpened(string reason);

    [LoggerMessage(26, LogLevel.Information, "The mail provider takes mails again")]
    private partial void LogCircuitClosed();
}
