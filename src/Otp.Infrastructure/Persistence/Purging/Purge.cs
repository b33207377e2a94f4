using System.Buffers.Binary;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Otp.Application.Delivery;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;

namespace Otp.Infrastructure.Persistence.Purging;

/// <summary>
/// Deletes what is over (SEC-27). In batches, so that no lock is held for long. Several processes may do it at once: what one has purged, the others no longer find.
/// </summary>
internal sealed class Purge(OtpDbContext context, IOptions<RetentionOptions> retention, IOptions<RecipientLimitOptions> limits, TimeProvider time)
{
    /// <summary>Rows that are deleted in one statement.</summary>
    public const int RowBatch = 500;

    /// <summary>Aggregates that are changed in one transaction.</summary>
    public const int AggregateBatch = 100;

    private const int MaxTries = 3;

    /// <summary>What there is to do, by the table that is purged. Each part returns the rows that it has deleted, or changed.</summary>
    public static IReadOnlyList<(string Table, Func<Purge, CancellationToken, Task<int>> RunAsync)> Parts { get; } =
    [
        ("otp_email_challenges", (purge, cancellationToken) => purge.DeleteChallengesAsync(cancellationToken)),
        ("user_factors", (purge, cancellationToken) => purge.ForgetInFactorsAsync(cancellationToken)),
        ("email_verifications", (purge, cancellationToken) => purge.ForgetInVerificationsAsync(cancellationToken)),
        ("recipient_allowances", (purge, cancellationToken) => purge.DeleteAllowancesAsync(cancellationToken)),
        ("outbox_messages", (purge, cancellationToken) => purge.DeleteFinishedMailsAsync(cancellationToken)),
        ("delivery_reports", (purge, cancellationToken) => purge.DeleteDeliveryReportsAsync(cancellationToken)),
        ("audit_entries", (purge, cancellationToken) => purge.DeleteAuditEntriesAsync(cancellationToken)),
    ];

    private Task<int> DeleteChallengesAsync(CancellationToken cancellationToken)
    {
        var gone = time.Now() - OtpEmailChallenge.Lifetime;
        return DeleteAsync(
            context.OtpEmailChallenges.Where(challenge => challenge.CreatedAt <= gone),
            challenge => challenge.CreatedAt,
            challenge => challenge.Id,
            (challenges, ids) => challenges.Where(challenge => ids.Contains(challenge.Id)),
            cancellationToken);
    }

    private Task<int> ForgetInFactorsAsync(CancellationToken cancellationToken)
    {
        var now = time.Now();
        var (expired, quiet, ended) = (now - PasscodeSlot.ExpiredMemory, now - AttemptBudget.QuietPeriod, now - AttemptBudget.SeriesMemory);
        return ChangeAsync(
            last => context.UserFactors
                .Include(factors => factors.Factors.Where(factor => factor.Slot.Passcode!.ExpiresAt <= expired))
                .Include(factors => factors.Challenges.Where(challenge => challenge.Slot.Passcode!.ExpiresAt <= expired))
                .AsSplitQuery()
                .Where(factors => factors.UserId.CompareTo(last) > 0
                    && (factors.Budget.LastFailedAt <= quiet || factors.Budget.LockedUntil <= ended
                        || factors.Factors.Any(factor => factor.Slot.Passcode!.ExpiresAt <= expired)
                        || factors.Challenges.Any(challenge => challenge.Slot.Passcode!.ExpiresAt <= expired)))
                .OrderBy(factors => factors.UserId),
            factors => factors.UserId,
            factors => factors.ForgetExpired(now),
            cancellationToken);
    }

    private Task<int> ForgetInVerificationsAsync(CancellationToken cancellationToken)
    {
        var now = time.Now();
        var (expired, quiet, ended) = (now - PasscodeSlot.ExpiredMemory, now - AttemptBudget.QuietPeriod, now - AttemptBudget.SeriesMemory);
        return ChangeAsync(
            last => context.EmailVerifications
                .Where(verification => verification.UserId.CompareTo(last) > 0
                    && (verification.Slot.Passcode!.ExpiresAt <= expired || verification.Budget.LastFailedAt <= quiet || verification.Budget.LockedUntil <= ended))
                .OrderBy(verification => verification.UserId),
            verification => verification.UserId,
            verification => verification.ForgetExpired(now),
            cancellationToken);
    }

    private Task<int> DeleteAllowancesAsync(CancellationToken cancellationToken)
    {
        var (now, options) = (time.Now(), limits.Value);
        var longest = options.RecipientBurst.Window > options.RecipientDaily.Window ? options.RecipientBurst.Window : options.RecipientDaily.Window;
        var (passcodes, notices) = (now - longest, now - options.RecipientNotices.Window);

        // Nothing was sent after the last change, but for the summary that is due.
        return ChangeAsync(
            last => context.RecipientAllowances
                .Where(allowance => allowance.Recipient.CompareTo(last) > 0
                    && (allowance.SummaryDueAt ?? allowance.ChangedAt) <= (allowance.Counter == RecipientCounter.Passcodes ? passcodes : notices))
                .OrderBy(allowance => allowance.Recipient),
            allowance => allowance.Recipient,
            allowance => context.Remove(allowance),
            cancellationToken);
    }

    private Task<int> DeleteFinishedMailsAsync(CancellationToken cancellationToken)
    {
        // None is finished before it was queued: what is too young by its id need not be looked at.
        var old = time.Now() - retention.Value.Deliveries;
        var young = FirstIdAfter(old);
        return DeleteAsync(
            context.OutboxMessages.Where(message => message.Id.CompareTo(young) < 0 && message.State != DeliveryState.Queued && message.StateChangedAt <= old),
            message => message.Id,
            message => message.Id,
            (messages, ids) => messages.Where(message => ids.Contains(message.Id)),
            cancellationToken);
    }

    private Task<int> DeleteDeliveryReportsAsync(CancellationToken cancellationToken)
    {
        var old = time.Now() - retention.Value.Deliveries;
        return DeleteAsync(
            context.DeliveryReports.Where(report => report.RecordedAt <= old),
            report => report.RecordedAt,
            report => report.EventId,
            (reports, ids) => reports.Where(report => ids.Contains(report.EventId)),
            cancellationToken);
    }

    private Task<int> DeleteAuditEntriesAsync(CancellationToken cancellationToken)
    {
        var young = FirstIdAfter(time.Now() - retention.Value.Audit);
        return DeleteAsync(
            context.AuditEntries.Where(entry => entry.Id.CompareTo(young) < 0),
            entry => entry.Id,
            entry => entry.Id,
            (entries, ids) => entries.Where(entry => ids.Contains(entry.Id)),
            cancellationToken);
    }

    /// <summary>The lowest id that can be made after this millisecond: ids of version 7 begin with the time.</summary>
    private static Guid FirstIdAfter(DateTimeOffset moment)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, (moment.ToUnixTimeMilliseconds() + 1) << 16);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>Deletes rows that nobody changes once they are over. What has changed since it was looked at stays: the condition is part of both statements.</summary>
    private static async Task<int> DeleteAsync<TRow, TOrder, TKey>(
        IQueryable<TRow> ended,
        Expression<Func<TRow, TOrder>> order,
        Expression<Func<TRow, TKey>> key,
        Func<IQueryable<TRow>, List<TKey>, IQueryable<TRow>> among,
        CancellationToken cancellationToken)
    {
        var deleted = 0;
        List<TKey> batch;
        do
        {
            batch = await ended.OrderBy(order).Select(key).Take(RowBatch).ToListAsync(cancellationToken);
            deleted += batch.Count == 0 ? 0 : await among(ended, batch).ExecuteDeleteAsync(cancellationToken);
            await Task.Yield();
        }
        while (batch.Count == RowBatch);
        return deleted;
    }

    /// <summary>
    /// Goes once through the aggregates that have something that is over, each batch under their concurrency tokens: one that a command changes meanwhile is
    /// looked at again, and after several tries left for the next run.
    /// </summary>
    private async Task<int> ChangeAsync<T>(
        Func<string, IQueryable<T>> endedAfter, Func<T, string> key, Action<T> change, CancellationToken cancellationToken)
        where T : AggregateRoot
    {
        var (changed, last, tries) = (0, "", 0);
        while (true)
        {
            context.ChangeTracker.Clear();
            var batch = await endedAfter(last).AsTracking().Take(AggregateBatch).ToListAsync(cancellationToken);
            batch.ForEach(change);
            try
            {
                await context.SaveChangesAsync(cancellationToken);
                changed += batch.Count;
            }
            catch (DbUpdateConcurrencyException)
            {
                if (++tries < MaxTries)
                {
                    continue;
                }
            }

            if (batch.Count < AggregateBatch)
            {
                return changed;
            }

            (last, tries) = (key(batch[^1]), 0);
            await Task.Yield();
        }
    }
}
