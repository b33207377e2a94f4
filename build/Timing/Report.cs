namespace Otp.Timing;

/// <summary>Prints groups of samples.</summary>
internal static class Report
{
    /// <summary>The chance below which a difference counts; there are about ten comparisons in a run.</summary>
    public const double Significance = 0.001;

    public static void Table(IEnumerable<(string Name, IEnumerable<double> Samples)> groups)
    {
        Console.WriteLine($"    {"",-28}{"n",7}{"median",10}{"mean",10}{"trimmed",10}{"p90",10}");
        foreach (var (name, samples) in groups)
        {
            var sorted = samples.Order().ToList();
            Console.WriteLine($"    {name,-28}{sorted.Count,7}{Statistics.Median(sorted),10:0.0}{sorted.Average(),10:0.0}{Statistics.TrimmedMean(sorted),10:0.0}{Statistics.Quantile(sorted, 0.9),10:0.0}");
        }
    }
}
