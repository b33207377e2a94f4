using System.Security.Cryptography;

namespace Otp.Timing;

/// <summary>What is computed of samples.</summary>
internal static class Statistics
{
    private const int Resamples = 2_000;

    /// <summary>The value below which a part of the samples lies.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double part) => sorted[(int)Math.Clamp(Math.Ceiling(sorted.Count * part) - 1, 0, sorted.Count - 1)];

    public static double Median(IEnumerable<double> samples)
    {
        var sorted = samples.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>The mean without the fastest and the slowest tenth.</summary>
    public static double TrimmedMean(IReadOnlyList<double> sorted) => sorted.Skip(sorted.Count / 10).Take(sorted.Count - (2 * (sorted.Count / 10))).Average();

    /// <summary>The correlation of two series, with what chance alone gives in 95 of 100 cases and how often chance gives as much.</summary>
    public static Correlation Correlate(double[] x, double[] y)
    {
        var found = Pearson(x, y);
        var dice = new Dice();
        var shuffled = x.ToArray();
        var chances = new double[Resamples];
        for (var index = 0; index < Resamples; index++)
        {
            dice.Shuffle(shuffled);
            chances[index] = Pearson(shuffled, y);
        }

        Array.Sort(chances);
        var asMuch = chances.Count(chance => Math.Abs(chance) >= Math.Abs(found));
        return new Correlation(found, Quantile(chances, 0.025), Quantile(chances, 0.975), (asMuch + 1.0) / (Resamples + 1));
    }

    /// <summary>The ranks of values; equal ones share theirs.</summary>
    public static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(index => values[index]).ToArray();
        var ranks = new double[values.Length];
        for (var from = 0; from < order.Length;)
        {
            var to = from;
            while (to + 1 < order.Length && values[order[to + 1]] == values[order[from]])
            {
                to++;
            }

            for (var index = from; index <= to; index++)
            {
                ranks[order[index]] = ((from + to) / 2.0) + 1;
            }

            from = to + 1;
        }

        return ranks;
    }

    /// <summary>How much y grows with x, by the least squares, in a 95 % interval.</summary>
    public static (double Slope, double Error) Slope(double[] x, double[] y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        var spread = x.Sum(value => (value - meanX) * (value - meanX));
        var slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / spread;
        var rest = x.Zip(y, (a, b) => b - meanY - (slope * (a - meanX))).Sum(residue => residue * residue);
        return (slope, 1.96 * Math.Sqrt(rest / (x.Length - 2) / spread));
    }

    /// <summary>The rank test of Mann and Whitney, by its normal approximation.</summary>
    /// <returns>The probability that one group exceeds the other (0.5: alike), and how often chance gives as much.</returns>
    public static (double Exceeds, double Probability) MannWhitney(double[] some, double[] others)
    {
        var ranks = Ranks([.. some, .. others]);
        double n = some.Length;
        double m = others.Length;
        var u = ranks.Take(some.Length).Sum() - (n * (n + 1) / 2);
        var z = (u - (n * m / 2)) / Math.Sqrt(n * m * (n + m + 1) / 12);
        return (u / (n * m), 2 * UpperTail(Math.Abs(z)));
    }

    /// <summary>The difference of the medians, in a 95 % interval by resampling.</summary>
    public static (double Low, double High) MedianDifference(double[] some, double[] others)
    {
        var dice = new Dice();
        var differences = Enumerable.Range(0, Resamples).Select(_ => Median(dice.Resample(some)) - Median(dice.Resample(others))).Order().ToList();
        return (Quantile(differences, 0.025), Quantile(differences, 0.975));
    }

    private static double Pearson(double[] x, double[] y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        double both = 0;
        double squaresX = 0;
        double squaresY = 0;
        for (var index = 0; index < x.Length; index++)
        {
            var (a, b) = (x[index] - meanX, y[index] - meanY);
            both += a * b;
            squaresX += a * a;
            squaresY += b * b;
        }

        return both / Math.Sqrt(squaresX * squaresY);
    }

    /// <summary>Of the normal distribution (Abramowitz and Stegun, 26.2.17).</summary>
    private static double UpperTail(double z)
    {
        var t = 1 / (1 + (0.2316419 * z));
        var series = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * series;
    }
}

/// <summary>A correlation.</summary>
/// <param name="Value">What was found.</param>
/// <param name="Low">What chance gives: from here.</param>
/// <param name="High">To here, in 95 of 100 cases.</param>
/// <param name="Probability">How often chance gives as much.</param>
internal sealed record Correlation(double Value, double Low, double High, double Probability)
{
    public override string ToString() => $"{Value:+0.0000;-0.0000} (chance alone: {Low:+0.0000;-0.0000} to {High:+0.0000;-0.0000} in 95 of 100; p = {Probability:0.0000})";
}

/// <summary>Chance that is quick; what it starts from is drawn well (SplitMix64).</summary>
internal sealed class Dice
{
    private ulong _state = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    public int Next(int below)
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)below);
    }

    public void Shuffle<T>(T[] values)
    {
        for (var index = values.Length - 1; index > 0; index--)
        {
            var other = Next(index + 1);
            (values[index], values[other]) = (values[other], values[index]);
        }
    }

    public double[] Resample(double[] values)
    {
        var drawn = new double[values.Length];
        for (var index = 0; index < drawn.Length; index++)
        {
            drawn[index] = values[Next(values.Length)];
        }

        return drawn;
    }
}
