using FsCheck;
using FsCheck.Fluent;
using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>Scripts of one user's e-mail verification.</summary>
internal static class VerificationScripts
{
    private static readonly PasscodePolicy[] Policies =
    [
        PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification),
        PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification),
        PasscodePolicy.DefaultFor(PasscodePurpose.LoginChallenge),
        new(6, PasscodeAlphabet.Digits, TimeSpan.FromHours(24), 3, TimeSpan.Zero),
        new(6, PasscodeAlphabet.Digits, TimeSpan.FromMinutes(1), 1, TimeSpan.FromHours(1)),
        new(6, PasscodeAlphabet.Digits, TimeSpan.FromHours(10), 10, TimeSpan.FromSeconds(60)),
    ];

    private static readonly Gen<Step> AnyStep = Gen.Frequency<Step>(
        (3, Gen.Constant<Step>(new AskForCode())),
        (7, Gen.Constant<Step>(new AskUntilAccepted())),
        (3, Gen.Constant<Step>(new GuessRight())),
        (1, Gen.Constant<Step>(new GuessReplaced())),
        (5, Gen.Choose(1, 2).Select(times => (Step)new GuessWrong(times))),
        (5, Gen.Choose(3, 11).Select(times => (Step)new GuessWrong(times))),
        (1, Gen.Constant<Step>(new Withdraw())),
        (2, Scripts.Wait),
        (5, Scripts.WaitUntil),
        (4, Scripts.Forget),
        (4, Scripts.Address.Select(address => (Step)new SetAddress(address))),
        (1, from address in Scripts.Address
            from issuedAfter in Gen.Choose(-2, 2)
            from trusted in Gen.Elements(true, false, false, false)
            select (Step)new ClaimAddress(address, issuedAfter, trusted)));

    // Half of the scripts never see a token: after the first one, addresses cannot be set by hand any more.
    private static readonly Gen<Step> StepWithoutTokens = AnyStep.Where(step => step is not ClaimAddress);

    public static Arbitrary<Script> Any { get; } = Arb.From(
        from policy in Gen.Elements(Policies)
        from tokens in Gen.Elements(true, false)
        from length in Gen.Choose(1, Scripts.MaxSteps)
        from first in Scripts.Address
        from steps in (tokens ? AnyStep : StepWithoutTokens).ArrayOf(length)
        select new Script([policy], [new SetAddress(first), .. steps]),
        script => Scripts.Shrink(script, Simpler));

    private static Step[] Simpler(Step step) => step switch
    {
        AskUntilAccepted => [new AskForCode()],
        GuessReplaced => [new GuessWrong(1)],
        GuessWrong { Times: > 1 } wrong => [new GuessWrong(wrong.Times - 1)],
        ClaimAddress claim => [new SetAddress(claim.Address), .. claim.Trusted ? [claim with { Trusted = false }] : Array.Empty<Step>()],
        _ => [],
    };
}
