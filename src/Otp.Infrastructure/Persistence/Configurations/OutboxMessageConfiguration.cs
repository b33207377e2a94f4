using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Otp.Domain.EmailVerifications;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.Infrastructure.Security;

namespace Otp.Infrastructure.Persistence.Configurations;

internal sealed class OutboxMessageConfiguration : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.ToTable("outbox_messages");

        // Each key contains the user id, so that a table can be partitioned by user. PostgreSQL has other indexes: SmallIndexes.
        builder.HasKey(message => new { message.UserId, message.Id });
        builder.HasIndex(message => message.Id);
        builder.Property(message => message.UserId).HasMaxLength(UserIdentity.MaxUserIdLength);
        builder.Property(message => message.Kind).HasConversion<short>();
        builder.Property(message => message.SubjectId);
        builder.Property(message => message.State).HasConversion<string>().HasMaxLength(OutboxMessage.MaxStateLength);
        builder.Property(message => message.StateChangedAt);
        builder.Property(message => message.ReportedAt);
        builder.Property(message => message.DueAt);
        builder.Property(message => message.ExpiresAt);
        builder.Property(message => message.Attempts);
        builder.Property(message => message.LeaseId);
        builder.Property(message => message.Reason).HasMaxLength(OutboxMessage.MaxReasonLength);
        builder.Property(message => message.Content).HasMaxLength(OutboxMessage.MaxContentLength);
        builder.Property(message => message.CreatedAt);
        builder.Property(message => message.RecipientDigest).HasMaxLength(RecipientDigester.Length);

        // What a provider reports is applied to the row as it was read: a dispatcher or another report that came between is a lost race.
        builder.Property(message => message.State).IsConcurrencyToken();
        builder.Property(message => message.ReportedAt).IsConcurrencyToken();

        builder.HasIndex(message => new { message.RecipientDigest, message.Id });

        // Both are partial and so hold only the few rows that still have work to be done: a finished mail costs no index entry.
        builder.HasIndex(message => message.DueAt).HasFilter("state = 'Queued'");
        builder.HasIndex(message => message.ExpiresAt).HasFilter("state = 'Failed' AND content IS NOT NULL");
    }
}
