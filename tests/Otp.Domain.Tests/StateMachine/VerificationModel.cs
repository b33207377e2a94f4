using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>Rules 5 to 16 said a second time, in the plainest way, over the <see cref="BudgetHistory"/>.</summary>
internal sealed class VerificationModel(PasscodePolicy policy)
{
    private readonly BudgetHistory _history = new();
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

    public DateTimeOffset? LastLockEnd => _history.LastLockEnd;

    public DateTimeOffset? LastWrongGuess => _history.LastWrongGuess;

    public bool HasCode => _code is not null;

    public bool IsExpired(DateTimeOffset now) => now >= _code!.ExpiresAt;

    /// <summary>The code saw a lock begin, or as many guesses stand as are allowed.</summary>
    public bool IsExhausted(DateTimeOffset now) => _history.IsBehind(_code!.Order) || Attempts(now) >= policy.MaxAttempts;

    public int AttemptsOfCode(DateTimeOffset now) => IsExhausted(now) ? policy.MaxAttempts : Attempts(now);

    public int Attempts(DateTimeOffset now) => _history.Attempts(now);

    public DateTimeOffset? LockedUntil(DateTimeOffset now) => _history.LockedUntil(now);

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
        _code = new Code(_history.Next(), text, now + policy.Lifetime);
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
            _history.Succeed(Address!, now);
            Verify();
            return GuessOutcome.Right;
        }

        _history.Fail(Address!, policy.MaxAttempts, policy.Lifetime, now);
        return GuessOutcome.Wrong;
    }

    public void Withdraw()
    {
        Changes += HasCode ? 1 : 0;
        _code = null;
    }

    /// <summary>The purge: of what the model knows, an hour after its expiry, the code.</summary>
    /// <returns>The codes that are gone by it.</returns>
    public int Forget(DateTimeOffset now)
    {
        var isForgotten = _code is not null && now - _code.ExpiresAt >= TimeSpan.FromHours(1);
        _code = isForgotten ? null : _code;
        return isForgotten ? 1 : 0;
    }

    /// <summary>What the purge finds in a budget, only the budget knows.</summary>
    public void NoteChange(bool isChanged) => Changes += isChanged ? 1 : 0;

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

    private sealed record Code(int Order, string Text, DateTimeOffset ExpiresAt);
}
