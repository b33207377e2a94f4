using System.Diagnostics.Metrics;

namespace Otp.Infrastructure.BackgroundJobs;

/// <summary>Counts what is purged. The meter is named <see cref="MeterName"/>.</summary>
internal sealed class PurgeMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Otp.Retention";

    private readonly Counter<long> _purged;
    private readonly Counter<long> _failed;

    public PurgeMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _purged = meter.CreateCounter<long>("otp.rows.purged", "{row}", "Rows that were deleted, or emptied of what is over, by table.");
        _failed = meter.CreateCounter<long>("otp.purges.failed", "{purge}", "Purges of a table that failed.");
    }

    public void Purged(string table, int rows) => _purged.Add(rows, TagOf(table));

    public void Failed(string table) => _failed.Add(1, TagOf(table));

    private static KeyValuePair<string, object?> TagOf(string table) => new("table", table);
}
