using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Npgsql;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Persistence;

/// <summary>
/// Statements that go to PostgreSQL together must not know of each other. To have them wait at the same time, a statement before them waits for a lock of the
/// test.
/// </summary>
public sealed class SharedRoundTripsTests : IAsyncLifetime, IAsyncDisposable
{
    /// <summary>After this a test that waits in vain fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>About whom it is asked, and about how many together.</summary>
    private static readonly UserQuestion WhoTogether = new("SELECT name, count(*) OVER () FROM people", "name", 0);

    private readonly ManualTimeProvider _time = new();
    private TestDatabase _database = null!;
    private NpgsqlConnection _other = null!;
    private SharedRoundTrips _roundTrips = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        _roundTrips = new SharedRoundTrips(new NpgsqlConnectionString(NpgsqlDefaults.AddTo(_database.ConnectionString)!), _time);
        _other = new NpgsqlConnection(_database.ConnectionString);
        await _other.OpenAsync();
        await ExecuteAsync("CREATE TABLE notes (id bigserial, text text, once int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        await ExecuteAsync("CREATE TABLE people AS SELECT number::text AS name FROM generate_series(0, 699) AS number UNION SELECT unnest(ARRAY['one', 'two', 'three'])");
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        _roundTrips.Dispose();
        await _other.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Read_WhenManyAreRead_ShouldGiveEachItsOwnResultInBatchesOfLimitedSize()
    {
        var reads = Enumerable.Range(0, 2_000).Select(number => ReadAsync("SELECT $1::int, pg_backend_pid(), now()", reader => (Number: reader.GetInt32(0), Transaction: (reader.GetInt32(1), reader.GetDateTime(2))), number));

        var results = await Task.WhenAll(reads);

        results.Select(result => result.Number).Should().Equal(Enumerable.Range(0, 2_000));
        var batches = results.CountBy(result => result.Transaction).Select(batch => batch.Value).ToList();
        batches.Max().Should().BeInRange(2, RoundTripQueue.MaxBatch);
    }

    [Fact]
    public async Task Read_WhenThereIsNoRow_ShouldGiveTheDefault()
    {
        (await ReadAsync("SELECT text FROM notes WHERE text = $1", reader => reader.GetString(0), "none")).Should().BeNull();
    }

    [Fact]
    public async Task Read_WhileOneIsOnItsWay_ShouldGoTogetherWithTheOthersThatWait()
    {
        await OpenInThePoolAsync();
        var first = await HoldAsync(ReadAsync);
        var waiting = Enumerable.Range(0, SharedRoundTrips.ReadsForAnother - 1).Select(_ => ReadAsync("SELECT now()", reader => reader.GetDateTime(0))).ToList();

        await ReleaseAsync(first);

        (await Task.WhenAll(waiting)).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task Ask_WhileOneIsOnItsWay_ShouldAskAboutAllThatWaitByOneStatementAndGiveEachTheirAnswer()
    {
        await OpenInThePoolAsync();
        var other = new UserQuestion("SELECT 'Dr ' || name, count(*) OVER (), name FROM people", "name", 2);
        var first = await HoldAsync(ReadAsync);
        var one = AskAsync(WhoTogether, "one");
        var two = AskAsync(WhoTogether, "two");
        var oneAgain = AskAsync(WhoTogether, "one");
        var nobody = AskAsync(WhoTogether, "nobody");
        var ofItsOwn = ReadAsync("SELECT $1::int", reader => reader.GetInt32(0), 7);
        var otherwise = AskAsync(other, "two");
        var last = AskAsync(WhoTogether, "three");

        await ReleaseAsync(first);

        (await one).Should().Be(("one", 3));
        (await two).Should().Be(("two", 3));
        (await oneAgain).Should().Be(("one", 3));
        (await nobody).Should().Be(default);
        (await last).Should().Be(("three", 3));
        (await otherwise).Should().Be(("Dr two", 1));
        (await ofItsOwn).Should().Be(7);
    }

    [Fact]
    public async Task Ask_WhenManyAsk_ShouldGiveEachTheirOwnAnswer()
    {
        var names = Enumerable.Range(0, 2_000).Select(number => $"{number % 700}").ToList();

        var answers = await Task.WhenAll(names.Select(name => AskAsync(WhoTogether, name)));

        answers.Select(answer => answer.Name).Should().Equal(names);
        answers.Max(answer => answer.Together).Should().BeInRange(2, RoundTripQueue.MaxBatch);
    }

    [Fact]
    public async Task Ask_WhenItFailsAboutOneOfThem_ShouldAnswerTheOthers()
    {
        await OpenInThePoolAsync();
        var question = new UserQuestion("SELECT (6 / name::int)::text, count(*) OVER (), name FROM people", "name", 2);
        var first = await HoldAsync(ReadAsync);
        var two = AskAsync(question, "2");
        var zero = AskAsync(question, "0");
        var three = AskAsync(question, "3");

        await ReleaseAsync(first);

        await zero.Awaiting(task => task).Should().ThrowAsync<PostgresException>().Where(exception => exception.SqlState == PostgresErrorCodes.DivisionByZero);
        (await two).Should().Be(("3", 1));
        (await three).Should().Be(("2", 1));
    }

    [Fact]
    public async Task Ask_WhenOneAnswerCannotBeUnderstood_ShouldGiveTheOthersTheirs()
    {
        await OpenInThePoolAsync();
        var first = await HoldAsync(ReadAsync);
        var before = AskAsync(WhoTogether, "one");
        var failing = _roundTrips.AskAsync<string>(WhoTogether, "two", _ => throw new FormatException(), CancellationToken.None);
        var after = AskAsync(WhoTogether, "three");

        await ReleaseAsync(first);

        await failing.Awaiting(task => task).Should().ThrowAsync<FormatException>();
        (await before).Should().Be(("one", 3));
        (await after).Should().Be(("three", 3));
    }

    [Fact]
    public async Task Ask_WhenItIsAskedAnewAsAnotherStatementHasFailed_ShouldGiveTheNewAnswer()
    {
        await OpenInThePoolAsync();
        var tries = 0;
        var first = await HoldAsync(ReadAsync);
        var asked = _roundTrips.AskAsync(WhoTogether, "one", reader => tries++ == 0 ? throw new FormatException() : reader.GetString(0), CancellationToken.None);
        var failing = ReadAsync("SELECT 1 / $1", reader => reader.GetInt32(0), 0);

        await ReleaseAsync(first);

        await failing.Awaiting(task => task).Should().ThrowAsync<PostgresException>();
        (await asked).Should().Be("one");
        tries.Should().Be(2);
    }

    [Fact]
    public async Task Ask_WhenOneIsCancelledBeforeItIsSent_ShouldAskAboutTheOthers()
    {
        await OpenInThePoolAsync();
        using var cancellation = new CancellationTokenSource();
        var first = await HoldAsync(ReadAsync);
        var cancelled = _roundTrips.AskAsync(WhoTogether, "one", Text, cancellation.Token);
        var other = AskAsync(WhoTogether, "two");

        await cancellation.CancelAsync();
        await ReleaseAsync(first);

        await cancelled.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        (await other).Should().Be(("two", 1));
    }

    [Fact]
    public async Task Read_WhenMoreWaitThanShould_ShouldGoByAnotherConnection()
    {
        var first = await HoldAsync(ReadAsync);

        await Task.WhenAll(Enumerable.Range(0, SharedRoundTrips.ReadsForAnother).Select(_ => ReadAsync("SELECT now()", reader => reader.GetDateTime(0))));

        first.IsCompleted.Should().BeFalse();
        await ReleaseAsync(first);
    }

    [Fact]
    public async Task Write_WhileOneIsOnItsWay_ShouldShareATransactionWithTheOthersThatWait()
    {
        var first = await HoldAsync(WriteAsync);
        var waiting = Enumerable.Range(0, SharedRoundTrips.WritesForAnother - 1).Select(number => WriteAsync("INSERT INTO notes (text) VALUES ($1) RETURNING pg_current_xact_id()::text", Text, $"{number}")).ToList();

        await ReleaseAsync(first);

        (await Task.WhenAll(waiting)).Distinct().Should().ContainSingle();
        (await NotesAsync()).Should().Be(string.Join(',', Enumerable.Range(0, SharedRoundTrips.WritesForAnother - 1)));
    }

    [Fact]
    public async Task Write_WhenOneOfTheBatchFails_ShouldStoreTheOthersOnce()
    {
        var first = await HoldAsync(WriteAsync);
        var before = InsertAsync("before");
        var failing = WriteAsync("INSERT INTO notes (text) SELECT (1 / $1)::text RETURNING text", Text, 0);
        var after = InsertAsync("later");

        await ReleaseAsync(first);

        await failing.Awaiting(task => task).Should().ThrowAsync<PostgresException>().Where(exception => exception.SqlState == PostgresErrorCodes.DivisionByZero);
        (await before).Should().Be("before");
        (await after).Should().Be("later");
        (await NotesAsync()).Should().Be("before,later");
    }

    /// <summary>Statements are prepared by each connection under names of its own: those of one that was taken back must not be used on another.</summary>
    [Fact]
    public async Task Write_WhenSomeOfManyFail_ShouldGiveEachItsOwnResult()
    {
        var writes = Enumerable.Range(0, 1_000).Select(number => (number % 5) switch
        {
            0 => WriteAsync("INSERT INTO notes (text) VALUES ($1) RETURNING text", Text, $"{number}"),
            1 => WriteAsync("INSERT INTO notes (text) VALUES ($1 || '') RETURNING text", Text, $"{number}"),
            2 => WriteAsync("INSERT INTO notes (text, once) VALUES ($1, $2) RETURNING once::text", Text, $"{number}", number),
            3 => WriteAsync("INSERT INTO notes (text) SELECT $1 || $2 RETURNING text", Text, $"{number}", ""),
            _ => WriteAsync("INSERT INTO notes (text) SELECT ($1 + 0 / ($1 % 3))::text RETURNING text", Text, number),
        }).ToList();

        await Task.WhenAll(writes).ContinueWith(_ => { }, TaskScheduler.Default);

        for (var number = 0; number < writes.Count; number++)
        {
            var fails = number % 5 == 4 && number % 3 == 0;
            writes[number].IsFaulted.Should().Be(fails, "{0}: {1}", number, writes[number].Exception);
            if (!fails)
            {
                (await writes[number]).Should().Be($"{number}");
            }
        }

        (await _database.ReadNumberAsync("SELECT count(*) FROM notes")).Should().Be(writes.Count(write => !write.IsFaulted));
        (await _database.ReadNumberAsync("SELECT count(DISTINCT text) FROM notes")).Should().Be(writes.Count(write => !write.IsFaulted));
    }

    [Fact]
    public async Task Write_WhenItsTransactionCannotBeCommitted_ShouldNotSayThatItIsStored()
    {
        await ExecuteAsync("INSERT INTO notes (text, once) VALUES ('there', 1)");
        var first = await HoldAsync(WriteAsync);
        var again = WriteAsync("INSERT INTO notes (text, once) VALUES ('again', $1) RETURNING text", Text, 1);
        var other = WriteAsync("INSERT INTO notes (text, once) VALUES ('other', $1) RETURNING text", Text, 2);

        await ReleaseAsync(first);

        await again.Awaiting(task => task).Should().ThrowAsync<PostgresException>().Where(exception => exception.SqlState == PostgresErrorCodes.UniqueViolation);
        (await other).Should().Be("other");
        (await NotesAsync()).Should().Be("other,there");
    }

    [Fact]
    public async Task Write_WhenItsResultCannotBeUnderstood_ShouldFailAloneAndBeStored()
    {
        var first = await HoldAsync(WriteAsync);
        var failing = WriteAsync<string>("INSERT INTO notes (text) VALUES ($1) RETURNING text", _ => throw new FormatException("not this"), "odd");
        var other = InsertAsync("usual");

        await ReleaseAsync(first);

        await failing.Awaiting(task => task).Should().ThrowAsync<FormatException>();
        (await other).Should().Be("usual");
        (await NotesAsync()).Should().Be("odd,usual");
    }

    [Fact]
    public async Task Write_WhenAnotherHoldsItsRow_ShouldKeepNobodyElseWaiting()
    {
        await ExecuteAsync("INSERT INTO notes (text) VALUES ('held')");
        await using var holder = new NpgsqlConnection(_database.ConnectionString);
        await holder.OpenAsync();
        var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("UPDATE notes SET once = 1 WHERE text = 'held'", holder, transaction))
        {
            await hold.ExecuteNonQueryAsync();
        }

        var first = await HoldAsync(WriteAsync);
        var blocked = WriteAsync("UPDATE notes SET once = $1 WHERE text = 'held' RETURNING text", Text, 2);
        var free = InsertAsync("free");
        await ReleaseAsync(first);

        (await free).Should().Be("free");
        blocked.IsCompleted.Should().BeFalse();
        await transaction.RollbackAsync();
        (await blocked).Should().Be("held");
    }

    /// <summary>One that went alone waits without a bound, as it should; the others are not to wait for it.</summary>
    [Fact]
    public async Task Write_WhenAnotherOneIsLate_ShouldGoByAnotherConnection()
    {
        var late = await HoldAsync(WriteAsync);
        var waiting = InsertAsync("waiting");
        _time.Advance(RoundTripQueue.LateAfter - TimeSpan.FromMilliseconds(1));
        waiting.IsCompleted.Should().BeFalse();

        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await waiting).Should().Be("waiting");
        (await InsertAsync("later")).Should().Be("later");

        late.IsCompleted.Should().BeFalse();
        await ReleaseAsync(late);
        (await NotesAsync()).Should().Be("later,waiting");

        // It does not count any more when it is back: what waits goes together, as before.
        await OpenInThePoolAsync();
        var next = await HoldAsync(WriteAsync);
        var together = Enumerable.Range(0, 2).Select(_ => WriteAsync("SELECT pg_current_xact_id()::text", Text)).ToList();
        await ReleaseAsync(next);
        (await Task.WhenAll(together)).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task Write_WhenASecondOneIsLateAfterTheFirst_ShouldGoByAThird()
    {
        var first = await HoldAsync(WriteAsync);
        _time.Advance(RoundTripQueue.LateAfter / 2);
        List<Task<string?>> second = [WriteAsync("SELECT pg_sleep(60)::text", Text)];
        second.AddRange(Enumerable.Range(1, SharedRoundTrips.WritesForAnother - 1).Select(_ => WriteAsync("SELECT 'with it'", Text)));
        await _database.WaitForSessionAsync("wait_event = 'PgSleep'");

        _time.Advance(RoundTripQueue.LateAfter / 2);
        var waiting = InsertAsync("waiting");
        _time.Advance(RoundTripQueue.LateAfter);

        (await waiting).Should().Be("waiting");
        await ReleaseAsync(first);
        await EndSleepAsync();
        foreach (var task in second)
        {
            await task.Awaiting(item => item).Should().ThrowAsync<NpgsqlException>();
        }
    }

    [Fact]
    public async Task Write_WhenManyAreLate_ShouldStillGo()
    {
        await ExecuteAsync("SELECT pg_advisory_lock(1)");
        List<Task<bool>> late = [];
        for (var number = 0; number <= RoundTripQueue.MaxConnections; number++)
        {
            late.Add(WriteAsync("SELECT pg_advisory_xact_lock($1)", _ => true, 1L));
            await _database.WaitForSessionAsync($"wait_event_type = 'Lock' HAVING count(*) = {late.Count}");
            _time.Advance(RoundTripQueue.LateAfter);
        }

        (await InsertAsync("still")).Should().Be("still");

        await ExecuteAsync("SELECT pg_advisory_unlock(1)");
        (await Task.WhenAll(late)).Should().AllBeEquivalentTo(true);
    }

    [Fact]
    public async Task Write_WithOthers_ShouldBeRunInTheOrderOfTheUsers()
    {
        var first = await HoldAsync(WriteAsync);
        List<Task<string?>> writes = [];
        foreach (var user in (string[])["c", "a", "b"])
        {
            writes.Add(_roundTrips.WriteAsync(CreateCommand("INSERT INTO notes (text) VALUES ($1) RETURNING text", [user]), user, Text, CancellationToken.None));
        }

        await ReleaseAsync(first);

        await Task.WhenAll(writes);
        (await ReadTextAsync("SELECT string_agg(text, ',' ORDER BY id) FROM notes")).Should().Be("a,b,c");
    }

    [Fact]
    public async Task Write_WhenItsSessionIsEnded_ShouldFailAndNotBeRunAgain()
    {
        var first = await HoldAsync(WriteAsync);
        var before = InsertAsync("before");
        var blocked = WriteAsync("SELECT pg_sleep(60)::text", Text);
        var after = InsertAsync("later");
        await ReleaseAsync(first);

        // The batch has begun when it sleeps.
        await _database.WaitForSessionAsync("wait_event = 'PgSleep'");
        await EndSleepAsync();

        foreach (var task in (Task[])[before, blocked, after])
        {
            await task.Awaiting(item => item).Should().ThrowAsync<NpgsqlException>();
        }

        (await InsertAsync("next")).Should().Be("next");
        (await NotesAsync()).Should().Be("next");
    }

    [Fact]
    public async Task Write_WhenItIsCancelledWhileItWaits_ShouldNotBeSent()
    {
        using var cancellation = new CancellationTokenSource();
        var first = await HoldAsync(WriteAsync);
        var cancelled = _roundTrips.WriteAsync(CreateCommand("INSERT INTO notes (text) VALUES ($1) RETURNING text", ["not"]), "user", Text, cancellation.Token);
        var other = InsertAsync("sent");

        await cancellation.CancelAsync();
        await ReleaseAsync(first);

        await cancelled.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        await other;
        (await NotesAsync()).Should().Be("sent");
    }

    [Fact]
    public async Task Write_WhenItIsCancelledOnItsWay_ShouldSayWhatBecameOfIt()
    {
        using var cancellation = new CancellationTokenSource();
        await ExecuteAsync("SELECT pg_advisory_lock(1)");
        var write = _roundTrips.WriteAsync(CreateCommand("INSERT INTO notes (text) SELECT 'sent' FROM pg_advisory_xact_lock($1) RETURNING text", [1L]), "user", Text, cancellation.Token);
        await WaitUntilOneIsBlockedAsync();

        await cancellation.CancelAsync();
        await ExecuteAsync("SELECT pg_advisory_unlock(1)");

        (await write).Should().Be("sent");
    }

    [Fact]
    public async Task Read_WhenTheDatabaseIsAway_ShouldFailForAllThatWaitAndWorkAfterwards()
    {
        var name = $"{new NpgsqlConnectionStringBuilder(_database.ConnectionString).Database}_later";
        var later = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Database = name, Pooling = false }.ConnectionString;
        using var roundTrips = new SharedRoundTrips(new NpgsqlConnectionString(later), _time);

        var waiting = Enumerable.Range(0, 50).Select(_ => roundTrips.ReadAsync(CreateCommand("SELECT $1", [1]), reader => reader.GetInt32(0), CancellationToken.None)).ToList();

        foreach (var task in waiting)
        {
            await task.Awaiting(item => item).Should().ThrowAsync<PostgresException>().Where(exception => exception.SqlState == PostgresErrorCodes.InvalidCatalogName);
        }

        await ExecuteAsync($"CREATE DATABASE {name}");
        (await roundTrips.ReadAsync(CreateCommand("SELECT $1", [1]), reader => reader.GetInt32(0), CancellationToken.None)).Should().Be(1);
        await ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
    }

    [Fact]
    public async Task Read_WhenAnotherConnectionCannotBeHad_ShouldGoByTheOneThatIsUnderWay()
    {
        var opened = 0;
        var another = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var queue = new RoundTripQueue(Open, SharedRoundTrips.ReadsForAnother, _time);
        async Task<NpgsqlConnection> Open()
        {
            if (Interlocked.Increment(ref opened) == 2)
            {
                another.SetResult();
                throw new NpgsqlException("no more connections");
            }

            var connection = new NpgsqlConnection(_database.ConnectionString);
            await connection.OpenAsync();
            return connection;
        }

        Task<T?> Add<T>(string sql, Func<NpgsqlDataReader, T> read, params object[] parameters) => AddAsync(queue, sql, read, parameters);

        var first = await HoldAsync(Add);
        var waiting = Enumerable.Range(0, SharedRoundTrips.ReadsForAnother).Select(number => Add("SELECT $1", reader => reader.GetInt32(0), number)).ToList();
        await another.Task.WaitAsync(Patience);
        await ReleaseAsync(first);

        (await Task.WhenAll(waiting)).Should().Equal(Enumerable.Range(0, SharedRoundTrips.ReadsForAnother));
    }

    [Fact]
    public async Task Read_WhenNoConnectionIsUsed_ShouldGoBehindTheRequestsThatAreReady()
    {
        // It waits in the queue of the pool, behind them, and is not begun by the thread that brings it.
        var isBegunByThePool = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var queue = new RoundTripQueue(Open, SharedRoundTrips.ReadsForAnother, _time);
        async Task<NpgsqlConnection> Open()
        {
            isBegunByThePool.SetResult(Thread.CurrentThread.IsThreadPoolThread);
            var connection = new NpgsqlConnection(_database.ConnectionString);
            await connection.OpenAsync();
            return connection;
        }

        Task<int>? read = null;
        var thread = new Thread(() => read = AddAsync(queue, "SELECT 1", reader => reader.GetInt32(0), []));
        thread.Start();
        thread.Join();

        (await read!).Should().Be(1);
        (await isBegunByThePool.Task).Should().BeTrue();
    }

    [Fact]
    public async Task Read_WhenTwoConnectionsAreUsed_ShouldGoByAThirdOnlyWhereTwiceAsManyWait()
    {
        var opened = 0;
        using var queue = new RoundTripQueue(Open, SharedRoundTrips.ReadsForAnother, _time);
        async Task<NpgsqlConnection> Open()
        {
            Interlocked.Increment(ref opened);
            var connection = new NpgsqlConnection(_database.ConnectionString);
            await connection.OpenAsync();
            return connection;
        }

        Task<T?> Add<T>(string sql, Func<NpgsqlDataReader, T> read, params object[] parameters) => AddAsync(queue, sql, read, parameters);

        var first = await HoldAsync(Add);
        await ExecuteAsync("SELECT pg_advisory_lock(2)");
        var second = Enumerable.Range(0, SharedRoundTrips.ReadsForAnother).Select(_ => Add("SELECT pg_advisory_xact_lock($1)", _ => true, 2L)).ToList();
        await _database.WaitForSessionAsync("wait_event_type = 'Lock' HAVING count(*) = 2");

        var waiting = Enumerable.Range(1, (2 * SharedRoundTrips.ReadsForAnother) - 1).Select(number => Add("SELECT $1", reader => reader.GetInt32(0), number)).ToList();
        // A connection too many would be opened by now.
        await ExecuteAsync("SELECT 1");
        opened.Should().Be(2);
        waiting.Add(Add("SELECT $1", reader => reader.GetInt32(0), waiting.Count + 1));

        (await Task.WhenAll(waiting).WaitAsync(Patience)).Should().Equal(Enumerable.Range(1, waiting.Count));
        opened.Should().Be(3);

        // The second does not count itself among the others when it comes back: it takes what waits, and nobody waits for the first.
        var next = Enumerable.Range(0, SharedRoundTrips.ReadsForAnother).Select(number => Add("SELECT $1", reader => reader.GetInt32(0), number)).ToList();
        await ExecuteAsync("SELECT pg_advisory_unlock(2)");
        await Task.WhenAll(second);
        (await Task.WhenAll(next).WaitAsync(Patience)).Should().Equal(Enumerable.Range(0, next.Count));
        first.IsCompleted.Should().BeFalse();
        await ReleaseAsync(first);
    }

    [Fact]
    public async Task Read_WhenAConnectionCannotBeOpened_ShouldFailOnlyForWhatHadWaitedForIt()
    {
        var isOpening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isFailing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var opened = 0;
        using var queue = new RoundTripQueue(Open, SharedRoundTrips.ReadsForAnother, _time);
        async Task<NpgsqlConnection> Open()
        {
            if (Interlocked.Increment(ref opened) == 1)
            {
                isOpening.SetResult();
                await isFailing.Task;
                throw new NpgsqlException("not yet");
            }

            var connection = new NpgsqlConnection(_database.ConnectionString);
            await connection.OpenAsync();
            return connection;
        }

        var before = new WaitingStatement<int>(CreateCommand("SELECT 1", []), null, reader => reader.GetInt32(0), CancellationToken.None);
        var after = new WaitingStatement<int>(CreateCommand("SELECT 2", []), null, reader => reader.GetInt32(0), CancellationToken.None);

        queue.Add(before);
        await isOpening.Task.WaitAsync(Patience);
        queue.Add(after);
        isFailing.SetResult();

        await before.Result.Awaiting(task => task).Should().ThrowAsync<NpgsqlException>().WithMessage("not yet");
        (await after.Result).Should().Be(2);
    }

    [Fact]
    public async Task Read_ForARequest_ShouldBelongToItsTraceAndKeepNothingElseOfIt()
    {
        var traces = new ConcurrentDictionary<string, ActivityTraceId>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => traces.TryAdd($"{span.GetTagItem("db.query.text")}", span.TraceId),
        };
        ActivitySource.AddActivityListener(listener);
        var kept = new AsyncLocal<string>();

        // The first goes at once, the second with the next batch.
        await ExecuteAsync("SELECT pg_advisory_lock(1)");
        var (held, ofTheHeld) = await RunInRequestAsync("SELECT pg_advisory_xact_lock($1)::text", 1L);
        await WaitUntilOneIsBlockedAsync();
        var (later, ofTheLater) = await RunInRequestAsync("SELECT 'later'::text");
        await ExecuteAsync("SELECT pg_advisory_unlock(1)");

        (await held).Should().BeNull();
        (await later).Should().BeNull();
        traces["SELECT pg_advisory_xact_lock($1)::text"].Should().Be(ofTheHeld);
        traces["SELECT 'later'::text"].Should().Be(ofTheLater);

        async Task<(Task<string?> Run, ActivityTraceId Trace)> RunInRequestAsync(string sql, params object[] parameters)
        {
            await Task.Yield();
            kept.Value = "of the request";
            var request = new Activity("request").Start();
            return (ReadAsync(sql, _ => kept.Value, parameters), request.TraceId);
        }
    }

    private static string Text(NpgsqlDataReader reader) => reader.GetString(0);

    private static NpgsqlBatchCommand CreateCommand(string sql, object[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        Array.ForEach(parameters, value => command.Parameters.Add(new NpgsqlParameter { Value = value }));
        return command;
    }

    /// <summary>With connections that are open already, what does not have to wait goes at once.</summary>
    private async Task OpenInThePoolAsync()
    {
        List<NpgsqlConnection> connections = [];
        for (var number = 0; number <= SharedRoundTrips.ReadsForAnother; number++)
        {
            connections.Add(new NpgsqlConnection(NpgsqlDefaults.AddTo(_database.ConnectionString)));
            await connections[^1].OpenAsync();
        }

        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    private static Task<T?> AddAsync<T>(RoundTripQueue queue, string sql, Func<NpgsqlDataReader, T> read, object[] parameters)
    {
        var statement = new WaitingStatement<T>(CreateCommand(sql, parameters), null, read, CancellationToken.None);
        queue.Add(statement);
        return statement.Result;
    }

    private Task<T?> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params object[] parameters) =>
        _roundTrips.ReadAsync(CreateCommand(sql, parameters), read, CancellationToken.None);

    private Task<(string Name, long Together)> AskAsync(UserQuestion question, string name) =>
        _roundTrips.AskAsync(question, name, reader => (reader.GetString(0), reader.GetInt64(1)), CancellationToken.None);

    private Task<T?> WriteAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params object[] parameters) =>
        _roundTrips.WriteAsync(CreateCommand(sql, parameters), "user", read, CancellationToken.None);

    private Task<string?> InsertAsync(string text) => WriteAsync("INSERT INTO notes (text) VALUES ($1) RETURNING text", Text, text);

    /// <summary>Has a statement on its way that does not come back until it is released.</summary>
    private async Task<Task<bool>> HoldAsync(Func<string, Func<NpgsqlDataReader, bool>, object[], Task<bool>> run)
    {
        await ExecuteAsync("SELECT pg_advisory_lock(1)");
        var held = run("SELECT pg_advisory_xact_lock($1)", _ => true, [1L]);
        await WaitUntilOneIsBlockedAsync();
        return held;
    }

    private async Task ReleaseAsync(Task<bool> held)
    {
        await ExecuteAsync("SELECT pg_advisory_unlock(1)");
        (await held).Should().BeTrue();
    }

    /// <summary>Ends the session that sleeps.</summary>
    private Task EndSleepAsync() =>
        ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'");

    private Task WaitUntilOneIsBlockedAsync() => _database.WaitForSessionAsync("wait_event_type = 'Lock'");

    private Task<string?> NotesAsync() => ReadTextAsync("SELECT string_agg(text, ',' ORDER BY text) FROM notes");

    private async Task<string?> ReadTextAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _other);
        return await command.ExecuteScalarAsync() as string;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _other);
        await command.ExecuteNonQueryAsync();
    }
}
