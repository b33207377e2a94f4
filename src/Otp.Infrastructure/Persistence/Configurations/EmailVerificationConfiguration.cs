using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;

namespace Otp.Infrastructure.Persistence.Configurations;

internal sealed class EmailVerificationConfiguration : IEntityTypeConfiguration<EmailVerification>
{
    public void Configure(EntityTypeBuilder<EmailVerification> builder)
    {
        builder.ToTable("email_verifications");
        builder.HasKey(verification => verification.UserId);
        builder.HasAggregateColumns();
        builder.Property(verification => verification.UserId).HasMaxLength(UserIdentity.MaxUserIdLength);
        builder.Property(verification => verification.ResourceOwner).HasMaxLength(UserIdentity.MaxResourceOwnerLength);
        builder.Property(verification => verification.Address).HasAddressColumn();
        builder.Property(verification => verification.LastVerifiedAddress).HasAddressColumn();
        builder.Property(verification => verification.VerifiedAt);
        builder.Property(verification => verification.IsAddressOwnedByProvider);
        builder.Property(verification => verification.IdentityAsOf);
        builder.Property(verification => verification.DisplayName).HasMaxLength(UserIdentity.MaxDisplayNameLength);
        builder.Property(verification => verification.Locale).HasMaxLength(UserIdentity.MaxLocaleLength);
        builder.ComplexProperty(verification => verification.Slot, slot => slot.HasPasscodeColumns());
        builder.ComplexProperty(verification => verification.Budget, budget => budget.HasBudgetColumns(EmailAddress.MaxLength));
        builder.Ignore(verification => verification.IsVerified);
    }
}
