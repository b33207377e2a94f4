namespace Otp.Domain.Tests.StateMachine;

/// <summary>
/// Rules 7, 9, 10 and 12 said a second time, in the plainest way: nothing is counted and no state of a budget is kept. There is only the history of wrong
/// guesses, locks, clearing successes and unlocks, and every question is answered by looking back at it.
/// </summary>
internal sealed class BudgetHistory
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private readonly List<WrongGuess> _wrongGuesses = [];
    private readonly List<Lock> _locks = [];
    private readonly List<int> _clearings = [];
    private readonly List<int> _unlocks = [];
    private (int Order, DateTimeOffset Now, int Attempts)? _answered;
    private int _order;

    public DateTimeOffset? LastLockEnd => _locks.Count == 0 ? null : _locks[^1].Until;

    public DateTimeOffset? LastWrongGuess => _wrongGuesses.Count == 0 ? null : _wrongGuesses[^1].At;

    /// <summary>The place in history of what happens now.</summary>
    public int Next() => _order++;

    public int Attempts(DateTimeOffset now)
    {
        // Asked for every code after every step: looking back once is enough.
        if (_answered?.Order != _order || _answered?.Now != now)
        {
            _answered = (_order, now, Standing(now).Count);
        }

        return _answered!.Value.Attempts;
    }

    public DateTimeOffset? LockedUntil(DateTimeOffset now) =>
        _locks.Where(l => l.From <= now && now < l.Until && !_unlocks.Exists(u => u > l.Order)).Select(l => (DateTimeOffset?)l.Until).SingleOrDefault();

    /// <summary>Whether a code of that place in history saw a lock begin, or an unlock.</summary>
    public bool IsBehind(int order) => _locks.Exists(l => l.Order > order) || _unlocks.Exists(u => u > order);

    public void Fail(string address, int maxAttempts, TimeSpan lifetime, DateTimeOffset now)
    {
        _wrongGuesses.Add(new WrongGuess(Next(), now, address));
        if (Standing(now).Count >= maxAttempts)
        {
            var series = Series(now);
            var length = series.Count == 0 ? lifetime : 2 * (series[0].Until - series[0].From);
            _locks.Add(new Lock(Next(), now, now + (length < Day ? length : Day)));
        }
    }

    /// <summary>Whether the success cleared.</summary>
    public bool Succeed(string address, DateTimeOffset now)
    {
        var clears = Remembered(now).All(guess => guess.Address == address);
        if (clears)
        {
            _clearings.Add(Next());
        }

        return clears;
    }

    public void Unlock()
    {
        _unlocks.Add(Next());
        _clearings.Add(Next());
    }

    /// <summary>
    /// The wrong guesses that count at a time: no lock that came after them is over, no success cleared them, and no day passed without another.
    /// </summary>
    private List<WrongGuess> Standing(DateTimeOffset now, int before = int.MaxValue)
    {
        var guesses = _wrongGuesses.FindAll(g => g.Order < before);
        var isLocked = _locks.Exists(l => l.Order < before && l.From <= now && now < l.Until);
        return guesses.FindAll(g =>
            !_locks.Exists(l => l.Order < before && l.Order > g.Order && l.Until <= now)
            && !_clearings.Exists(c => c < before && c > g.Order)
            && !HasQuietDay([.. guesses.Where(other => other.Order >= g.Order).Select(other => other.At), .. isLocked ? [] : new[] { now }]));
    }

    /// <summary>The locks that make the next one longer, the newest first: those since the last clearing success, with less than a month between.</summary>
    private List<Lock> Series(DateTimeOffset now, int before = int.MaxValue)
    {
        var series = new List<Lock>();
        var next = now;
        foreach (var one in _locks.Where(l => l.Order < before && !_clearings.Exists(c => c < before && c > l.Order)).Reverse())
        {
            if (next - one.Until >= Month)
            {
                break;
            }

            series.Add(one);
            next = one.From;
        }

        return series;
    }

    /// <summary>
    /// The wrong guesses that decide whether a success clears: all since the last time when neither a guess counted nor a lock was remembered.
    /// </summary>
    private List<WrongGuess> Remembered(DateTimeOffset now)
    {
        if (IsNothingLeft(now, int.MaxValue))
        {
            return [];
        }

        var first = _wrongGuesses.FindLastIndex(g => IsNothingLeft(g.At, g.Order));
        return _wrongGuesses[first..];
    }

    private bool IsNothingLeft(DateTimeOffset now, int before) => Standing(now, before).Count == 0 && Series(now, before).Count == 0;

    private static bool HasQuietDay(DateTimeOffset[] times) => times.Zip(times.Skip(1)).Any(pair => pair.Second - pair.First >= Day);

    private sealed record WrongGuess(int Order, DateTimeOffset At, string Address);

    private sealed record Lock(int Order, DateTimeOffset From, DateTimeOffset Until);
}
