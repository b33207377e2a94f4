using System.Runtime.CompilerServices;
using Npgsql;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Persistence.Hot;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>
/// A verification as a row. It fills the private members of the aggregate, as EF Core's mapper does by its model of them; a test holds that both read and write
/// the same.
/// </summary>
internal static class VerificationRow
{
    public const string Table = "email_verifications";

    private const string IdentityColumns = "resource_owner, address, is_address_owned_by_provider, identity_as_of, display_name, locale";

    private const string VerifiedColumns = "verified_at, last_verified_address";

    private const string BudgetColumns =
        "budget_epoch, budget_failed_attempts, budget_guessed_address, budget_last_failed_at, budget_last_lock, budget_locked_until";

    private const string SlotColumns = """
        slot_delivery_id, slot_resend_available_at, slot_passcode_created_at, slot_passcode_epoch, slot_passcode_expires_at, slot_passcode_max_attempts,
        slot_passcode_hash_key_id, slot_passcode_hash_value
        """;

    private const string VersionColumns = "changed_at, sequence";

    private const string Columns = $"{IdentityColumns}, {VerifiedColumns}, {BudgetColumns}, {SlotColumns}, {VersionColumns}";

    private const int ColumnCount = 24;

    // 'OFFSET 0' keeps it one search for each verification, by the key of the mail, in which new mails stand side by side, whatever the statistics say and however
    // many are asked for.
    private const string From = $"""
        FROM {Table} AS v LEFT JOIN LATERAL (
            SELECT state, state_changed_at FROM outbox_messages WHERE outbox_messages.id = v.slot_delivery_id AND outbox_messages.user_id = v.user_id OFFSET 0
        ) AS mail ON true
        """;

    private const string ReadColumns = $"v.created_at, {Columns}, mail.state, mail.state_changed_at, v.user_id";

    private const int UserOrdinal = ColumnCount + 3;

    private const string CommandColumns = $"{ReadColumns}, EXISTS (SELECT 1 FROM suppressions WHERE suppressions.address = lower(v.address))";

    /// <summary>Asks for the verification of a user, and the state of the mail that carries its code.</summary>
    public static readonly UserQuestion Question = new($"SELECT {ReadColumns} {From}", "v.user_id", UserOrdinal);

    /// <summary>
    /// The same, and whether its address gets no mail, which a command that makes a code asks next. The canonical form of an address in ASCII is that in lower
    /// case; of another one the answer says nothing.
    /// </summary>
    public static readonly UserQuestion QuestionForCommand = new($"SELECT {CommandColumns} {From}", "v.user_id", UserOrdinal);

    /// <summary>The same, and how much mail its address has got: <see cref="VerificationAllowance"/>.</summary>
    public static readonly UserQuestion QuestionWithAllowance = new($"SELECT {CommandColumns}, allowance.* {From} {VerificationAllowance.Join}", "v.user_id", UserOrdinal);

    /// <summary>Reads whether there is user $1, of resource owner $2 where that is not null.</summary>
    public const string Exists = $"SELECT EXISTS (SELECT 1 FROM {Table} WHERE user_id = $1 AND ($2 IS NULL OR resource_owner = $2))";

    /// <summary>Where in the row of <see cref="QuestionForCommand"/>, or of <see cref="QuestionWithAllowance"/>, it says whether the address gets no mail.</summary>
    public const int SuppressedOrdinal = UserOrdinal + 1;

    /// <summary>Where in the row of <see cref="QuestionWithAllowance"/> the allowance begins.</summary>
    public const int AllowanceOrdinal = SuppressedOrdinal + 1;

    /// <summary>What is inserted; the values are those of <see cref="AddKey"/> and <see cref="AddColumns"/>.</summary>
    public const string Into = $"{Table} (user_id, created_at, {Columns})";

    /// <summary>Finds the row that the update would update, and keeps others from changing it.</summary>
    public const string Lock = $"SELECT 1 FROM {Table} WHERE user_id = $1 AND sequence = $2 FOR NO KEY UPDATE";

    /// <summary>Updates parts of the row with user id $1 and sequence $2.</summary>
    /// <param name="parts">What is written.</param>
    /// <param name="places">As <see cref="AddVersion"/> and <see cref="AddColumns"/> give them; without these afterwards.</param>
    public static string Update(VerificationParts parts, ref ReadOnlySpan<char> places)
    {
        var columns = string.Join(", ", ColumnsOf(parts));
        _ = StatementValues.Take(ref places, 2);
        return $"UPDATE {Table} SET ({columns}) = ROW({StatementValues.Take(ref places, columns.Count(character => character == ',') + 1)}) WHERE user_id = $1 AND sequence = $2";
    }

    public static void AddKey(ref StatementValues values, EmailVerification verification)
    {
        values.AddUser(verification.UserId);
        values.AddTime(verification.CreatedAt);
    }

    public static void AddVersion(ref StatementValues values, EmailVerification verification, long loadedSequence)
    {
        values.AddUser(verification.UserId);
        values.AddLong(loadedSequence);
    }

    /// <summary>The values of parts of the row, and those that change with each.</summary>
    public static void AddColumns(ref StatementValues values, EmailVerification verification, VerificationParts parts)
    {
        if (parts.HasFlag(VerificationParts.Identity))
        {
            values.AddText(verification.ResourceOwner);
            values.AddText(verification.Address?.Value);
            values.AddBoolean(verification.IsAddressOwnedByProvider);
            values.AddTime(verification.IdentityAsOf);
            values.AddText(verification.DisplayName);
            values.AddText(verification.Locale);
        }

        if (parts.HasFlag(VerificationParts.Verified))
        {
            values.AddTime(verification.VerifiedAt);
            values.AddText(verification.LastVerifiedAddress?.Value);
        }

        if (parts.HasFlag(VerificationParts.Budget))
        {
            AddBudget(ref values, verification.Budget);
        }

        if (parts.HasFlag(VerificationParts.Slot))
        {
            AddSlot(ref values, verification.Slot);
        }

        values.AddTime(verification.ChangedAt);
        values.AddLong(verification.Sequence);
    }

    /// <summary>Reads the current row of any of the questions.</summary>
    public static MailedVerification Read(NpgsqlDataReader reader, string userId)
    {
        var row = new RowReader(reader);
        var verification = New();
        SetUserId(verification, userId);
        SetCreatedAt(verification, row.Time());
        SetResourceOwner(verification, row.Text());
        var address = row.TextOrNull();
        SetAddress(verification, AddressOf(address));
        SetIsAddressOwnedByProvider(verification, row.Boolean());
        SetIdentityAsOf(verification, row.TimeOrNull());
        SetDisplayName(verification, row.TextOrNull());
        SetLocale(verification, row.TextOrNull());
        SetVerifiedAt(verification, row.TimeOrNull());
        var last = row.TextOrNull();
        SetLastVerifiedAddress(verification, last == address ? verification.Address : AddressOf(last));
        SetBudget(verification, ReadBudget(ref row));
        SetSlot(verification, ReadSlot(ref row));
        SetChangedAt(verification, row.Time());
        SetSequence(verification, row.Long());
        return new MailedVerification(verification, row.StateOrNull(), row.TimeOrNull());
    }

    private static IEnumerable<string> ColumnsOf(VerificationParts parts)
    {
        if (parts.HasFlag(VerificationParts.Identity))
        {
            yield return IdentityColumns;
        }

        if (parts.HasFlag(VerificationParts.Verified))
        {
            yield return VerifiedColumns;
        }

        if (parts.HasFlag(VerificationParts.Budget))
        {
            yield return BudgetColumns;
        }

        if (parts.HasFlag(VerificationParts.Slot))
        {
            yield return SlotColumns;
        }

        yield return VersionColumns;
    }

    private static void AddBudget(ref StatementValues values, AttemptBudget budget)
    {
        values.AddInt(budget.Epoch);
        values.AddInt(budget.FailedAttempts);
        values.AddText(budget.GuessedAddress);
        values.AddTime(budget.LastFailedAt);
        values.AddLong(budget.LastLock?.Ticks);
        values.AddTime(budget.LockedUntil);
    }

    private static void AddSlot(ref StatementValues values, PasscodeSlot slot)
    {
        var passcode = slot.Passcode;
        values.AddId(slot.DeliveryId);
        values.AddTime(slot.ResendAvailableAt);
        values.AddTime(passcode?.CreatedAt);
        values.AddInt(passcode?.Epoch);
        values.AddTime(passcode?.ExpiresAt);
        values.AddInt(passcode?.MaxAttempts);
        values.AddText(passcode?.Hash.KeyId);
        values.AddBytes(passcode?.Hash.Value);
    }

    private static EmailAddress? AddressOf(string? text) => text is null ? null : EmailAddress.Parse(text);

    private static AttemptBudget ReadBudget(ref RowReader row)
    {
        var budget = NewBudget();
        Epoch(budget) = row.Int();
        FailedAttempts(budget) = row.Int();
        GuessedAddress(budget) = row.TextOrNull();
        LastFailedAt(budget) = row.TimeOrNull();
        LastLock(budget) = row.LongOrNull() is { } ticks ? TimeSpan.FromTicks(ticks) : null;
        LockedUntil(budget) = row.TimeOrNull();
        return budget;
    }

    private static PasscodeSlot ReadSlot(ref RowReader row)
    {
        var slot = NewSlot();
        DeliveryId(slot) = row.IdOrNull();
        ResendAvailableAt(slot) = row.TimeOrNull();
        Passcode(slot) = ReadPasscode(ref row);
        return slot;
    }

    private static IssuedPasscode? ReadPasscode(ref RowReader row)
    {
        if (row.TimeOrNull() is not { } createdAt)
        {
            row.Skip(5);
            return null;
        }

        var passcode = NewPasscode();
        CreatedAt(passcode) = createdAt;
        Epoch(passcode) = row.Int();
        ExpiresAt(passcode) = row.Time();
        MaxAttempts(passcode) = row.Int();
        Hash(passcode) = new PasscodeHash(row.Text(), row.Bytes());
        return passcode;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern EmailVerification New();

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_UserId")]
    private static extern void SetUserId(EmailVerification verification, string value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ResourceOwner")]
    private static extern void SetResourceOwner(EmailVerification verification, string value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Address")]
    private static extern void SetAddress(EmailVerification verification, EmailAddress? value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_VerifiedAt")]
    private static extern void SetVerifiedAt(EmailVerification verification, DateTimeOffset? value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_LastVerifiedAddress")]
    private static extern void SetLastVerifiedAddress(EmailVerification verification, EmailAddress? value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_IsAddressOwnedByProvider")]
    private static extern void SetIsAddressOwnedByProvider(EmailVerification verification, bool value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_IdentityAsOf")]
    private static extern void SetIdentityAsOf(EmailVerification verification, DateTimeOffset? value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_DisplayName")]
    private static extern void SetDisplayName(EmailVerification verification, string? value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Locale")]
    private static extern void SetLocale(EmailVerification verification, string? value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Slot")]
    private static extern void SetSlot(EmailVerification verification, PasscodeSlot value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Budget")]
    private static extern void SetBudget(EmailVerification verification, AttemptBudget value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Sequence")]
    internal static extern void SetSequence(AggregateRoot aggregate, long value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_CreatedAt")]
    internal static extern void SetCreatedAt(AggregateRoot aggregate, DateTimeOffset value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ChangedAt")]
    internal static extern void SetChangedAt(AggregateRoot aggregate, DateTimeOffset value);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern AttemptBudget NewBudget();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Epoch>k__BackingField")]
    private static extern ref int Epoch(AttemptBudget budget);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<FailedAttempts>k__BackingField")]
    private static extern ref int FailedAttempts(AttemptBudget budget);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<GuessedAddress>k__BackingField")]
    private static extern ref string? GuessedAddress(AttemptBudget budget);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<LastFailedAt>k__BackingField")]
    private static extern ref DateTimeOffset? LastFailedAt(AttemptBudget budget);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<LastLock>k__BackingField")]
    private static extern ref TimeSpan? LastLock(AttemptBudget budget);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<LockedUntil>k__BackingField")]
    private static extern ref DateTimeOffset? LockedUntil(AttemptBudget budget);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern PasscodeSlot NewSlot();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<DeliveryId>k__BackingField")]
    private static extern ref Guid? DeliveryId(PasscodeSlot slot);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ResendAvailableAt>k__BackingField")]
    private static extern ref DateTimeOffset? ResendAvailableAt(PasscodeSlot slot);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Passcode>k__BackingField")]
    private static extern ref IssuedPasscode? Passcode(PasscodeSlot slot);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern IssuedPasscode NewPasscode();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<CreatedAt>k__BackingField")]
    private static extern ref DateTimeOffset CreatedAt(IssuedPasscode passcode);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Epoch>k__BackingField")]
    private static extern ref int Epoch(IssuedPasscode passcode);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ExpiresAt>k__BackingField")]
    private static extern ref DateTimeOffset ExpiresAt(IssuedPasscode passcode);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<MaxAttempts>k__BackingField")]
    private static extern ref int MaxAttempts(IssuedPasscode passcode);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Hash>k__BackingField")]
    private static extern ref PasscodeHash Hash(IssuedPasscode passcode);
}
