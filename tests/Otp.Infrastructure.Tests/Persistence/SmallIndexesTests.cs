using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Auditing;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Persistence;

public sealed class SmallIndexesTests(SharedServers servers) : IClassFixture<SharedServers>
{
    // PostgreSQL has the same hash for both.
    private const string User = "user 19740";
    private const string OtherUser = "user 276603";

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory, BothDatabases]
    public async Task List_WhenHashesAreAlike_ShouldHaveTheRowsOfTheUserAlone(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        var (older, newer) = (Guid.CreateVersion7(Now), Guid.CreateVersion7(Now.AddDays(1)));
        await using (var work = new Work(server))
        {
            AddAbout(work.Context, User, older, []);
            AddAbout(work.Context, User, newer, []);
            AddAbout(work.Context, OtherUser, Guid.CreateVersion7(Now), []);
            await work.Context.SaveChangesAsync();
        }

        await using var later = new Work(server);
        if (provider == DatabaseProvider.PostgreSql)
        {
            (await later.Context.Database.SqlQuery<bool>($"SELECT hashtext({User}) = hashtext({OtherUser}) AS \"Value\"").SingleAsync()).Should().BeTrue();
        }

        var entries = await later.Get<IAuditTrail>().ListAsync(OwnerScope.Everyone, User, null, null, 10, CancellationToken.None);
        var mails = await later.Get<IDeliveryLog>().ListAsync(new DeliveryFilter(OwnerScope.Everyone) { UserId = User }, 10, CancellationToken.None);

        entries.Select(entry => entry.Id).Should().Equal(newer, older);
        mails.Select(mail => mail.DeliveryId).Should().Equal(newer, older);
    }

    [Theory, BothDatabases]
    public async Task List_WhenDigestsBeginAlike_ShouldHaveTheMailsOfTheRecipientAlone(DatabaseProvider provider)
    {
        await using var work = new Work(await servers.GetAsync(provider));
        var digests = Enumerable.Range(0, 4).Select(number => SHA256.HashData([(byte)number])).ToList();
        byte[] alike = [.. digests[0][..^1], (byte)~digests[0][^1]];
        var (first, second) = (Guid.CreateVersion7(Now), Guid.CreateVersion7(Now.AddDays(1)));
        AddAbout(work.Context, "ann", first, digests[0]);
        AddAbout(work.Context, "bob", second, digests[1]);
        AddAbout(work.Context, "ann", Guid.CreateVersion7(Now), alike);
        AddAbout(work.Context, "bob", Guid.CreateVersion7(Now), digests[2]);
        work.Context.OutboxMessages.Add(MailTo(null, "ann", Guid.CreateVersion7(Now)));
        await work.Context.SaveChangesAsync();

        var found = await work.Context.ToRecipient(work.Context.OutboxMessages, [digests[0], digests[1], digests[3]]).Select(mail => mail.Id).ToListAsync();

        found.Should().BeEquivalentTo([first, second]);
    }

    [Fact]
    public async Task List_AmongManyUsers_ShouldTouchAFewPages()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.PostgreSql);
        await using var work = new Work(server);
        var (entries, mails) = (work.Context.AuditEntries, work.Context.OutboxMessages);
        await work.Context.Database.ExecuteSqlRawAsync(
            """
            INSERT INTO outbox_messages (id, user_id, kind, subject_id, state, state_changed_at, due_at, attempts, created_at, recipient_digest)
                SELECT gen_random_uuid(), CASE WHEN n <= 20000 THEN 'user ' || n % 6000 ELSE 'many' END, 1, gen_random_uuid(), 'Sent', now(), now(), 0, now(),
                    sha256(convert_to(CASE WHEN n <= 20000 THEN 'user ' || n % 6000 ELSE 'many' END, 'UTF8'))
                FROM generate_series(1, 30000) AS n;
            INSERT INTO audit_entries (id, user_id, action, occurred_at) SELECT id, user_id, 1, now() FROM outbox_messages;
            ANALYZE;
            """);

        (string Index, int Found, IQueryable<object> Rows)[] lists =
        [
            ("ix_audit_entries_user", 3, entries.NewestOf(work.Context, OwnerScope.Everyone, "user 2500", null)),
            ("ix_audit_entries_user", 3, entries.NewestOf(work.Context, OwnerScope.Everyone, "user 2500", new Guid("ffffffff-ffff-ffff-ffff-ffffffffffff"))),
            ("ix_outbox_messages_user", 3, mails.NewestOf(work.Context, OwnerScope.Everyone, "user 2500", null)),
            ("ix_outbox_messages_recipient", 3, work.Context.ToRecipient(
                mails.NewestOf(work.Context, OwnerScope.Everyone, null, null), [SHA256.HashData("user 2500"u8), SHA256.HashData("user 7000"u8)])),
            ("pk_audit_entries", 51, entries.NewestOf(work.Context, OwnerScope.Everyone, null, null)),
            ("pk_outbox_messages", 51, mails.NewestOf(work.Context, OwnerScope.Everyone, null, null)),
        ];

        foreach (var (index, found, rows) in lists)
        {
            rows.ToQueryString().Should().NotContain("IS NULL", "a prepared statement would search twice");
            var plan = await PlanAsync(work.Context, rows.Take(51));
            plan.GetRawText().Should().Contain($"\"{index}\"");
            plan.GetProperty("Actual Rows").GetDouble().Should().Be(found, "{0}", plan);
            PagesOf(plan).Should().BeInRange(1, 20 + found, "{0}", plan);
        }
    }

    private static void AddAbout(OtpDbContext context, string userId, Guid id, byte[] digest)
    {
        context.AuditEntries.Add(new AuditEntry { Id = id, UserId = userId, Action = AuditAction.PasscodeIssued, OccurredAt = Now });
        context.OutboxMessages.Add(MailTo(digest, userId, id));
    }

    private static OutboxMessage MailTo(byte[]? digest, string userId, Guid id) => new()
    {
        Id = id,
        UserId = userId,
        Kind = MailKind.EmailVerification,
        SubjectId = id,
        State = DeliveryState.Sent,
        StateChangedAt = Now,
        DueAt = Now,
        CreatedAt = Now,
        RecipientDigest = digest,
    };

    private static async Task<JsonElement> PlanAsync<T>(OtpDbContext context, IQueryable<T> rows)
    {
        await context.Database.OpenConnectionAsync();
        await using var command = rows.CreateDbCommand();
        command.CommandText = $"EXPLAIN (ANALYZE, BUFFERS, TIMING off, SUMMARY off, FORMAT json) {command.CommandText}";
        return JsonDocument.Parse((string)(await command.ExecuteScalarAsync())!).RootElement[0].GetProperty("Plan");
    }

    private static int PagesOf(JsonElement plan) => plan.GetProperty("Shared Hit Blocks").GetInt32() + plan.GetProperty("Shared Read Blocks").GetInt32();
}
