using FsCheck;
using FsCheck.Fluent;
using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>Scripts of one user's factors.</summary>
internal static class FactorScripts
{
    private static readonly PasscodePolicy Registration = PasscodePolicy.DefaultFor(PasscodePurpose.FactorRegistration);
    private static readonly PasscodePolicy Challenge = PasscodePolicy.DefaultFor(PasscodePurpose.LoginChallenge);

    private static readonly PasscodePolicy[][] Policies =
    [
        [Registration, Challenge],
        [Registration, Challenge],
        [Registration with { MaxAttempts = 3 }, Challenge],
        [Registration, Challenge with { MaxAttempts = 2 }],
        [Registration with { ResendInterval = TimeSpan.Zero, Lifetime = TimeSpan.FromHours(24) }, Challenge with { MaxAttempts = 10 }],
        [Registration with { MaxAttempts = 1 }, Challenge with { MaxAttempts = 1, ResendInterval = TimeSpan.FromHours(1) }],
    ];

    private static readonly Gen<bool> Patience = Gen.Elements(true, true, false);

    private static readonly Gen<int> Back = Gen.Elements(0, 0, 0, 1, 1, 2);

    private static readonly Gen<(Guessed Guessed, int Times)> Guess = Gen.Frequency(
        (4, Gen.Constant((Guessed.Right, 1))),
        (3, Gen.Choose(1, 2).Select(times => (Guessed.Wrong, times))),
        (3, Gen.Choose(3, 6).Select(times => (Guessed.Wrong, times))),
        (6, Gen.Elements(Guessed.Replaced, Guessed.OfAnother, Guessed.OfOtherPurpose).Select(guessed => (guessed, 1))));

    private static readonly Gen<Step> AnyStep = Gen.Frequency<Step>(
        (3, Gen.Constant<Step>(new AddContactFactor())),
        (6, Scripts.Address.Zip(Patience, (address, patience) => (Step)new RegisterFactor(address, patience))),
        (1, Gen.Frequency((1, Gen.Constant<Step>(new FillUp())), (3, Gen.Constant<Step>(new UnlockFactors())))),
        (7, Scripts.Address.Zip(Guess, (address, guess) => (Step)new GuessAtRegistration(address, guess.Guessed, guess.Times))),
        (2, Scripts.Address.Select(address => (Step)new RemoveFactor(address))),
        (6, Patience.Select(patience => (Step)new CreateChallenge(null, patience))),
        (3, Scripts.Address.Zip(Patience, (address, patience) => (Step)new CreateChallenge(address, patience))),
        (5, Back.Zip(Patience, (back, patience) => (Step)new ResendChallenge(back, patience))),
        (10, Back.Zip(Guess, (back, guess) => (Step)new GuessAtChallenge(back, guess.Guessed, guess.Times))),
        (2, Scripts.Address.Select(address => (Step)new ChangeContact(address))),
        (2, Scripts.Wait),
        (4, Scripts.WaitUntil),
        (4, Scripts.Forget));

    public static Arbitrary<Script> Any { get; } = Arb.From(
        from policies in Gen.Elements(Policies)
        from length in Gen.Choose(1, Scripts.MaxSteps)
        from steps in AnyStep.ArrayOf(length)
        select new Script(policies, steps),
        script => Scripts.Shrink(script, Simpler));

    private static IEnumerable<Step> Simpler(Step step) => step switch
    {
        RegisterFactor { UntilAccepted: true } register => [register with { UntilAccepted = false }],
        CreateChallenge { UntilAccepted: true } create => [create with { UntilAccepted = false }],
        CreateChallenge { Address: not null } create => [create with { Address = null }],
        ResendChallenge { UntilAccepted: true } resend => [resend with { UntilAccepted = false }],
        ResendChallenge { Back: > 0 } resend => [resend with { Back = 0 }],
        GuessAtRegistration { Times: > 1 } guess => [guess with { Times = guess.Times - 1 }],
        GuessAtChallenge { Times: > 1 } guess => [guess with { Times = guess.Times - 1 }],
        GuessAtChallenge { Back: > 0 } guess => [guess with { Back = 0 }],
        _ => [],
    };
}
