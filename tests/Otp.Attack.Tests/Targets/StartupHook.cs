using System.Diagnostics;
using System.Diagnostics.Metrics;

// The runtime looks for a type of this name, outside of any namespace, in the file that DOTNET_STARTUP_HOOKS names, before the service's own first line runs.
#pragma warning disable CA1050

/// <summary>
/// Listens to all traces and metrics inside the process of the service, as an exporter would that takes everything, and prints them to the output of the
/// process, where the attack looks for secrets.
/// </summary>
internal static class StartupHook
{
    /// <summary>What each line of it begins with.</summary>
    public const string Mark = "telemetry:";

    // They listen as long as the process lives.
    private static ActivityListener? _activities;
    private static MeterListener? _meters;

    public static void Initialize()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => Console.WriteLine(
                $"{Mark} activity {activity.Source.Name} {activity.OperationName} {activity.DisplayName} {activity.StatusDescription} {activity.TraceStateString} {Join(activity.TagObjects)} {Join(activity.Baggage)} "
                + string.Join(' ', activity.Events.Select(item => $"{item.Name} {Join(item.Tags)}")).ReplaceLineEndings(" ")),
        };
        ActivitySource.AddActivityListener(_activities);
        _meters = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        _meters.SetMeasurementEventCallback<long>(Print);
        _meters.SetMeasurementEventCallback<int>(Print);
        _meters.SetMeasurementEventCallback<double>(Print);
        _meters.Start();
    }

    private static string Join<T>(IEnumerable<KeyValuePair<string, T>> tags) => string.Join(' ', tags.Select(tag => $"{tag.Key}={tag.Value}"));

    private static void Print<T>(Instrument instrument, T measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        where T : struct =>
        Console.WriteLine($"{Mark} metric {instrument.Meter.Name} {instrument.Name} {measurement} {Join(tags.ToArray())}");
}
