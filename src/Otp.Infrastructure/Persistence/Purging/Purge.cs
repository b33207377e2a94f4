using System.Buffers.Binary;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence.Hot;

namespace Otp.Infrastructure.Persistence.Purging;

/// <summary>
/// Deletes what is over (SEC-27). In batches, so that no lock is held for long. Several processes may do it at once: none waits for what another one, or a
/// command, has in hand. What is over is found in plain SQL, so that EF Core's queries are compiled only where there is an aggregate to be changed.
/// </summary>
internal sealed class Purge(OtpDbContext context, HotRows rows, IOptions<RetentionOptions> retention, IOptions<RecipientLimitOptions> limits, TimeProvider time)
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

    private Task<int> DeleteChallengesAsync(CancellationToken cancellationToken) =>
        DeleteAsync("otp_email_challenges", "user_id, id", "created_at", "created_at <= {0}", [time.Now() - OtpEmailChallenge.Lifetime], cancellationToken);

    private Task<int> ForgetInFactorsAsync(CancellationToken cancellationToken)
    {
        var now = time.Now();
        var expired = now - PasscodeSlot.ExpiredMemory;
        return ChangeAsync(
            """
            SELECT user_id FROM user_factors AS factors
            WHERE user_id > {0}
                AND (budget_last_failed_at <= {2} OR budget_locked_until <= {3}
                    OR EXISTS (SELECT 1 FROM otp_email_factors AS factor WHERE factor.user_id = factors.user_id AND factor.slot_passcode_expires_at <= {1})
                    OR EXISTS (SELECT 1 FROM otp_email_challenges AS challenge WHERE challenge.user_id = factors.user_id AND challenge.slot_passcode_expires_at <= {1}))
            ORDER BY user_id
            """,
            [expired, now - AttemptBudget.QuietPeriod, now - AttemptBudget.SeriesMemory],
            async users =>
            {
                context.ChangeTracker.Clear();
                var batch = await context.UserFactors.AsTracking()
                    .Include(factors => factors.Factors.Where(factor => factor.Slot.Passcode!.ExpiresAt <= expired))
                    .Include(factors => factors.Challenges.Where(challenge => challenge.Slot.Passcode!.ExpiresAt <= expired))
                    .AsSplitQuery()
                    .Where(factors => users.Contains(factors.UserId))
                    .ToListAsync(cancellationToken);
                batch.ForEach(factors => factors.ForgetExpired(now));
                var changed = context.ChangeTracker.Entries<UserFactors>().Count(entry => entry.State == EntityState.Modified);
                return await context.TryStoreAsync(cancellationToken) is null ? changed : null;
            },
            cancellationToken);
    }

    private Task<int> ForgetInVerificationsAsync(CancellationToken cancellationToken)
    {
        var now = time.Now();
        return ChangeAsync(
            """
            SELECT user_id FROM email_verifications
            WHERE user_id > {0} AND (slot_passcode_expires_at <= {1} OR budget_last_failed_at <= {2} OR budget_locked_until <= {3})
            ORDER BY user_id
            """,
            [now - PasscodeSlot.ExpiredMemory, now - AttemptBudget.QuietPeriod, now - AttemptBudget.SeriesMemory],
            async users =>
            {
                rows.Clear();
                var batch = await rows.FindVerificationsAsync(users, cancellationToken);
                var stored = batch.ConvertAll(verification => verification.Sequence);
                batch.ForEach(verification => verification.ForgetExpired(now));
                var changed = batch.Where((verification, index) => verification.Sequence != stored[index]).Count();
                return await rows.StoreAsync(cancellationToken) is null ? changed : null;
            },
            cancellationToken);
    }

    private Task<int> DeleteAllowancesAsync(CancellationToken cancellationToken)
    {
        var (now, options) = (time.Now(), limits.Value);
        var longest = options.RecipientBurst.Window > options.RecipientDaily.Window ? options.RecipientBurst.Window : options.RecipientDaily.Window;

        // Nothing was sent after the last change, but for the summary that is due.
        return DeleteAsync(
            "recipient_allowances",
            "recipient, user_id, counter",
            "recipient",
            "coalesce(summary_due_at, changed_at) <= CASE counter WHEN {2} THEN {0} ELSE {1} END",
            [now - longest, now - options.RecipientNotices.Window, (short)RecipientCounter.Passcodes],
            cancellationToken);
    }

    private Task<int> DeleteFinishedMailsAsync(CancellationToken cancellationToken)
    {
        // None is finished before it was queued: what is too young by its id need not be looked at.
        var old = time.Now() - retention.Value.Deliveries;
        return DeleteAsync("outbox_messages", "user_id, id", "id", "id < {0} AND state <> 'Queued' AND state_changed_at <= {1}", [FirstIdAfter(old), old], cancellationToken);
    }

    private Task<int> DeleteDeliveryReportsAsync(CancellationToken cancellationToken) =>
        DeleteAsync("delivery_reports", "event_id, user_id", "recorded_at", "recorded_at <= {0}", [time.Now() - retention.Value.Deliveries], cancellationToken);

    private Task<int> DeleteAuditEntriesAsync(CancellationToken cancellationToken) =>
        DeleteAsync("audit_entries", "user_id, id", "id", "id < {0}", [FirstIdAfter(time.Now() - retention.Value.Audit)], cancellationToken);

    /// <summary>The lowest id that can be made after this millisecond: ids of version 7 begin with the time.</summary>
    private static Guid FirstIdAfter(DateTimeOffset moment)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, (moment.ToUnixTimeMilliseconds() + 1) << 16);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>Deletes rows that are over by what they say themselves. One that somebody else has in hand, or has changed meanwhile, stays.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns of its primary key.</param>
    /// <param name="order">The column in whose order they are found.</param>
    /// <param name="ended">The condition.</param>
    /// <param name="values">Its values: times, ids, and numbers.</param>
    /// <param name="cancellationToken">Ends it; batches that were committed stay.</param>
    private async Task<int> DeleteAsync(string table, string key, string order, string ended, object[] values, CancellationToken cancellationToken)
    {
        var statement = $"""
            WITH ended AS MATERIALIZED (SELECT {key} FROM {table} WHERE {ended} ORDER BY {order} LIMIT {RowBatch} {context.SkipLockedSql})
            DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM ended)
            """;
        var (deleted, batch) = (0, RowBatch);
        while (batch == RowBatch)
        {
            batch = await context.Database.ExecuteSqlRawAsync(statement, values.Select(Stored), cancellationToken);
            deleted += batch;
            await Task.Yield();
        }

        return deleted;
    }

    /// <summary>
    /// Goes once through the aggregates that have something that is over, each batch under their concurrency tokens: one that a command changes meanwhile is
    /// looked at again, and after several tries left for the next run.
    /// </summary>
    /// <param name="endedAfter">A statement for their users in order, those after <c>{0}</c>.</param>
    /// <param name="values">Its other values.</param>
    /// <param name="change">
    /// Has those of some users let go of what is over, if it still is, and stores them. Returns how many that were; none where another writer was faster.
    /// </param>
    /// <param name="cancellationToken">Ends it; batches that were committed stay.</param>
    private async Task<int> ChangeAsync(string endedAfter, object[] values, Func<List<string>, Task<int?>> change, CancellationToken cancellationToken)
    {
        var (changed, last, tries) = (0, "", 0);
        while (true)
        {
            var users = await ReadUsersAsync($"{endedAfter} LIMIT {AggregateBatch}", [last, .. values], cancellationToken);
            if (users.Count == 0)
            {
                return changed;
            }

            if (await change(users) is { } stored)
            {
                changed += stored;
            }
            else if (++tries < MaxTries)
            {
                continue;
            }

            if (users.Count < AggregateBatch)
            {
                return changed;
            }

            (last, tries) = (users[^1], 0);
            await Task.Yield();
        }
    }

    private async Task<List<string>> ReadUsersAsync(string statement, object[] values, CancellationToken cancellationToken)
    {
        var command = context.GetService<IRawSqlCommandBuilder>().Build(statement, values.Select(Stored), context.Model);
        var execution = new RelationalCommandParameterObject(
            context.GetService<IRelationalConnection>(), command.ParameterValues, null, context, context.GetService<IRelationalCommandDiagnosticsLogger>());
        await using var reader = await command.RelationalCommand.ExecuteReaderAsync(execution, cancellationToken);
        List<string> users = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            users.Add(reader.DbDataReader.GetString(0));
        }

        return users;
    }

    private object Stored(object value) => value is DateTimeOffset moment ? context.Stored(moment) : value;
}
