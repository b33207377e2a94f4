using FsCheck;
using FsCheck.Fluent;
using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>Random scripts, biased to what hurts: bursts of wrong guesses and the moments at which something ends.</summary>
internal static class Scripts
{
    private const int MaxSteps = 60;

    private static readonly PasscodePolicy[] Policies =
    [
        PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification),
        PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification),
        PasscodePolicy.DefaultFor(PasscodePurpose.LoginChallenge),
        new(6, PasscodeAlphabet.Digits, TimeSpan.FromHours(24), 3, TimeSpan.Zero),
        new(6, PasscodeAlphabet.Digits, TimeSpan.FromMinutes(1), 1, TimeSpan.FromHours(1)),
        new(6, PasscodeAlphabet.Digits, TimeSpan.FromHours(10), 10, TimeSpan.FromSeconds(60)),
    ];

    private static readonly TimeSpan[] Times =
    [
        TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(59), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(14),
        TimeSpan.FromHours(1), TimeSpan.FromHours(23), TimeSpan.FromHours(24), TimeSpan.FromDays(29), TimeSpan.FromDays(31),
    ];

    private static readonly Gen<int> Address = Gen.Choose(0, 2);

    private static readonly Gen<Step> AnyStep = Gen.Frequency<Step>(
        (3, Gen.Constant<Step>(new AskForCode())),
        (7, Gen.Constant<Step>(new AskUntilAccepted())),
        (3, Gen.Constant<Step>(new GuessRight())),
        (1, Gen.Constant<Step>(new GuessReplaced())),
        (5, Gen.Choose(1, 2).Select(times => (Step)new GuessWrong(times))),
        (5, Gen.Choose(3, 11).Select(times => (Step)new GuessWrong(times))),
        (1, Gen.Constant<Step>(new Withdraw())),
        (2, Gen.Elements(Times).Select(time => (Step)new Wait(time))),
        (5, Gen.Elements(Enum.GetValues<Boundary>()).Zip(Gen.Choose(-1, 1), (boundary, ms) => (Step)new WaitUntil(boundary, ms))),
        (4, Address.Select(address => (Step)new SetAddress(address))),
        (1, from address in Address
            from issuedAfter in Gen.Choose(-2, 2)
            from trusted in Gen.Elements(true, false, false, false)
            select (Step)new ClaimAddress(address, issuedAfter, trusted)));

    // Half of the scripts never see a token: after the first one, addresses cannot be set by hand any more.
    private static readonly Gen<Step> StepWithoutTokens = AnyStep.Where(step => step is not ClaimAddress);

    public static Arbitrary<Script> Any { get; } = Arb.From(
        from policy in Gen.Elements(Policies)
        from tokens in Gen.Elements(true, false)
        from length in Gen.Choose(1, MaxSteps)
        from first in Address
        from steps in (tokens ? AnyStep : StepWithoutTokens).ArrayOf(length)
        select new Script(policy, [new SetAddress(first), .. steps]),
        Shrink);

    private static IEnumerable<Script> Shrink(Script script) => WithFewerSteps(script.Steps).Concat(WithSimplerSteps(script.Steps))
        .Select(steps => script with { Steps = steps });

    /// <summary>Leaves out halves, quarters and so on down to single steps.</summary>
    private static IEnumerable<IReadOnlyList<Step>> WithFewerSteps(IReadOnlyList<Step> steps)
    {
        for (var size = steps.Count / 2; size >= 1; size /= 2)
        {
            for (var from = 0; from < steps.Count; from += size)
            {
                yield return [.. steps.Take(from), .. steps.Skip(from + size)];
            }
        }
    }

    private static IEnumerable<IReadOnlyList<Step>> WithSimplerSteps(IReadOnlyList<Step> steps) =>
        from i in Enumerable.Range(0, steps.Count)
        from simpler in Simpler(steps[i])
        select (IReadOnlyList<Step>)[.. steps.Take(i), simpler, .. steps.Skip(i + 1)];

    private static Step[] Simpler(Step step) => step switch
    {
        AskUntilAccepted => [new AskForCode()],
        GuessReplaced => [new GuessWrong(1)],
        GuessWrong { Times: > 1 } wrong => [new GuessWrong(wrong.Times - 1)],
        Wait wait => [.. Times.Where(time => time < wait.Time).Select(time => new Wait(time))],
        WaitUntil { Milliseconds: not 0 } until => [until with { Milliseconds = 0 }],
        ClaimAddress claim => [new SetAddress(claim.Address), .. claim.Trusted ? [claim with { Trusted = false }] : Array.Empty<Step>()],
        _ => [],
    };
}
