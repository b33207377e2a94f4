using Microsoft.EntityFrameworkCore;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.Security;

namespace Otp.Infrastructure.Persistence.Outbox;

internal sealed class DeliveryLog(Lazy<OtpDbContext> context, CompiledQueries queries, KnownDeliveries known, RecipientDigester digester) : IDeliveryLog
{
    public async Task<DeliveryDto?> FindAsync(string userId, Guid deliveryId, CancellationToken cancellationToken) =>
        known.TryFind(deliveryId, out var delivery) ? delivery : await queries.FindDelivery(context.Value, userId, deliveryId, cancellationToken);

    public async Task<IReadOnlyList<DeliveryRecordDto>> ListAsync(DeliveryFilter filter, int count, CancellationToken cancellationToken)
    {
        var messages = context.Value.OutboxMessages.NewestOf(context.Value, filter.Scope, filter.UserId, filter.After);
        if (filter.Recipient is { } recipient)
        {
            messages = context.Value.ToRecipient(messages, digester.AllDigests(recipient));
        }

        if (filter.State is { } state)
        {
            messages = messages.Where(message => message.State == state);
        }

        return await messages.Take(count)
            .Select(message => new DeliveryRecordDto
            {
                DeliveryId = message.Id,
                UserId = message.UserId,
                Kind = message.Kind,
                State = message.State,
                ChangedAt = message.StateChangedAt,
                CreatedAt = message.CreatedAt,
                ExpiresAt = message.ExpiresAt,
                Attempts = message.Attempts,
                Reason = message.Reason,
            })
            .ToListAsync(cancellationToken);
    }

    public Task<LoggedMail?> FindAsync(OwnerScope scope, Guid deliveryId, CancellationToken cancellationToken) =>
        context.Value.OutboxMessages.OfUsersIn(context.Value, scope).Where(message => message.Id == deliveryId)
            .Select(message => new LoggedMail(
                message.Id, message.UserId, message.Kind, message.SubjectId, message.State, message.ExpiresAt, message.Content != null))
            .FirstOrDefaultAsync(cancellationToken);

    public async Task RequeueAsync(LoggedMail mail, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var message = await context.Value.OutboxMessages.AsTracking().SingleAsync(item => item.Id == mail.Id && item.UserId == mail.UserId, cancellationToken);

        // What was decided on is what was read before: where it has changed meanwhile, saving is a lost race.
        context.Value.Entry(message).Property(item => item.State).OriginalValue = mail.State;
        message.State = DeliveryState.Queued;
        message.StateChangedAt = now;
        message.DueAt = now;
        message.Attempts = 0;
    }

    public async Task<IReadOnlyDictionary<Guid, DeliveryProgress>> FindProgressAsync(IReadOnlyCollection<Guid> deliveryIds, CancellationToken cancellationToken) =>
        await context.Value.OutboxMessages.AsTracking()
            .Where(message => deliveryIds.Contains(message.Id))
            .ToDictionaryAsync(
                message => message.Id,
                message => new DeliveryProgress(message.State, message.StateChangedAt, message.CreatedAt, message.ReportedAt),
                cancellationToken);

    public async Task<IReadOnlySet<string>> FindRecordedAsync(IReadOnlyCollection<DeliveryEvent> reports, CancellationToken cancellationToken)
    {
        var eventIds = reports.Select(report => report.EventId).ToList();
        return await context.Value.DeliveryReports
            .Where(report => eventIds.Contains(report.EventId))
            .Select(report => report.EventId)
            .ToHashSetAsync(cancellationToken);
    }

    public void Record(DeliveryEvent report, DeliveryProgress? progress, DateTimeOffset now)
    {
        var message = context.Value.OutboxMessages.Local.Single(item => item.Id == report.DeliveryId);
        context.Value.DeliveryReports.Add(new DeliveryReport
        {
            EventId = report.EventId,
            UserId = message.UserId,
            DeliveryId = report.DeliveryId,
            Type = report.Type,
            OccurredAt = report.OccurredAt,
            RecordedAt = now,
        });
        if (progress is not null)
        {
            message.State = progress.State;
            message.StateChangedAt = progress.ChangedAt;
            message.ReportedAt = progress.ReportedAt;
            message.LeaseId = null;
            message.Content = null;
        }
    }
}
