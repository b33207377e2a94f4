using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Otp.Domain.EmailVerifications;
using Otp.Infrastructure.Persistence.Auditing;

namespace Otp.Infrastructure.Persistence.Configurations;

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit_entries");

        // As those of mails. The id is made from the time: entries are added at the end of its index, listed from there, and purged from the other end.
        builder.HasKey(entry => new { entry.UserId, entry.Id });
        builder.HasIndex(entry => entry.Id);
        builder.Property(entry => entry.UserId).HasMaxLength(UserIdentity.MaxUserIdLength);
        builder.Property(entry => entry.Action).HasConversion<short>();
        builder.Property(entry => entry.Purpose).HasConversion<short?>();
        builder.Property(entry => entry.Outcome).HasConversion<short?>();
        builder.Property(entry => entry.SubjectId);
        builder.Property(entry => entry.DeliveryId);
        builder.Property(entry => entry.ActorId).HasMaxLength(UserIdentity.MaxUserIdLength);
        builder.Property(entry => entry.ClientIp).HasMaxLength(AuditEntry.MaxClientIpLength);
        builder.Property(entry => entry.TraceId).HasMaxLength(AuditEntry.MaxTraceIdLength);
        builder.Property(entry => entry.OccurredAt);
    }
}
