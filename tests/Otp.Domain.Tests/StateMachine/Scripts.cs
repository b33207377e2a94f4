using FsCheck;
using FsCheck.Fluent;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>Random scripts, biased to what hurts: bursts of wrong guesses and the moments at which something ends.</summary>
internal static class Scripts
{
    public const int MaxSteps = 60;

    private static readonly TimeSpan[] Times =
    [
        TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(59), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(14),
        TimeSpan.FromHours(1), TimeSpan.FromHours(23), TimeSpan.FromHours(24), TimeSpan.FromDays(29), TimeSpan.FromDays(31),
    ];

    /// <summary>One of three addresses.</summary>
    public static Gen<int> Address { get; } = Gen.Choose(0, 2);

    public static Gen<Step> Wait { get; } = Gen.Elements(Times).Select(time => (Step)new Wait(time));

    public static Gen<Step> Forget { get; } = Gen.Constant<Step>(new Forget());

    public static Gen<Step> WaitUntil { get; } =
        Gen.Elements(Enum.GetValues<Boundary>()).Zip(Gen.Choose(-1, 1), (boundary, ms) => (Step)new WaitUntil(boundary, ms));

    /// <summary>Simpler scripts of the same kind: with fewer steps, or with one step that is simpler in itself.</summary>
    public static IEnumerable<Script> Shrink(Script script, Func<Step, IEnumerable<Step>> simpler) =>
        WithFewerSteps(script.Steps).Concat(WithSimplerSteps(script.Steps, simpler)).Select(steps => script with { Steps = steps });

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

    private static IEnumerable<IReadOnlyList<Step>> WithSimplerSteps(IReadOnlyList<Step> steps, Func<Step, IEnumerable<Step>> simpler) =>
        from i in Enumerable.Range(0, steps.Count)
        from other in Simpler(steps[i]).Concat(simpler(steps[i]))
        select (IReadOnlyList<Step>)[.. steps.Take(i), other, .. steps.Skip(i + 1)];

    private static IEnumerable<Step> Simpler(Step step) => step switch
    {
        Wait wait => Times.Where(time => time < wait.Time).Select(time => new Wait(time)),
        WaitUntil { Milliseconds: not 0 } until => [until with { Milliseconds = 0 }],
        _ => [],
    };
}
