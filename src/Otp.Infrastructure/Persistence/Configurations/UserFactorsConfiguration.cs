using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Infrastructure.Persistence.Configurations;

internal sealed class UserFactorsConfiguration : IEntityTypeConfiguration<UserFactors>
{
    public void Configure(EntityTypeBuilder<UserFactors> builder)
    {
        builder.ToTable("user_factors");
        builder.HasKey(factors => factors.UserId);
        builder.HasAggregateColumns();
        builder.Property(factors => factors.UserId).HasMaxLength(UserIdentity.MaxUserIdLength);
        builder.ComplexProperty(factors => factors.Budget, budget => budget.HasBudgetColumns(EmailAddress.MaxLength));
        builder.HasMany(factors => factors.Factors).WithOne().HasForeignKey(factor => factor.UserId);
        builder.HasMany(factors => factors.Challenges).WithOne().HasForeignKey(challenge => challenge.UserId);
        builder.Navigation(factors => factors.Factors).HasField("_factors").UsePropertyAccessMode(PropertyAccessMode.Field);
        builder.Navigation(factors => factors.Challenges).HasField("_challenges").UsePropertyAccessMode(PropertyAccessMode.Field);
    }
}
