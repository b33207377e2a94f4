using MediatR;
using Microsoft.Extensions.Logging;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Domain.Common;
using Otp.Domain.Recipients;

namespace Otp.Application.Delivery.RecordDeliveryEvents;

/// <summary>
/// Applies what a provider reports, each report once and in any order. Reports of mails that are not known here are passed over: the provider's account may
/// send for others too. A hard bounce or a report as spam suppresses the address.
/// </summary>
/// <param name="Report">The reports, signed by the provider.</param>
public sealed record RecordDeliveryEventsCommand(SignedReport Report) : ICommand<Result>;

internal sealed partial class RecordDeliveryEventsHandler(
    IProviderReports provider, IDeliveryLog deliveries, ISuppressionRepository suppressions, TimeProvider time, ILogger<RecordDeliveryEventsHandler> logger)
    : IRequestHandler<RecordDeliveryEventsCommand, Result>
{
    public async Task<Result> Handle(RecordDeliveryEventsCommand request, CancellationToken cancellationToken)
    {
        var read = provider.Read(request.Report);
        if (!read.IsSuccess)
        {
            return read.Error;
        }

        var now = time.Now();
        var reports = read.Value.DistinctBy(report => report.EventId).ToList();
        var mails = (await deliveries.FindProgressAsync([.. reports.Select(report => report.DeliveryId).Distinct()], cancellationToken)).ToDictionary();
        reports.RemoveAll(report => !mails.ContainsKey(report.DeliveryId));
        var recorded = await deliveries.FindRecordedAsync(reports, cancellationToken);
        foreach (var report in reports.Where(report => !recorded.Contains(report.EventId)))
        {
            var progress = mails[report.DeliveryId].With(report);
            mails[report.DeliveryId] = progress ?? mails[report.DeliveryId];
            deliveries.Record(report, progress, now);
            LogReport(report.DeliveryId, report.Type);
            if (ReasonToSuppress(report.Type) is { } reason)
            {
                await SuppressAsync(report, reason, now, cancellationToken);
            }
        }

        return Result.Success;
    }

    private static SuppressionReason? ReasonToSuppress(DeliveryEventType type) => type switch
    {
        DeliveryEventType.Bounced => SuppressionReason.HardBounce,
        DeliveryEventType.SpamReported => SuppressionReason.SpamReport,
        _ => null,
    };

    private async Task SuppressAsync(DeliveryEvent report, SuppressionReason reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (report.Recipient is { } recipient && await suppressions.FindAsync(recipient, cancellationToken) is null)
        {
            suppressions.Add(Suppression.Start(recipient, reason, now));
            LogSuppressed(report.DeliveryId, reason);
        }
    }

    [LoggerMessage(29, LogLevel.Debug, "The provider reports mail {DeliveryId} as {Type}")]
    private partial void LogReport(Guid deliveryId, DeliveryEventType type);

    [LoggerMessage(32, LogLevel.Warning, "The recipient of mail {DeliveryId} gets no more mail: {Reason}")]
    private partial void LogSuppressed(Guid deliveryId, SuppressionReason reason);
}
