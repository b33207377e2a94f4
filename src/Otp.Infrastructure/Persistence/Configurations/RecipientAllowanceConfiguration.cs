using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Recipients;

namespace Otp.Infrastructure.Persistence.Configurations;

internal sealed class RecipientAllowanceConfiguration : IEntityTypeConfiguration<RecipientAllowance>
{
    public void Configure(EntityTypeBuilder<RecipientAllowance> builder)
    {
        builder.ToTable("recipient_allowances");
        builder.HasKey(allowance => new { allowance.Recipient, allowance.UserId, allowance.Counter });
        builder.HasAggregateColumns();
        builder.Property(allowance => allowance.Recipient).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(allowance => allowance.UserId).HasMaxLength(UserIdentity.MaxUserIdLength);
        builder.Property(allowance => allowance.Counter).HasConversion<short>();
        builder.PrimitiveCollection(allowance => allowance.SentAt);
        builder.Property(allowance => allowance.SummaryDueAt);
    }
}
