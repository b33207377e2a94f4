using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Otp.Fuzz.Tests;

/// <summary>
/// Runs a property on random inputs: by default the same ones each time, so that a change is judged by itself, for about a minute.
/// <para>
/// <c>OTP_FUZZ_CASES=20</c> runs twenty times as many cases (a fraction such as <c>0.1</c>: fewer), other ones in each run. Do that now and then, and keep what
/// it finds as a fixed example.
/// A failure prints the shortest input that still fails and two seeds. The second pair is that of the failing case:
/// <c>OTP_FUZZ_REPLAY=seed,gamma,size</c>, with a filter for the one test, tries it first. Over HTTP, what came before may matter:
/// <c>OTP_FUZZ_REPLAY=seed,gamma</c> with the first pair, and the same <c>OTP_FUZZ_CASES</c>, repeats the whole run of that test.
/// </para>
/// </summary>
internal static class Fuzz
{
    public const string MultiplierVariable = "OTP_FUZZ_CASES";
    public const string ReplayVariable = "OTP_FUZZ_REPLAY";

    private const ulong UsualSeed = 3843286462117876763;
    private const ulong UsualGamma = 10765470924151251467;

    /// <summary>Detects a hang, on a busy machine, too; nothing here takes a hundredth of it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly double Multiplier =
        double.Parse(Environment.GetEnvironmentVariable(MultiplierVariable) is { Length: > 0 } text ? text : "1", CultureInfo.InvariantCulture);

    /// <summary>Checks a property that is not asynchronous.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="cases">How many of them by default.</param>
    /// <param name="property">Throws where it does not hold.</param>
    public static void Check<T>(Arbitrary<T> inputs, int cases, Action<T> property) =>
        CheckAsync(inputs, cases, input => Task.Run(() => property(input)));

    /// <summary>Checks a property.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="cases">How many of them by default.</param>
    /// <param name="property">Throws where it does not hold.</param>
    public static void CheckAsync<T>(Arbitrary<T> inputs, int cases, Func<T, Task> property)
    {
        var hasHung = false;
        Prop.ForAll(inputs, input =>
        {
            // Whatever hung still runs: to look for a shorter input would take as long again for each.
            if (hasHung)
            {
                return;
            }

            var run = Task.Run(() => property(input));
            hasHung = Task.WaitAny([run], Patience) < 0;
            if (hasHung)
            {
                throw new TimeoutException($"It did not end within {Patience}.");
            }

            run.GetAwaiter().GetResult();
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest((int)Math.Max(1, cases * Multiplier)).WithReplay(Replay()));
    }

    private static FSharpOption<Replay> Replay()
    {
        if (Environment.GetEnvironmentVariable(ReplayVariable) is not { Length: > 0 } text)
        {
            return Environment.GetEnvironmentVariable(MultiplierVariable) is { Length: > 0 }
                ? FSharpOption<Replay>.None
                : new Replay(new Rnd(UsualSeed, UsualGamma), FSharpOption<int>.None);
        }

        var parts = text.Trim('(', ')').Split(',');
        var random = new Rnd(ulong.Parse(parts[0], CultureInfo.InvariantCulture), ulong.Parse(parts[1], CultureInfo.InvariantCulture));
        return new Replay(random, parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : FSharpOption<int>.None);
    }
}
