using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>One thing that a user, an attacker or time does. It prints as it would be said.</summary>
internal abstract record Step;

/// <summary>Asks for a code, or for another one.</summary>
internal sealed record AskForCode : Step
{
    public override string ToString() => "ask for a code";
}

/// <summary>Asks for a code, waits as long as told, and asks again.</summary>
internal sealed record AskUntilAccepted : Step
{
    public override string ToString() => "ask for a code, wait as told, ask again";
}

/// <summary>Guesses the newest code.</summary>
internal sealed record GuessRight : Step
{
    public override string ToString() => "guess right";
}

/// <summary>Guesses the code before the newest.</summary>
internal sealed record GuessReplaced : Step
{
    public override string ToString() => "guess the replaced code";
}

/// <summary>Guesses a code that never was.</summary>
internal sealed record GuessWrong(int Times) : Step
{
    public override string ToString() => Times == 1 ? "guess wrong" : $"guess wrong {Times} times";
}

/// <summary>Takes the code back.</summary>
internal sealed record Withdraw : Step
{
    public override string ToString() => "withdraw the code";
}

/// <summary>Waits.</summary>
internal sealed record Wait(TimeSpan Time) : Step
{
    public override string ToString() => $"wait {Time}";
}

/// <summary>A time at which something ends.</summary>
internal enum Boundary
{
    Resend,
    Expiry,
    LockEnd,
    QuietDay,
    SeriesEnd,
}

/// <summary>Waits until something ends, or a millisecond less or more; not at all where nothing does.</summary>
internal sealed record WaitUntil(Boundary Boundary, int Milliseconds) : Step
{
    public override string ToString() => $"wait until {Boundary}{(Milliseconds == 0 ? "" : $" {Milliseconds:+0;-0} ms")}";
}

/// <summary>Sets one of three addresses by hand.</summary>
internal sealed record SetAddress(int Address) : Step
{
    public override string ToString() => $"set address {Address}";
}

/// <summary>Comes with a token, issued this many seconds before or after now, that names one of three addresses.</summary>
internal sealed record ClaimAddress(int Address, int IssuedAfter, bool Trusted) : Step
{
    public override string ToString() => $"come with a token for address {Address} issued {IssuedAfter:+0;-0;0} s from now{(Trusted ? ", trusted" : "")}";
}

/// <summary>What happens, under which policy.</summary>
internal sealed record Script(PasscodePolicy Policy, IReadOnlyList<Step> Steps)
{
    public override string ToString() => string.Join(
        Environment.NewLine,
        Steps.Select((step, i) => $"  {i + 1}. {step}").Prepend(
            $"{Policy.MaxAttempts} attempts, lifetime {Policy.Lifetime}, resend interval {Policy.ResendInterval}:"));
}
