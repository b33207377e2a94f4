using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>
/// How mails and audit entries are found. An entry of an index by user, or by recipient, falls on any page of it. So these hold a hash of the user id and the
/// beginning of the digest, 20 bytes for an entry in place of 68: fewer pages are kept in memory, and written as a whole after a checkpoint. What goes by the time goes by
/// the id, with which the key begins.
/// </summary>
/// <remarks>The indexes are made by a migration, as EF Core's model knows none of expressions.</remarks>
internal static class SmallIndexes
{
    /// <summary>How many bytes of a digest are in the index. With one for their number they make eight, to which PostgreSQL would fill up fewer.</summary>
    public const int Beginning = 7;

    /// <summary>PostgreSQL's own hash of a text.</summary>
    public static int Hash(string text) => throw new InvalidOperationException("It is a function of the database.");

    /// <summary>A part of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="from">The first, counted from 1.</param>
    /// <param name="count">How many.</param>
    public static byte[] Part(byte[] bytes, int from, int count) => throw new InvalidOperationException("It is a function of the database.");

    public static void Configure(ModelBuilder modelBuilder)
    {
        // Null for null alone, and what is looked for is none: EF Core would else add a second search, for rows in which both sides are null.
        modelBuilder.HasDbFunction(() => Hash("")).HasName("hashtext").IsBuiltIn().IsNullable(false);
        modelBuilder.HasDbFunction(() => Part(Array.Empty<byte>(), 1, 1)).HasName("substring").IsBuiltIn().IsNullable(false);
        LeadWithId(modelBuilder.Entity<AuditEntry>(), entry => new { entry.Id, entry.UserId });
        LeadWithId(modelBuilder.Entity<OutboxMessage>(), message => new { message.Id, message.UserId });
        var mails = modelBuilder.Entity<OutboxMessage>().Metadata;
        mails.RemoveIndex(mails.FindIndex([mails.FindProperty(nameof(OutboxMessage.RecipientDigest))!, mails.FindProperty(nameof(OutboxMessage.Id))!])!);
    }

    /// <summary>One index, which rows are only added to at its end, in place of those by user and by id.</summary>
    private static void LeadWithId<T>(EntityTypeBuilder<T> rows, Expression<Func<T, object?>> key)
        where T : class, IUserRow
    {
        var byUser = rows.Metadata.FindPrimaryKey()!;
        rows.HasKey(key);
        rows.Metadata.RemoveKey(byUser);
        rows.Metadata.RemoveIndex(rows.Metadata.FindIndex(rows.Metadata.FindProperty(nameof(IUserRow.Id))!)!);
    }
}
