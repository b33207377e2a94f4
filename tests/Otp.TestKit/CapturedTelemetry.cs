using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Otp.TestKit;

/// <summary>Keeps all traces and metrics of this process, those of other tests among them.</summary>
public sealed class CapturedTelemetry : IDisposable
{
    private readonly ConcurrentQueue<string> _entries = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters;

    public CapturedTelemetry()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => _entries.Enqueue(Describe(activity)),
        };
        ActivitySource.AddActivityListener(_activities);
        _meters = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        _meters.SetMeasurementEventCallback<long>(Record);
        _meters.SetMeasurementEventCallback<int>(Record);
        _meters.SetMeasurementEventCallback<double>(Record);
        _meters.Start();
    }

    /// <summary>One text for each activity and each measurement.</summary>
    public IReadOnlyCollection<string> Entries => _entries;

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    private static string Describe(Activity activity) =>
        $"activity {activity.Source.Name} {activity.OperationName} {activity.DisplayName} {activity.StatusDescription} {activity.TraceStateString} "
        + string.Join(", ", activity.TagObjects.Concat(activity.Baggage.Select(item => new KeyValuePair<string, object?>(item.Key, item.Value))).Select(Describe))
        + string.Join(", ", activity.Events.Select(item => $"{item.Name} {string.Join(", ", item.Tags.Select(Describe))}"));

    private static string Describe(KeyValuePair<string, object?> tag) => $"{tag.Key}={tag.Value}";

    private void Record<T>(Instrument instrument, T measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        where T : struct
    {
        List<string> all = [];
        foreach (var tag in tags)
        {
            all.Add(Describe(tag));
        }

        _entries.Enqueue($"metric {instrument.Meter.Name} {instrument.Name} {string.Join(", ", all)}");
    }
}
