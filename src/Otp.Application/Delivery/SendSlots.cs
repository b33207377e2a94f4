namespace Otp.Application.Delivery;

/// <summary>
/// How many mails may be in flight. A slot is held for a moment only: a send that takes long makes way for others, up to a bound on all that is in flight.
/// Mails that are tried again hold at most half of the slots, so that mails that were never tried need not wait for them.
/// </summary>
internal sealed class SendSlots(int concurrency)
{
    private const int OvertimePerSlot = 16;
    private const int MostInFlight = 512;

    private readonly Lock _lock = new();
    private readonly HashSet<Flight> _flights = [];
    private readonly int _capacity = Math.Min(concurrency * OvertimePerSlot, MostInFlight);
    private int _held;
    private int _heldByRetries;

    /// <summary>How many more mails may leave now.</summary>
    public int Free
    {
        get
        {
            lock (_lock)
            {
                return Math.Min(concurrency - _held, _capacity - _flights.Count);
            }
        }
    }

    /// <summary>How many of them may be mails that are tried again.</summary>
    public int FreeForRetries
    {
        get
        {
            lock (_lock)
            {
                return Math.Min(Math.Max(1, concurrency / 2) - _heldByRetries, Free);
            }
        }
    }

    /// <summary>Notes that a mail leaves.</summary>
    public Flight Take(bool isRetry)
    {
        var flight = new Flight(isRetry);
        lock (_lock)
        {
            _flights.Add(flight);
            Hold(flight, 1);
        }

        return flight;
    }

    /// <summary>Frees the slot of a mail that is still in flight.</summary>
    public void MakeWay(Flight flight)
    {
        lock (_lock)
        {
            if (_flights.Contains(flight) && !flight.HasMadeWay)
            {
                Hold(flight, -1);
                flight.HasMadeWay = true;
            }
        }
    }

    /// <summary>Notes that a mail is no longer in flight.</summary>
    public void Release(Flight flight)
    {
        MakeWay(flight);
        lock (_lock)
        {
            _flights.Remove(flight);
        }

        flight.Landing.SetResult();
    }

    /// <summary>Waits until nothing is in flight.</summary>
    public async Task WaitUntilEmptyAsync()
    {
        while (InFlight() is { Length: > 0 } landings)
        {
            await Task.WhenAll(landings);
        }
    }

    private Task[] InFlight()
    {
        lock (_lock)
        {
            return [.. _flights.Select(flight => flight.Landing.Task)];
        }
    }

    private void Hold(Flight flight, int count)
    {
        _held += count;
        _heldByRetries += flight.IsRetry ? count : 0;
    }

    /// <summary>A mail in flight.</summary>
    internal sealed class Flight(bool isRetry)
    {
        public bool IsRetry { get; } = isRetry;

        public bool HasMadeWay { get; set; }

        public TaskCompletionSource Landing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
