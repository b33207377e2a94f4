using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Delivery;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Delivery;

/// <summary>What one server measures about its mails.</summary>
internal sealed class DeliveryMeasurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _sums = [];
    private int _circuit = -1;

    public DeliveryMeasurements(OtpServer server)
    {
        var factory = server.Services.GetRequiredService<IMeterFactory>();
        server.Services.GetRequiredService<DeliveryMetrics>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == DeliveryMetrics.MeterName && instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _sums.AddOrUpdate(KeyOf(instrument, tags), value, (_, sum) => sum + value));
        _listener.SetMeasurementEventCallback<int>((_, value, _, _) => _circuit = value);
        _listener.Start();
    }

    /// <summary>What <c>otp.mails.circuit</c> shows now.</summary>
    public int Circuit
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _circuit;
        }
    }

    public long Retried => _sums.Where(sum => sum.Key.StartsWith("otp.mails.retried", StringComparison.Ordinal)).Sum(sum => sum.Value);

    public long Finished(DeliveryState state) =>
        _sums.Where(sum => sum.Key.StartsWith("otp.mails.finished", StringComparison.Ordinal) && sum.Key.EndsWith($"state={state}", StringComparison.Ordinal)).Sum(sum => sum.Value);

    public void Dispose() => _listener.Dispose();

    private static string KeyOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name;
        foreach (var (name, value) in tags)
        {
            key += $" {name}={value}";
        }

        return key;
    }
}
