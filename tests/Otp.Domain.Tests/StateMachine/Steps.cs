using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>One thing that a user, an attacker or time does. It prints as it would be said.</summary>
internal abstract record Step;

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
    ExpiryForgotten,
    LockEnd,
    QuietDay,
    SeriesEnd,
    ChallengeEnd,
}

/// <summary>Waits until something ends, or a millisecond less or more; not at all where nothing does.</summary>
internal sealed record WaitUntil(Boundary Boundary, int Milliseconds) : Step
{
    public override string ToString() => $"wait until {Boundary}{(Milliseconds == 0 ? "" : $" {Milliseconds:+0;-0} ms")}";
}

/// <summary>The purge comes by.</summary>
internal sealed record Forget : Step
{
    public override string ToString() => "forget what has ended";
}

/// <summary>What happens, under which policy of each purpose.</summary>
internal sealed record Script(IReadOnlyList<PasscodePolicy> Policies, IReadOnlyList<Step> Steps)
{
    public override string ToString() => string.Join(
        Environment.NewLine,
        [
            .. Policies.Select(policy => $"{policy.MaxAttempts} attempts, lifetime {policy.Lifetime}, resend interval {policy.ResendInterval}:"),
            .. Steps.Select((step, i) => $"  {i + 1}. {step}"),
        ]);
}
