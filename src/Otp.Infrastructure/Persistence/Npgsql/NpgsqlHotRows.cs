using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Npgsql;
using Otp.Application.Common.Ports;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Hot;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>
/// The hot rows by statements of our own, which the server keeps prepared. What the usual command writes, a verification with its audit entries, its mail and the
/// allowance of its recipient, is one statement, which shares its round trip with others. All else is written in one transaction, with what the context tracks.
/// </summary>
internal sealed class NpgsqlHotRows(
    Lazy<OtpDbContext> lazyContext, NpgsqlConnectionString connectionString, SharedRoundTrips roundTrips, IOptions<RecipientLimitOptions> limits) : HotRows
{
    private readonly List<LoadedVerification> _verifications = [];
    private readonly List<LoadedAllowance> _allowances = [];
    private readonly List<(string Address, bool IsSuppressed)> _suppressions = [];
    private readonly List<OutboxMessage> _messages = [];
    private readonly List<AuditEntry> _entries = [];
    private VerificationAhead? _ahead;
    private VerificationAllowance? _allowanceOfVerification;

    public override IEnumerable<AggregateRoot> Aggregates =>
        _verifications.Select(loaded => (AggregateRoot)loaded.Aggregate).Concat(_allowances.Select(loaded => loaded.Aggregate)).Concat(UsedContext?.TrackedAggregates ?? []);

    public override bool QueuesMail => _messages.Count > 0 || UsedContext?.QueuesMail == true;

    /// <summary>What a command that makes a code asks next is asked in the same statement.</summary>
    private UserQuestion QuestionForPasscode => limits.Value.CountsPasscodes ? VerificationRow.QuestionWithAllowance : VerificationRow.QuestionForCommand;

    /// <summary>The context, where the command has used it: most do not, and are spared its making.</summary>
    private OtpDbContext? UsedContext => lazyContext.IsValueCreated ? lazyContext.Value : null;

    /// <summary>The transaction of the turn, if this is one.</summary>
    private NpgsqlTransaction? Turn => UsedContext?.Database.CurrentTransaction?.GetDbTransaction() as NpgsqlTransaction;

    public override async Task<MailedVerification?> FindVerificationAsync(string userId, CancellationToken cancellationToken)
    {
        var known = _verifications.Find(loaded => loaded.Aggregate.UserId == userId);
        if (known is not null)
        {
            // What became of its mail was said when it was loaded.
            return new MailedVerification(known.Aggregate, null, null);
        }

        var found = TakeAhead(userId, forQuery: false) ?? await ReadAsync(userId, VerificationRow.QuestionForCommand, cancellationToken);
        if (found.Mailed is not { Verification: { } verification })
        {
            return null;
        }

        _verifications.Add(new LoadedVerification(verification, verification.Sequence));
        _allowanceOfVerification = found.Allowance;
        if (found.IsSuppressed is { } isSuppressed && verification.Address is { } address && Ascii.IsValid(address.Value))
        {
            _suppressions.Add((address.Canonical, isSuppressed));
        }

        return found.Mailed;
    }

    public override async Task<List<EmailVerification>> FindVerificationsAsync(IReadOnlyList<string> userIds, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString.Value);
        await connection.OpenAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { VerificationRow.Question.About([.. userIds]) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        List<EmailVerification> found = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            var verification = VerificationRow.Read(reader, reader.GetString(VerificationRow.Question.UserOrdinal)).Verification;
            _verifications.Add(new LoadedVerification(verification, verification.Sequence));
            found.Add(verification);
        }

        return found;
    }

    public override async Task<MailedVerification?> ReadVerificationAsync(string userId, CancellationToken cancellationToken) =>
        (TakeAhead(userId, forQuery: true) ?? await ReadAsync(userId, VerificationRow.Question, cancellationToken)).Mailed;

    public override async Task ReadAheadAsync(string userId, VerificationUse use, CancellationToken cancellationToken)
    {
        var question = use == VerificationUse.NewPasscode ? QuestionForPasscode : VerificationRow.Question;
        _ahead = new VerificationAhead(userId, use == VerificationUse.Query, await ReadAsync(userId, question, cancellationToken));
    }

    public override Task<bool> KnowsUserAsync(string userId, string? resourceOwner, CancellationToken cancellationToken) => ReadAsync(
        VerificationRow.Exists,
        parameters =>
        {
            parameters.AddText(userId);
            parameters.AddText(resourceOwner);
        },
        static reader => reader.GetBoolean(0),
        cancellationToken);

    public override async Task<RecipientAllowance?> FindAllowanceAsync(string recipient, string userId, RecipientCounter counter, CancellationToken cancellationToken)
    {
        var known = _allowances.Find(loaded => loaded.Aggregate.Recipient == recipient && loaded.Aggregate.UserId == userId && loaded.Aggregate.Counter == counter);
        if (known is not null)
        {
            return known.Aggregate;
        }

        var found = TakeAllowance(recipient, userId, counter) is { } taken
            ? taken.Allowance
            : await ReadAsync(
                AllowanceRow.Select,
                parameters => AllowanceRow.AddKey(parameters, recipient, userId, counter),
                reader => AllowanceRow.Read(new RowReader(reader), recipient, userId, counter),
                cancellationToken);
        if (found is not null)
        {
            _allowances.Add(new LoadedAllowance(found, found.Sequence));
        }

        return found;
    }

    public override async Task<bool> IsSuppressedAsync(string address, CancellationToken cancellationToken) =>
        _suppressions.FindIndex(known => known.Address == address) is >= 0 and var index
            ? _suppressions[index].IsSuppressed
            : await ReadAsync("SELECT true FROM suppressions WHERE address = $1", parameters => parameters.AddText(address), static reader => reader.GetBoolean(0), cancellationToken);

    public override void Add(EmailVerification verification) => AddNew<EmailVerification, LoadedVerification>(_verifications, new LoadedVerification(verification, null), KeyOf);

    public override void Add(RecipientAllowance allowance) => AddNew<RecipientAllowance, LoadedAllowance>(_allowances, new LoadedAllowance(allowance, null), KeyOf);

    public override void Add(OutboxMessage message) => _messages.Add(message);

    public override void Add(AuditEntry entry) => _entries.Add(entry);

    public override async Task<string?> StoreAsync(CancellationToken cancellationToken)
    {
        var isShared = Turn is not null || UsedContext?.ChangeTracker.HasChanges() == true;
        if (!isShared && !HasChanges())
        {
            return null;
        }

        var contended = isShared ? await StoreAllAsync(lazyContext.Value, cancellationToken)
            : UsualUpdate() is { } usual ? await StoreUsualAsync(usual, cancellationToken)
            : HasUpdates() ? await StoreAllAsync(lazyContext.Value, cancellationToken)
            : await StoreAddedAsync(cancellationToken);
        if (contended is null)
        {
            Accept();
        }

        return contended;
    }

    public override void Clear()
    {
        _ahead = null;
        _allowanceOfVerification = null;
        _verifications.Clear();
        _allowances.Clear();
        _suppressions.Clear();
        _messages.Clear();
        _entries.Clear();
        UsedContext?.ChangeTracker.Clear();
    }

    public override Task<IAsyncDisposable> TakeTurnAsync(string contendedKey, CancellationToken cancellationToken)
    {
        Clear();
        return lazyContext.Value.BeginInTurnAsync(contendedKey, cancellationToken);
    }

    /// <summary>What was stored is not stored again by another command of the same scope.</summary>
    private void Accept()
    {
        _verifications.ForEach(loaded => loaded.Accept());
        _allowances.ForEach(loaded => loaded.Accept());
        _messages.Clear();
        _entries.Clear();
    }

    private bool HasChanges() => _entries.Count > 0 || _messages.Count > 0 || HasChangedAggregates();

    private bool HasChangedAggregates() => _verifications.Exists(loaded => loaded.HasChanged) || _allowances.Exists(loaded => loaded.HasChanged);

    private bool HasUpdates() =>
        _verifications.Exists(loaded => loaded is { StoredSequence: not null, HasChanged: true })
        || _allowances.Exists(loaded => loaded is { StoredSequence: not null, HasChanged: true });

    /// <summary>The one verification that is to be updated, where not more is to be stored with it than usual.</summary>
    private LoadedVerification? UsualUpdate() =>
        _verifications is [{ StoredSequence: not null, HasChanged: true } loaded]
        && _allowances.Count(allowance => allowance.HasChanged) <= UsualWrite.MaxAllowances
        && _entries.Count <= UsualWrite.MaxEntries && _messages.Count <= UsualWrite.MaxMails
            ? loaded
            : null;

    private async Task<string?> StoreUsualAsync(LoadedVerification loaded, CancellationToken cancellationToken)
    {
        var allowance = _allowances.Find(item => item.HasChanged);
        var command = UsualWrite.CreateCommand(loaded, allowance, _entries, _messages);
        return await roundTrips.WriteAsync(command, loaded.Aggregate.UserId, UsualWrite.ReadOutcome, cancellationToken) switch
        {
            UsualOutcome.Stored => null,
            UsualOutcome.AllowanceMissed => KeyOf(allowance!.Aggregate),
            _ => KeyOf(loaded.Aggregate),
        };
    }

    /// <summary>What is only added, such as the entry of a guess that finds no code, is one batch: it misses nothing, and is its own transaction.</summary>
    private async Task<string?> StoreAddedAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString.Value);
        await connection.OpenAsync(cancellationToken);
        return await StoreRowsAsync(connection, null, cancellationToken);
    }

    private async Task<string?> StoreAllAsync(OtpDbContext context, CancellationToken cancellationToken)
    {
        if (!HasChangedAggregates())
        {
            // What is only added goes with what the context tracks, and so spares a round trip.
            context.AddRange(_messages);
            context.AddRange(_entries);
            return await context.TryStoreAsync(cancellationToken);
        }

        // In a turn, its transaction, which is ended by whoever began it.
        await using var own = context.Database.CurrentTransaction is null ? await context.Database.BeginTransactionAsync(cancellationToken) : null;
        var transaction = (NpgsqlTransaction)context.Database.CurrentTransaction!.GetDbTransaction();
        return await StoreRowsAsync(transaction.Connection!, transaction, cancellationToken) ?? await context.TryStoreAsync(cancellationToken);
    }

    private async Task<string?> StoreRowsAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        List<(NpgsqlBatchCommand Command, string Key)> changes = [];

        // In the order of the users, as everywhere: who stores for several of them waits for none who waits for it.
        foreach (var loaded in _verifications.Where(item => item.HasChanged).OrderBy(item => item.Aggregate.UserId, StringComparer.Ordinal))
        {
            changes.Add((RowWrite.Of(loaded), KeyOf(loaded.Aggregate)));
        }

        foreach (var loaded in _allowances.Where(item => item.HasChanged))
        {
            changes.Add((RowWrite.Of(loaded), KeyOf(loaded.Aggregate)));
        }

        foreach (var command in changes.Select(change => change.Command).Concat(_messages.Select(RowWrite.Of)).Concat(_entries.Select(RowWrite.Of)))
        {
            batch.BatchCommands.Add(command);
        }

        if (batch.BatchCommands.Count == 0)
        {
            return null;
        }

        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return changes.Find(change => change.Command.RecordsAffected == 0).Key;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation && AddedTo(exception.TableName) is not null)
        {
            return AddedTo(exception.TableName);
        }
    }

    /// <summary>What was added to a table and may have been added by another writer, too: not what has an id of its own.</summary>
    private string? AddedTo(string? table) => table switch
    {
        VerificationRow.Table => _verifications.Find(loaded => loaded.StoredSequence is null) is { } added ? KeyOf(added.Aggregate) : null,
        AllowanceRow.Table => _allowances.Find(loaded => loaded.StoredSequence is null) is { } added ? KeyOf(added.Aggregate) : null,
        _ => null,
    };

    private static void AddNew<T, TLoaded>(List<TLoaded> known, TLoaded added, Func<T, string> keyOf)
        where T : AggregateRoot
        where TLoaded : Loaded<T>
    {
        if (known.Exists(loaded => keyOf(loaded.Aggregate) == keyOf(added.Aggregate)))
        {
            throw new InvalidOperationException($"The command knows this {typeof(T).Name} already.");
        }

        known.Add(added);
    }

    private static string KeyOf(EmailVerification verification) => OtpDbContext.ContendedKey(nameof(EmailVerification), verification.UserId);

    private static string KeyOf(RecipientAllowance allowance) =>
        OtpDbContext.ContendedKey(nameof(RecipientAllowance), allowance.Recipient, allowance.UserId, allowance.Counter);

    /// <summary>What was read ahead of a user, once: a second time it could be older than what the caller has stored.</summary>
    private FoundVerification? TakeAhead(string userId, bool forQuery)
    {
        if (_ahead is not { } ahead || ahead.UserId != userId || ahead.IsForQuery != forQuery)
        {
            return null;
        }

        _ahead = null;
        return ahead.Found;
    }

    /// <summary>What was read of an allowance with the verification, once.</summary>
    private VerificationAllowance? TakeAllowance(string recipient, string userId, RecipientCounter counter)
    {
        if (counter != RecipientCounter.Passcodes || _allowanceOfVerification is not { } read || read.Recipient != recipient || read.UserId != userId)
        {
            return null;
        }

        _allowanceOfVerification = null;
        return read;
    }

    /// <summary>A user's verification; without a row none.</summary>
    private Task<FoundVerification> ReadAsync(string userId, UserQuestion question, CancellationToken cancellationToken)
    {
        return Turn is { } turn ? ReadAsync(turn, question.About(userId), Read, cancellationToken) : roundTrips.AskAsync(question, userId, Read, cancellationToken);

        FoundVerification Read(NpgsqlDataReader reader)
        {
            var mailed = VerificationRow.Read(reader, userId);
            return new FoundVerification(
                mailed,
                question == VerificationRow.Question ? null : reader.GetBoolean(VerificationRow.SuppressedOrdinal),
                question == VerificationRow.QuestionWithAllowance ? VerificationAllowance.Read(new RowReader(reader, VerificationRow.AllowanceOrdinal), mailed.Verification) : null);
        }
    }

    /// <summary>Reads in a turn, in its transaction; else together with the reads of others.</summary>
    private Task<T?> ReadAsync<T>(
        string sql, Action<NpgsqlParameterCollection> addParameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var command = new NpgsqlBatchCommand(sql);
        addParameters(command.Parameters);
        return Turn is { } turn ? ReadAsync(turn, command, read, cancellationToken) : roundTrips.ReadAsync(command, read, cancellationToken);
    }

    private static async Task<T?> ReadAsync<T>(
        NpgsqlTransaction turn, NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(turn.Connection, turn);
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : default;
    }

    /// <summary>What was found.</summary>
    /// <param name="Mailed">The verification; <see langword="null"/> where there is none.</param>
    /// <param name="IsSuppressed">Whether its address gets no mail, where that was asked.</param>
    /// <param name="Allowance">How much mail its address has got, where that was asked.</param>
    private readonly record struct FoundVerification(MailedVerification? Mailed, bool? IsSuppressed, VerificationAllowance? Allowance);

    private sealed record VerificationAhead(string UserId, bool IsForQuery, FoundVerification Found);
}
