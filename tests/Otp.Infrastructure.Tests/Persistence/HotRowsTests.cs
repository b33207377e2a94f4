using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Auditing;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Npgsql;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Persistence;

/// <summary>The statements of our own know the columns that the model has: one that is added to the model must not be left out of them.</summary>
public sealed class HotRowsTests(SharedServers servers) : IClassFixture<SharedServers>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const string UsersWithOneMailAndOneWithMany =
        """
        INSERT INTO outbox_messages (id, user_id, kind, subject_id, state, state_changed_at, due_at, attempts, created_at)
            SELECT gen_random_uuid(), CASE WHEN n > 20000 THEN 'many' ELSE 'user ' || n END, 1, gen_random_uuid(), 'Sent', now(), now(), 0, now()
            FROM generate_series(1, 30000) AS n;
        INSERT INTO email_verifications
            (user_id, resource_owner, is_address_owned_by_provider, budget_epoch, budget_failed_attempts, slot_delivery_id, sequence, created_at, changed_at)
            SELECT DISTINCT ON (user_id) user_id, 'org', false, 0, 0, id, 1, now(), now() FROM outbox_messages;
        """;

    private static readonly Dictionary<Type, (string Into, string[] SetLater)> Statements = new()
    {
        [typeof(EmailVerification)] = (VerificationRow.Into, []),
        [typeof(RecipientAllowance)] = (AllowanceRow.Into, []),
        [typeof(OutboxMessage)] = (MailRow.Into, ["lease_id", "reason", "reported_at"]),
        [typeof(AuditEntry)] = (AuditRow.Into, []),
    };

    [Theory]
    [InlineData(typeof(EmailVerification))]
    [InlineData(typeof(RecipientAllowance))]
    [InlineData(typeof(OutboxMessage))]
    [InlineData(typeof(AuditEntry))]
    public async Task Insert_OfEachTable_ShouldNameEveryColumnOfTheModel(Type entity)
    {
        await using var work = new Work(await servers.GetAsync(DatabaseProvider.PostgreSql));
        var table = work.Context.Model.GetRelationalModel().Tables.Single(item => item.EntityTypeMappings.Any(mapping => mapping.TypeBase.ClrType == entity));
        var (into, setLater) = Statements[entity];

        var named = into[(into.IndexOf('(', StringComparison.Ordinal) + 1)..into.IndexOf(')', StringComparison.Ordinal)].Split(',', StringSplitOptions.TrimEntries);

        into.Should().StartWith($"{table.Name} (");
        named.Concat(setLater).Should().BeEquivalentTo(table.Columns.Select(column => column.Name));
        table.Columns.Should().NotContain(column => setLater.Contains(column.Name) && !column.IsNullable);
    }

    [Fact]
    public async Task Read_WhenAUserHasManyMailsAndMostHaveOne_ShouldTouchAFewPages()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);

        var plan = await PlanAsync(
            database,
            UsersWithOneMailAndOneWithMany,
            VerificationRow.Question,
            "many");

        plan.GetProperty("Actual Rows").GetDouble().Should().Be(1);
        PagesOf(plan).Should().BeInRange(1, 15, "{0}", plan);
        plan.GetRawText().Should().Contain("\"pk_outbox_messages\"", "new mails stand side by side in it");
    }

    /// <summary>Both the suppressions and the allowances are searched by their key, for one user and for many.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(RoundTripQueue.MaxBatch)]
    public async Task Find_WhenManyAddressesAreSuppressedAndCounted_ShouldTouchAFewPagesForEach(int users)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);

        var plan = await PlanAsync(
            database,
            """
            INSERT INTO suppressions (address, reason, sequence, created_at, changed_at)
                SELECT 'user' || n || '@example.com', 1, 1, now(), now() FROM generate_series(1, 30000) AS n;
            INSERT INTO recipient_allowances (recipient, user_id, counter, sent_at, sequence, created_at, changed_at)
                SELECT 'user' || n || '@example.com', user_id, 1, '{1}', 1, now(), now() FROM generate_series(1, 15000) AS n, (VALUES (''), ('other')) AS users (user_id);
            INSERT INTO email_verifications
                (user_id, resource_owner, address, is_address_owned_by_provider, budget_epoch, budget_failed_attempts, sequence, created_at, changed_at)
                SELECT 'user ' || n, 'org', 'User' || n || '@example.com', false, 0, 0, 1, now(), now() FROM generate_series(1, 1000) AS n;
            """,
            VerificationRow.QuestionWithAllowance,
            [.. Enumerable.Range(1, users).Select(number => $"user {number * 7}")]);

        plan.GetProperty("Actual Rows").GetDouble().Should().Be(users);
        PagesOf(plan).Should().BeInRange(users, 15 * users, "{0}", plan);
    }

    [Fact]
    public async Task Read_OfManyUsersByOneStatement_ShouldTouchAFewPagesForEach()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);

        var plan = await PlanAsync(
            database,
            UsersWithOneMailAndOneWithMany,
            VerificationRow.QuestionForCommand,
            [.. Enumerable.Range(1, RoundTripQueue.MaxBatch).Select(number => $"user {number * 600}")]);

        plan.GetProperty("Actual Rows").GetDouble().Should().Be(RoundTripQueue.MaxBatch);
        PagesOf(plan).Should().BeInRange(1, 15 * RoundTripQueue.MaxBatch, "{0}", plan);
    }

    /// <summary>PostgreSQL plans a prepared statement five times, and then no more if plans for the values at hand are not better.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(RoundTripQueue.MaxBatch)]
    public async Task Read_WhenItIsPrepared_ShouldNotBePlannedEachTime(int users)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        string[] names = [.. Enumerable.Range(1, users).Select(number => $"user {number}")];
        var (type, value) = Probe(names);
        await using var prepare = new NpgsqlCommand(
            $"PREPARE probe ({type}) AS {VerificationRow.Question.About(names).CommandText}; PREPARE probe_for_command ({type}) AS {VerificationRow.QuestionForCommand.About(names).CommandText}; "
                + $"PREPARE probe_with_allowance ({type}) AS {VerificationRow.QuestionWithAllowance.About(names).CommandText}",
            connection);
        await prepare.ExecuteNonQueryAsync();
        for (var run = 0; run < 7; run++)
        {
            await using var execute = new NpgsqlCommand($"EXECUTE probe({value}); EXECUTE probe_for_command({value}); EXECUTE probe_with_allowance({value})", connection);
            await execute.ExecuteNonQueryAsync();
        }

        await using var count = new NpgsqlCommand("SELECT min(generic_plans) FROM pg_prepared_statements WHERE name LIKE 'probe%'", connection);
        (await count.ExecuteScalarAsync()).Should().Be(2L);
    }

    /// <summary>How the server runs a prepared question, the second time, so that the catalogue is not counted.</summary>
    private static async Task<JsonElement> PlanAsync(TestDatabase database, string fill, UserQuestion question, params string[] users)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var filling = new NpgsqlCommand($"{fill} ANALYZE; SET plan_cache_mode = force_generic_plan", connection);
        await filling.ExecuteNonQueryAsync();

        var (type, value) = Probe(users);
        await using var explain = new NpgsqlCommand(
            $"PREPARE probe ({type}) AS {question.About(users).CommandText}; EXECUTE probe({value}); EXPLAIN (ANALYZE, BUFFERS, TIMING off, SUMMARY off, FORMAT json) EXECUTE probe({value})",
            connection);
        await using var reader = await explain.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        return JsonDocument.Parse(reader.GetString(0)).RootElement[0].GetProperty("Plan");
    }

    /// <summary>The type and the value of the parameter of a question about users.</summary>
    private static (string Type, string Value) Probe(string[] users)
    {
        var values = users.Select(user => $"'{user}'").ToList();
        return users.Length == 1 ? ("text", values[0]) : ("text[]", $"ARRAY[{string.Join(", ", values)}]");
    }

    private static int PagesOf(JsonElement plan) => plan.GetProperty("Shared Hit Blocks").GetInt32() + plan.GetProperty("Shared Read Blocks").GetInt32();

    /// <summary>Values that are alike go as one parameter, those that are not must not; each in its column either way.</summary>
    [Theory]
    [InlineData(true, 15)]
    [InlineData(false, 28)]
    public async Task CreateCommand_OfACode_ShouldStoreEachValueInItsColumn(bool areAlike, int parameters)
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        var user = $"alike {areAlike}";
        await StartAsync(server, user);
        await ChangeAddressAsync(server, user, "alike@example.com");
        await using var work = new Work(server);
        var verification = (await work.FindAsync(user))!;
        var loaded = new LoadedVerification(verification, verification.Sequence);
        var next = 0;
        DateTimeOffset Time() => areAlike ? Now.AddHours(1) : Now.AddHours(++next);
        Guid Id() => areAlike ? new Guid("01980000-0000-7000-8000-000000000001") : Guid.CreateVersion7(Now.AddHours(++next));
        var policy = PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification) with { ResendInterval = areAlike ? TimeSpan.Zero : TimeSpan.FromSeconds(1) };
        verification.IssuePasscode(new PasscodeHash("key", [1, 2]), Id(), policy, Time());
        var entry = new AuditEntry
        {
            Id = areAlike ? Guid.CreateVersion7(Now) : Id(),
            UserId = areAlike ? user : "of another",
            Action = AuditAction.PasscodeIssued,
            Purpose = PasscodePurpose.EmailVerification,
            Outcome = areAlike ? null : GuessOutcome.Locked,
            SubjectId = Id(),
            DeliveryId = Id(),
            ActorId = areAlike ? user : "actor",
            ClientIp = "127.0.0.1",
            TraceId = "trace",
            OccurredAt = Time(),
        };
        var mail = new OutboxMessage
        {
            Id = Id(),
            UserId = areAlike ? user : "of a third",
            Kind = MailKind.EmailVerification,
            SubjectId = Id(),
            State = areAlike ? DeliveryState.Queued : DeliveryState.Superseded,
            StateChangedAt = Time(),
            DueAt = Time(),
            ExpiresAt = areAlike ? Now.AddHours(1) + policy.Lifetime : Time(),
            Content = [3],
            CreatedAt = Time(),
            RecipientDigest = [4],
        };

        var command = UsualWrite.CreateCommand(loaded, null, [entry], [mail]);

        command.Parameters.Count.Should().Be(parameters);
        await using var connection = new NpgsqlConnection(server.Database.ConnectionString);
        await connection.OpenAsync();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { command } };
        (await batch.ExecuteScalarAsync()).Should().Be((long)UsualOutcome.Stored);
        await using var later = new Work(server);
        (await later.Context.EmailVerifications.SingleAsync(row => row.UserId == user)).Should().BeEquivalentTo(verification);
        (await later.Context.AuditEntries.SingleAsync(row => row.Id == entry.Id)).Should().BeEquivalentTo(entry);
        (await later.Context.OutboxMessages.SingleAsync(row => row.Id == mail.Id)).Should().BeEquivalentTo(mail);
    }

    /// <summary>The text is kept for the next command whose values stand in the same places: it must also write the same.</summary>
    [Fact]
    public void CreateCommand_WhenTheValuesStandInTheSamePlaces_ShouldStillSayWhatIsWritten()
    {
        var verification = EmailVerification.Start("ann", "org", Now);
        var loaded = new LoadedVerification(verification, verification.Sequence);
        verification.ChangeAddress(EmailAddress.Parse("ann@example.com"), Now.AddHours(2));
        var allowance = RecipientAllowance.Start("recipient", RecipientAllowance.AllUsers, RecipientCounter.Passcodes, Now);
        allowance.RecordSend([new RecipientLimit(5, TimeSpan.FromHours(1))], Now.AddHours(1));

        var updated = UsualWrite.CreateCommand(loaded, new LoadedAllowance(allowance, 1), [], []);
        var added = UsualWrite.CreateCommand(loaded, new LoadedAllowance(allowance, null), [], []);

        added.Parameters.Count.Should().Be(updated.Parameters.Count);
        updated.CommandText.Should().Contain("UPDATE recipient_allowances").And.NotContain("INSERT INTO");
        added.CommandText.Should().Contain("INSERT INTO recipient_allowances").And.NotContain("UPDATE recipient_allowances");
    }

    [Fact]
    public async Task Find_WhenTheMailOfTheCodeIsPurged_ShouldSayThatThereIsNoneWithoutAnotherQuery()
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        var mailId = Guid.CreateVersion7(Now);
        await using (var work = new Work(server))
        {
            var verification = EmailVerification.Start("purged", "org", Now);
            verification.ChangeAddress(EmailAddress.Parse("purged@example.com"), Now);
            verification.IssuePasscode(new PasscodeHash("test", new byte[32]), mailId, PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification), Now);
            work.Verifications.Add(verification);
            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        (await later.FindAsync("purged"))!.Slot.DeliveryId.Should().Be(mailId);

        (await later.Get<IDeliveryLog>().FindAsync("purged", mailId, CancellationToken.None)).Should().BeNull();
        later.Get<Lazy<OtpDbContext>>().IsValueCreated.Should().BeFalse();
    }

    [Theory]
    [InlineData(VerificationUse.Query)]
    [InlineData(VerificationUse.Guess)]
    [InlineData(VerificationUse.NewPasscode)]
    public async Task ReadAhead_WhenTheVerificationIsAskedFor_ShouldGiveItOnceWithoutWaiting(VerificationUse use)
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        var user = $"ahead {use}";
        var toBeChanged = use != VerificationUse.Query;
        await StartAsync(server, user);
        await using var work = new Work(server);
        Task<EmailVerification?> AskAsync() => toBeChanged ? work.FindAsync(user) : work.Verifications.ReadAsync(user, CancellationToken.None);

        await AheadAsync(work, user, use);
        var found = AskAsync();

        found.IsCompletedSuccessfully.Should().BeTrue();
        (await found)!.UserId.Should().Be(user);

        await ChangeAddressAsync(server, user, "new@example.com");
        var again = await AskAsync();
        if (toBeChanged)
        {
            again.Should().BeSameAs(await found, "a command has one object for one user");
        }
        else
        {
            again!.Address!.Value.Should().Be("new@example.com", "what was read ahead is old by then");
        }
    }

    [Theory]
    [InlineData("ahead", VerificationUse.Guess)]
    [InlineData("ahead", VerificationUse.NewPasscode)]
    [InlineData("other", VerificationUse.Query)]
    public async Task ReadAhead_WhenSomethingElseIsAskedFor_ShouldNotBeGiven(string asked, VerificationUse use)
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        var (ahead, user) = ($"ahead of {asked} {use}", $"{asked} of {asked} {use}");
        await StartAsync(server, ahead, $"other of {asked} {use}");
        await using var work = new Work(server);
        await AheadAsync(work, ahead, use);
        await ChangeAddressAsync(server, user, "new@example.com");

        var read = await work.Verifications.ReadAsync(user, CancellationToken.None);

        read!.UserId.Should().Be(user);
        read.Address!.Value.Should().Be("new@example.com");
    }

    [Fact]
    public async Task ReadAhead_WhenThereIsNoVerification_ShouldSaySoWithoutWaiting()
    {
        await using var work = new Work(await servers.GetAsync(DatabaseProvider.PostgreSql));
        await AheadAsync(work, "never seen", VerificationUse.NewPasscode);

        var found = work.FindAsync("never seen");

        found.IsCompletedSuccessfully.Should().BeTrue();
        (await found).Should().BeNull();
    }

    /// <summary>What was read ahead is a basis as any other: who stores by it misses what another has stored since, and reads anew in its turn.</summary>
    [Fact]
    public async Task ReadAhead_WhenAnotherStoresSince_ShouldStoreNothingAndBeFreshInItsTurn()
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        await StartAsync(server, "raced");
        await using var work = new Work(server);
        await AheadAsync(work, "raced", VerificationUse.NewPasscode);
        await ChangeAddressAsync(server, "raced", "faster@example.com");

        (await work.FindAsync("raced"))!.ChangeAddress(EmailAddress.Parse("slower@example.com"), Now);
        (await work.CommitAsync()).Should().BeFalse();

        await AheadAsync(work, "raced", VerificationUse.NewPasscode);
        await ChangeAddressAsync(server, "raced", "fastest@example.com");

        await using var turn = await work.TakeTurnAsync();
        (await work.FindAsync("raced"))!.Address!.Value.Should().Be("fastest@example.com");
    }

    private static async Task StartAsync(OtpServer server, params string[] users)
    {
        await using var work = new Work(server);
        foreach (var user in users)
        {
            work.Verifications.Add(EmailVerification.Start(user, "org", Now));
        }

        (await work.CommitAsync()).Should().BeTrue();
    }

    private static async Task ChangeAddressAsync(OtpServer server, string user, string address)
    {
        await using var work = new Work(server);
        (await work.FindAsync(user))!.ChangeAddress(EmailAddress.Parse(address), Now);
        (await work.CommitAsync()).Should().BeTrue();
    }

    private static Task AheadAsync(Work work, string userId, VerificationUse use) => work.Get<IVerificationReadAhead>().ReadAsync(userId, use, CancellationToken.None);

    /// <summary>Who stores for several users locks them in one order, so that no two wait for each other.</summary>
    [Fact]
    public async Task Commit_OfSeveralUsers_ShouldLockThemInTheirOrder()
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        await StartAsync(server, "order 1", "order 2");
        await using var work = new Work(server);
        foreach (var user in new[] { "order 2", "order 1" })
        {
            (await work.FindAsync(user))!.ChangeAddress(EmailAddress.Parse("new@example.com"), Now);
        }

        await using var holder = new NpgsqlConnection(server.Database.ConnectionString);
        await holder.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("SELECT FROM email_verifications WHERE user_id = 'order 1' FOR UPDATE", holder, transaction))
        {
            await hold.ExecuteNonQueryAsync();
        }

        var commit = work.CommitAsync();
        await server.Database.WaitForSessionAsync("wait_event_type = 'Lock'");

        await using (var other = new NpgsqlCommand("SELECT FROM email_verifications WHERE user_id = 'order 2' FOR UPDATE NOWAIT", holder, transaction))
        {
            await other.Invoking(command => command.ExecuteNonQueryAsync()).Should().NotThrowAsync("the first one is waited for with nothing in hand");
        }

        await transaction.CommitAsync();
        (await commit).Should().BeTrue();
    }

    /// <summary>Another writer holds the row when the statement comes to it, and then stores: the statement must look at what is there now.</summary>
    [Theory]
    [InlineData("verification")]
    [InlineData("counted")]
    [InlineData("added")]
    public async Task Commit_WhenAnotherStoresWhileItWaits_ShouldStoreNothing(string other)
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        var user = $"waits for {other}";
        await using (var work = new Work(server))
        {
            work.Verifications.Add(EmailVerification.Start(user, "org", Now));
            if (other != "added")
            {
                work.Allowances.Add(RecipientAllowance.Start(user, RecipientAllowance.AllUsers, RecipientCounter.Passcodes, Now));
            }

            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var holder = new NpgsqlConnection(server.Database.ConnectionString);
        await holder.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var batch = new NpgsqlBatch(holder, transaction))
        {
            var hold = other == "added"
                ? RowWrite.Of(new LoadedAllowance(RecipientAllowance.Start(user, RecipientAllowance.AllUsers, RecipientCounter.Passcodes, Now), null))
                : new NpgsqlBatchCommand(other == "verification"
                    ? "UPDATE email_verifications SET sequence = sequence + 1 WHERE user_id = $1"
                    : "UPDATE recipient_allowances SET sequence = sequence + 1 WHERE recipient = $1");
            if (other != "added")
            {
                hold.Parameters.AddText(user);
            }

            batch.BatchCommands.Add(hold);
            await batch.ExecuteNonQueryAsync();
        }

        await using var waiting = new Work(server);
        (await waiting.FindAsync(user))!.ChangeAddress(EmailAddress.Parse("new@example.com"), Now);
        var allowance = await waiting.Allowances.FindAsync(user, RecipientAllowance.AllUsers, RecipientCounter.Passcodes, CancellationToken.None);
        if (allowance is null)
        {
            allowance = RecipientAllowance.Start(user, RecipientAllowance.AllUsers, RecipientCounter.Passcodes, Now);
            waiting.Allowances.Add(allowance);
        }

        allowance.RecordSend([new RecipientLimit(5, TimeSpan.FromHours(1))], Now);
        var commit = waiting.CommitAsync();
        await server.Database.WaitForSessionAsync("wait_event_type = 'Lock'");

        await transaction.CommitAsync();

        (await commit).Should().BeFalse();
        await using var later = new Work(server);
        (await later.FindAsync(user))!.Address.Should().BeNull();
        (await later.Allowances.FindAsync(user, RecipientAllowance.AllUsers, RecipientCounter.Passcodes, CancellationToken.None))!.SentAt.Should().BeEmpty();
        (await later.Context.AuditEntries.CountAsync(entry => entry.UserId == user)).Should().Be(0);
    }
}
