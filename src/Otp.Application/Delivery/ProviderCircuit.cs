namespace Otp.Application.Delivery;

/// <summary>
/// Spares a provider that is down. It opens where every call of a while has failed, so that one failing recipient among others never does it; while it is
/// open, single mails are let through as probes, and the first that is taken closes it. All others just stay due.
/// </summary>
internal sealed class ProviderCircuit(TimeProvider time, DeliveryMetrics metrics)
{
    /// <summary>The failures that it takes to open.</summary>
    public const int FailuresToOpen = 10;

    /// <summary>The time within which they must happen, without a success; longer than a call that times out.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    /// <summary>How often a mail is let through while it is open.</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<long> _lastFailures = new(FailuresToOpen);
    private long? _lastSuccess;
    private long? _lastProbe;
    private bool _isOpen;

    /// <summary>Whether mails wait.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _isOpen;
            }
        }
    }

    /// <summary>How long from now no mail may be claimed.</summary>
    public TimeSpan Pause
    {
        get
        {
            lock (_lock)
            {
                var left = _isOpen && _lastProbe is { } probe ? ProbeInterval - time.GetElapsedTime(probe) : TimeSpan.Zero;
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Notes that mails were claimed: where it is open, the probe.</summary>
    public void NoteClaim()
    {
        lock (_lock)
        {
            _lastProbe = time.GetTimestamp();
        }
    }

    /// <summary>Notes that a mail did not get as far as the provider: if it was the probe, another may go at once.</summary>
    public void NoteNoCall()
    {
        lock (_lock)
        {
            _lastProbe = null;
        }
    }

    /// <summary>Notes that the provider took a mail.</summary>
    /// <returns>Whether this closed it.</returns>
    public bool NoteSuccess()
    {
        lock (_lock)
        {
            _lastSuccess = time.GetTimestamp();
            return Switch(false);
        }
    }

    /// <summary>Notes that the provider could not be reached or broke down.</summary>
    /// <returns>Whether this opened it.</returns>
    public bool NoteFailure()
    {
        lock (_lock)
        {
            _lastFailures.Enqueue(time.GetTimestamp());
            if (_lastFailures.Count > FailuresToOpen)
            {
                _lastFailures.Dequeue();
            }

            var isDown = _lastFailures.Count == FailuresToOpen && IsRecent(_lastFailures.Peek()) && !(_lastSuccess is { } success && IsRecent(success));
            return isDown && Switch(true);
        }
    }

    private bool IsRecent(long timestamp) => time.GetElapsedTime(timestamp) < Window;

    private bool Switch(bool isOpen)
    {
        if (_isOpen == isOpen)
        {
            return false;
        }

        _isOpen = isOpen;
        metrics.IsCircuitOpen = isOpen;
        return true;
    }
}
