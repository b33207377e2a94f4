using Microsoft.EntityFrameworkCore;
using Otp.Application.Auditing;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Domain.Auditing;
using Otp.Infrastructure.Persistence.Hot;

namespace Otp.Infrastructure.Persistence.Auditing;

/// <summary>Keeps what the aggregates say has happened to them, in the transaction of the command.</summary>
internal sealed class AuditTrail(Lazy<OtpDbContext> context, HotRows rows, ICallerContext caller) : IAuditTrail
{
    /// <summary>Adds what has happened to the loaded aggregates since the last call.</summary>
    public void Append()
    {
        List<AuditEvent> happened = [];
        foreach (var aggregate in rows.Aggregates)
        {
            happened.AddRange(aggregate.TakeAuditEvents());
        }

        // Made from the time, and in the order of the events also where they are of one time.
        var ids = happened.ConvertAll(item => Guid.CreateVersion7(item.OccurredAt));
        ids.Sort();
        for (var index = 0; index < happened.Count; index++)
        {
            rows.Add(ToEntry(happened[index], ids[index]));
        }
    }

    public void Add(AuditEvent happened) => rows.Add(ToEntry(happened, Guid.CreateVersion7(happened.OccurredAt)));

    public async Task<IReadOnlyList<AuditEntryDto>> ListAsync(
        OwnerScope scope, string? userId, AuditAction? action, Guid? after, int count, CancellationToken cancellationToken)
    {
        var entries = context.Value.AuditEntries.AsNoTracking().NewestOf(context.Value, scope, userId, after);
        if (action is not null)
        {
            entries = entries.Where(entry => entry.Action == action);
        }

        return await entries.Take(count)
            .Select(entry => new AuditEntryDto
            {
                Id = entry.Id,
                OccurredAt = entry.OccurredAt,
                Action = entry.Action,
                UserId = entry.UserId,
                ActorId = entry.ActorId,
                ClientIp = entry.ClientIp,
                TraceId = entry.TraceId,
                Purpose = entry.Purpose,
                Outcome = entry.Outcome,
                SubjectId = entry.SubjectId,
                DeliveryId = entry.DeliveryId,
            })
            .ToListAsync(cancellationToken);
    }

    private AuditEntry ToEntry(AuditEvent happened, Guid id) => new()
    {
        Id = id,
        UserId = happened.UserId,
        Action = happened.Action,
        Purpose = happened.Purpose,
        Outcome = happened.Outcome,
        SubjectId = happened.SubjectId,
        DeliveryId = happened.DeliveryId,
        ActorId = caller.ActorId,
        ClientIp = caller.ClientIp,
        TraceId = caller.TraceId,
        OccurredAt = happened.OccurredAt,
    };
}
