using Otp.Application.Common.Ports;

namespace Otp.Application.Delivery;

/// <summary>
/// How many mails may be in flight. A slot is held for a moment only: a send that takes long makes way for others, up to a bound on all that is in flight.
/// Mails that are tried again hold at most half of the slots, so that mails that were never tried need not wait for them. Fresh mails have a quarter more
/// slots than others, so that they need not wait for a slow backlog either.
/// </summary>
internal sealed class SendSlots(int concurrency)
{
    private const int OvertimePerSlot = 16;
    private const int MostInFlight = 512;

    private readonly Lock _lock = new();
    private readonly HashSet<Flight> _flights = [];
    private readonly int _capacity = Math.Min(concurrency * OvertimePerSlot, MostInFlight);
    private readonly int _more = Math.Max(1, concurrency / 4);
    private int _held;
    private int _heldByRetries;
    private int _heldByFresh;
    private int _freshInFlight;

    /// <summary>How many more mails may leave now, whatever they are.</summary>
    public int Free
    {
        get
        {
            lock (_lock)
            {
                var forOthers = Math.Min(concurrency - (_held - _heldByFresh), _capacity - (_flights.Count - _freshInFlight));
                return Math.Min(forOthers, FreeForFresh);
            }
        }
    }

    /// <summary>How many more mails may leave now if they are fresh.</summary>
    public int FreeForFresh
    {
        get
        {
            lock (_lock)
            {
                return Math.Min(concurrency + _more - _held, _capacity + (_more * OvertimePerSlot) - _flights.Count);
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
    public Flight Take(MailSelection selection)
    {
        var flight = new Flight(selection);
        lock (_lock)
        {
            _flights.Add(flight);
            _freshInFlight += flight.IsFresh ? 1 : 0;
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
            _freshInFlight -= _flights.Remove(flight) && flight.IsFresh ? 1 : 0;
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
        _heldByFresh += flight.IsFresh ? count : 0;
    }

    /// <summary>A mail in flight.</summary>
    internal sealed class Flight(MailSelection selection)
    {
        public bool IsRetry { get; } = selection == MailSelection.Retries;

        public bool IsFresh { get; } = selection == MailSelection.Fresh;

        public bool HasMadeWay { get; set; }

        public TaskCompletionSource Landing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
