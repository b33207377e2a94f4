using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Otp.Domain.Emails;
using Otp.Domain.Recipients;

namespace Otp.Infrastructure.Persistence.Configurations;

internal sealed class SuppressionConfiguration : IEntityTypeConfiguration<Suppression>
{
    public void Configure(EntityTypeBuilder<Suppression> builder)
    {
        builder.ToTable("suppressions");
        builder.HasKey(suppression => suppression.Address);
        builder.HasAggregateColumns();
        builder.Property(suppression => suppression.Address).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(suppression => suppression.Reason).HasConversion<short>();
    }
}
