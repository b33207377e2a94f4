using Otp.Application.Delivery;
using Otp.Domain.Common;

namespace Otp.Application.Common.Ports;

/// <summary>Reads what the provider reports of the mails that it has taken.</summary>
public interface IProviderReports
{
    /// <summary>Checks who has signed a report, and then reads it. What is no report of a mail of this service, or of no interest here, is left out.</summary>
    /// <returns>
    /// The reports; <see cref="DeliveryErrors.ReportsNotTaken"/> where no key is configured, <see cref="DeliveryErrors.ReportNotAuthentic"/>, or
    /// <see cref="DeliveryErrors.ReportUnreadable"/>.
    /// </returns>
    Result<IReadOnlyList<DeliveryEvent>> Read(SignedReport report);
}

/// <summary>A report as it came in.</summary>
/// <param name="Signature">Proves who has sent it.</param>
/// <param name="Timestamp">When it was signed, as it was signed.</param>
/// <param name="Body">The body, byte for byte.</param>
public sealed record SignedReport(string? Signature, string? Timestamp, ReadOnlyMemory<byte> Body);
