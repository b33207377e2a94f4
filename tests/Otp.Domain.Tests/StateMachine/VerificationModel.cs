using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>
/// Rules 5 to 16 said a second time, in the plainest way: nothing is counted and no state of a budget is kept. There is only the history of wrong
/// guesses, locks and clearing successes, and every question is answered by looking back at it.
/// </summary>
internal sealed class VerificationModel(PasscodePolicy policy)
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private readonly List<WrongGuess> _wrongGuesses = [];
    private readonly List<Lock> _locks = [];
    private readonly List<int> _clearings = [];
    private int _order;

    private Code? _code;
    private DateTimeOffset? _resendAt;
    private DateTimeOffset? _newestToken;
    private string? _lastVerified;

    public string? Address { get; private set; }

    public bool IsVerified { get; private set; }

    public bool IsOwnedByProvider { get; private set; }

    /// <summary>How often anything was changed.</summary>
    public int Changes { get; private set; }

    public DateTimeOffset? ExpiresAt => _code?.ExpiresAt;

    public DateTimeOffset? LastLockEnd => _locks.Count == 0 ? null : _locks[^1].Until;

    public DateTimeOffset? LastWrongGuess => _wrongGuesses.Count == 0 ? null : _wrongGuesses[^1].At;

    public bool HasCode => _code is not null;

    public bool IsExpired(DateTimeOffset now) => now >= _code!.ExpiresAt;

    /// <summary>The code saw a lock begin, or as many guesses stand as are allowed.</summary>
    public bool IsExhausted(DateTimeOffset now) => _locks.Exists(l => l.Order > _code!.Order) || Standing(now).Count >= policy.MaxAttempts;

    public int AttemptsOfCode(DateTimeOffset now) => IsExhausted(now) ? policy.MaxAttempts : Standing(now).Count;

    public int Attempts(DateTimeOffset now) => Standing(now).Count;

    public DateTimeOffset? LockedUntil(DateTimeOffset now) =>
        _locks.Where(l => l.From <= now && now < l.Until).Select(l => (DateTimeOffset?)l.Until).SingleOrDefault();

    public DateTimeOffset? ResendAvailableAt(DateTimeOffset now) => _resendAt > now ? _resendAt : null;

    /// <summary>The code of the refusal and when to come again, or <see langword="null"/> where a new code is made.</summary>
    public (string Code, DateTimeOffset? RetryAt)? Refusal(DateTimeOffset now)
    {
        if (Address is null)
        {
            return ("EmailVerification.NotFound", null);
        }

        if (IsVerified)
        {
            return ("EmailVerification.AlreadyVerified", null);
        }

        var (locked, resend) = (LockedUntil(now), ResendAvailableAt(now));
        return (locked, resend) switch
        {
            (null, null) => null,
            (null, not null) => ("Passcode.TooSoon", resend),
            _ => ("Passcode.Locked", resend > locked ? resend : locked),
        };
    }

    public void Issue(string text, DateTimeOffset now)
    {
        _code = new Code(_order++, text, now + policy.Lifetime);
        _resendAt = now + policy.ResendInterval;
        Changes++;
    }

    public GuessOutcome Guess(string text, DateTimeOffset now)
    {
        if (IsVerified)
        {
            return GuessOutcome.AlreadyVerified;
        }

        if (LockedUntil(now) is not null)
        {
            return GuessOutcome.Locked;
        }

        if (_code is null)
        {
            return GuessOutcome.NoPasscode;
        }

        if (IsExhausted(now))
        {
            return GuessOutcome.Locked;
        }

        if (IsExpired(now))
        {
            return GuessOutcome.Expired;
        }

        Changes++;
        if (text == _code.Text)
        {
            if (Remembered(now).All(guess => guess.Address == Address))
            {
                _clearings.Add(_order++);
            }

            Verify();
            return GuessOutcome.Right;
        }

        _wrongGuesses.Add(new WrongGuess(_order++, now, Address!));
        if (Standing(now).Count == policy.MaxAttempts)
        {
            var length = policy.Lifetime * Math.Pow(2, Series(now).Count);
            _locks.Add(new Lock(_order++, now, now + (length < Day ? length : Day)));
        }

        return GuessOutcome.Wrong;
    }

    public void Withdraw()
    {
        Changes += HasCode ? 1 : 0;
        _code = null;
    }

    /// <summary>Whether the address can be set by hand, and the address that is told about it.</summary>
    public (bool Accepted, string? Told) SetAddress(string address)
    {
        if (IsOwnedByProvider || address == Address)
        {
            return (false, null);
        }

        Changes++;
        return (true, Replace(address));
    }

    /// <summary>A token; the address that is told about a change.</summary>
    public string? Claim(string address, DateTimeOffset issuedAt, bool trusted)
    {
        if (issuedAt < _newestToken)
        {
            return null;
        }

        var (isLater, isFirst, isOther) = (issuedAt != _newestToken, !IsOwnedByProvider, address != Address);
        var told = isOther ? Replace(address) : null;
        var isProof = trusted && !IsVerified;
        if (isProof)
        {
            Verify();
        }

        _newestToken = issuedAt;
        IsOwnedByProvider = true;
        Changes += isLater || isFirst || isOther || isProof ? 1 : 0;
        return told;
    }

    private string? Replace(string address)
    {
        var told = Address is not null && Address == _lastVerified ? Address : null;
        Address = address;
        IsVerified = false;
        _code = null;
        return told;
    }

    private void Verify()
    {
        IsVerified = true;
        _lastVerified = Address;
        _code = null;
        _resendAt = null;
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

    /// <summary>The locks that make the next one longer: those since the last clearing success, with less than a month between.</summary>
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

    private sealed record Code(int Order, string Text, DateTimeOffset ExpiresAt);
}
