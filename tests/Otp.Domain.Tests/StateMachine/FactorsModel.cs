using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>Rules 5 to 12 and 17 to 24 for factors and challenges said a second time, in the plainest way, over the <see cref="BudgetHistory"/>.</summary>
internal sealed class FactorsModel(PasscodePolicy registration, PasscodePolicy challenge, string contact)
{
    private readonly BudgetHistory _history = new();
    private Place? _newest;

    /// <summary>All factors that ever were, the oldest first.</summary>
    public List<Factor> Factors { get; } = [];

    /// <summary>All challenges that ever were, the oldest first.</summary>
    public List<Challenge> Challenges { get; } = [];

    public string Contact { get; private set; } = contact;

    /// <summary>How often anything was changed.</summary>
    public int Changes { get; private set; }

    public IEnumerable<Factor> Live => Factors.Where(factor => factor.State != FactorState.Removed);

    public int Attempts(DateTimeOffset now) => _history.Attempts(now);

    public DateTimeOffset? LockedUntil(DateTimeOffset now) => _history.LockedUntil(now);

    public DateTimeOffset? EndOf(Boundary boundary) => boundary switch
    {
        Boundary.Resend => _newest?.ResendAt,
        Boundary.Expiry => _newest?.Code?.ExpiresAt,
        Boundary.ExpiryForgotten => _newest?.Code?.ExpiresAt.AddHours(1),
        Boundary.LockEnd => _history.LastLockEnd,
        Boundary.QuietDay => _history.LastWrongGuess?.AddHours(24),
        Boundary.SeriesEnd => _history.LastLockEnd?.AddDays(30),
        Boundary.ChallengeEnd => Challenges.LastOrDefault()?.At.AddHours(24),
        _ => null,
    };

    public Factor? At(string address) => Live.SingleOrDefault(factor => factor.Address == address);

    public Factor? ForChallenge() => At(Contact) is { State: FactorState.Ready } own ? own : Live.FirstOrDefault(factor => factor.State == FactorState.Ready);

    /// <summary>Whether a challenge can be found: not after a day, nor, unless it is verified, once its factor is removed or elsewhere.</summary>
    public bool IsThere(Challenge one, DateTimeOffset now) =>
        now - one.At < TimeSpan.FromHours(24) && (one.IsVerified || At(one.Address) == one.Factor);

    public static bool IsExpired(Place place, DateTimeOffset now) => now >= place.Code!.ExpiresAt;

    /// <summary>The code saw a lock or an unlock, or as many guesses stand as it allows.</summary>
    public bool IsExhausted(Place place, DateTimeOffset now) => AttemptsOf(place, now) >= place.Code!.MaxAttempts;

    public int AttemptsOf(Place place, DateTimeOffset now) => _history.IsBehind(place.Code!.Order) ? place.Code.MaxAttempts : Attempts(now);

    public Refusal? RefusesFactor(string address) =>
        At(address) is { } present ? present.State == FactorState.Ready ? new Refusal("OtpEmailFactor.AlreadyExists", null) : null
        : Live.Count() >= 10 ? new Refusal("OtpEmailFactor.TooMany", null) : null;

    public Refusal? RefusesRegistration(string address, DateTimeOffset now) => RefusesFactor(address) ?? RefusesCode(At(address), now);

    public Refusal? RefusesChallenge(Challenge? one, DateTimeOffset now) =>
        one?.IsVerified == true ? new Refusal("OtpEmailChallenge.AlreadyVerified", null) : RefusesCode(one, now);

    public void AddReady(string address, Guid id, DateTimeOffset now)
    {
        Changes++;
        FindOrAdd(address, id, now).Prove();
    }

    public void Register(string address, Guid id, string text, DateTimeOffset now)
    {
        Changes++;
        var factor = FindOrAdd(address, id, now);
        factor.Sequence++;
        Issue(factor, text, registration, now);
    }

    public GuessOutcome Guess(Factor factor, string text, DateTimeOffset now)
    {
        var outcome = factor.State == FactorState.Ready ? GuessOutcome.AlreadyVerified : Judge(factor, text, registration, now);
        if (outcome == GuessOutcome.Right)
        {
            factor.Prove();
        }

        return outcome;
    }

    public void Remove(Factor factor)
    {
        Changes++;
        factor.Remove();
    }

    public void StartChallenge(Factor factor, Guid id, string text, DateTimeOffset now)
    {
        Changes++;
        Challenges.Add(new Challenge(id, factor, now));
        Resend(Challenges[^1], text, now);
    }

    public void Resend(Challenge one, string text, DateTimeOffset now)
    {
        Changes++;
        Issue(one, text, challenge, now);
    }

    public GuessOutcome Guess(Challenge one, string text, DateTimeOffset now)
    {
        var outcome = one.IsVerified ? GuessOutcome.AlreadyVerified : Judge(one, text, challenge, now);
        if (outcome == GuessOutcome.Right)
        {
            one.IsVerified = true;
            one.Code = null;
            one.ResendAt = null;
        }

        return outcome;
    }

    /// <summary>Another address is the user's verified one; the factor that had to go for it, of those that were ready.</summary>
    public Factor? ChangeContact(string address)
    {
        var (own, there) = (At(Contact), At(address));
        var isOther = address != Contact;
        Contact = address;
        if (!isOther || own is not { State: FactorState.Ready })
        {
            return null;
        }

        Changes++;
        if (there is { State: FactorState.Ready })
        {
            own.Remove();
            return own;
        }

        there?.Remove();
        own.Address = address;
        own.Sequence++;
        return null;
    }

    public void Unlock()
    {
        Changes++;
        _history.Unlock();
        foreach (var factor in Live.Where(factor => factor.Code is not null))
        {
            factor.Code = null;
            factor.ResendAt = null;
            factor.Sequence++;
        }

        foreach (var challenge in Challenges)
        {
            challenge.Code = null;
            challenge.ResendAt = null;
        }
    }

    /// <summary>The purge: of what the model knows, an hour after their expiry, the codes.</summary>
    /// <returns>The codes that are gone by it.</returns>
    public int Forget(DateTimeOffset now)
    {
        var forgotten = Factors.Concat<Place>(Challenges).Where(place => place.Code is not null && now - place.Code.ExpiresAt >= TimeSpan.FromHours(1)).ToList();
        foreach (var place in forgotten)
        {
            place.Code = null;
            if (place is Factor factor)
            {
                factor.Sequence++;
            }
        }

        return forgotten.Count;
    }

    /// <summary>What the purge finds in a budget, only the budget knows.</summary>
    public void NoteChange(bool isChanged) => Changes += isChanged ? 1 : 0;

    private GuessOutcome Judge(Place place, string text, PasscodePolicy policy, DateTimeOffset now)
    {
        if (LockedUntil(now) is not null)
        {
            return GuessOutcome.Locked;
        }

        if (place.Code is null)
        {
            return GuessOutcome.NoPasscode;
        }

        if (IsExhausted(place, now))
        {
            return GuessOutcome.Locked;
        }

        if (IsExpired(place, now))
        {
            return GuessOutcome.Expired;
        }

        Changes++;
        if (text == place.Code.Text)
        {
            _history.Succeed(place.Address, now);
            return GuessOutcome.Right;
        }

        _history.Fail(place.Address, place.Code.MaxAttempts, policy.Lifetime, now);
        return GuessOutcome.Wrong;
    }

    private void Issue(Place place, string text, PasscodePolicy policy, DateTimeOffset now)
    {
        place.Code = new Code(_history.Next(), text, now + policy.Lifetime, Math.Max(policy.MaxAttempts, Attempts(now) + 1));
        place.CodeEndsAt = place.Code.ExpiresAt;
        place.ResendAt = now + policy.ResendInterval;
        _newest = place;
    }

    private Refusal? RefusesCode(Place? place, DateTimeOffset now)
    {
        var (locked, resend) = (LockedUntil(now), place?.ResendAt > now ? place.ResendAt : null);
        return (locked, resend) switch
        {
            (null, null) => null,
            (null, not null) => new Refusal("Passcode.TooSoon", resend),
            _ => new Refusal("Passcode.Locked", resend > locked ? resend : locked),
        };
    }

    private Factor FindOrAdd(string address, Guid id, DateTimeOffset now)
    {
        if (At(address) is not { } factor)
        {
            factor = new Factor(id, address, now);
            Factors.Add(factor);
        }

        return factor;
    }

    /// <summary>Why something is refused, and when to come again.</summary>
    internal sealed record Refusal(string Code, DateTimeOffset? RetryAt);

    internal sealed record Code(int Order, string Text, DateTimeOffset ExpiresAt, int MaxAttempts);

    /// <summary>What can have a code.</summary>
    internal abstract class Place(Guid id, string address, DateTimeOffset at)
    {
        public Guid Id { get; } = id;

        public string Address { get; set; } = address;

        public DateTimeOffset At { get; } = at;

        public Code? Code { get; set; }

        public DateTimeOffset? CodeEndsAt { get; set; }

        public DateTimeOffset? ResendAt { get; set; }
    }

    internal sealed class Factor(Guid id, string address, DateTimeOffset at) : Place(id, address, at)
    {
        public FactorState State { get; private set; } = FactorState.NotReady;

        public int Sequence { get; set; } = 1;

        public void Prove()
        {
            State = FactorState.Ready;
            Code = null;
            ResendAt = null;
            Sequence++;
        }

        public void Remove()
        {
            State = FactorState.Removed;
            Code = null;
            Sequence++;
        }
    }

    internal sealed class Challenge(Guid id, Factor factor, DateTimeOffset at) : Place(id, factor.Address, at)
    {
        public Factor Factor { get; } = factor;

        public bool IsVerified { get; set; }
    }
}
