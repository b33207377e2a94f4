using System.Diagnostics.Metrics;

namespace Otp.Application.Delivery;

/// <summary>Counts the fates of mails. The meter is named <see cref="MeterName"/>.</summary>
public sealed class DeliveryMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Otp.Delivery";

    private readonly Counter<long> _finished;
    private readonly Counter<long> _retried;
    private volatile bool _isCircuitOpen;

    /// <summary>Makes the instruments.</summary>
    public DeliveryMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        _finished = meter.CreateCounter<long>("otp.mails.finished", "{mail}", "Mails by the state they ended in.");
        _retried = meter.CreateCounter<long>("otp.mails.retried", "{attempt}", "Attempts that failed for now.");
        meter.CreateObservableGauge("otp.mails.circuit", () => _isCircuitOpen ? 1 : 0, null, "1 while the provider seems down and mails wait, else 0.");
    }

    internal bool IsCircuitOpen
    {
        set => _isCircuitOpen = value;
    }

    internal void Finished(MailKind kind, DeliveryState state) =>
        _finished.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString()), new KeyValuePair<string, object?>("state", state.ToString()));

    internal void Retried(MailKind kind) => _retried.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString()));
}
