using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Otp.Application.Delivery;
using Otp.Domain.EmailVerifications;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Configurations;

internal sealed class DeliveryReportConfiguration : IEntityTypeConfiguration<DeliveryReport>
{
    public void Configure(EntityTypeBuilder<DeliveryReport> builder)
    {
        builder.ToTable("delivery_reports");

        // As with the mails: found by the id alone, with the user id in the key for partitions.
        builder.HasKey(report => new { report.EventId, report.UserId });
        builder.Property(report => report.EventId).HasMaxLength(DeliveryEvent.MaxEventIdLength);
        builder.Property(report => report.UserId).HasMaxLength(UserIdentity.MaxUserIdLength);
        builder.Property(report => report.DeliveryId);
        builder.Property(report => report.Type).HasConversion<short>();
        builder.Property(report => report.OccurredAt);
        builder.Property(report => report.RecordedAt);
        builder.HasIndex(report => report.RecordedAt);
    }
}
