using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Infrastructure.Persistence.Configurations;

internal sealed class OtpEmailFactorConfiguration : IEntityTypeConfiguration<OtpEmailFactor>
{
    public void Configure(EntityTypeBuilder<OtpEmailFactor> builder)
    {
        builder.ToTable("otp_email_factors");
        builder.HasKey(factor => new { factor.UserId, factor.Id });
        builder.Property(factor => factor.UserId).HasMaxLength(UserIdentity.MaxUserIdLength);
        builder.Property(factor => factor.Id).ValueGeneratedNever();
        builder.Property(factor => factor.Address).HasAddressColumn().IsRequired();
        builder.Property(factor => factor.CanonicalAddress).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(factor => factor.State).HasConversion<short>();
        builder.Property(factor => factor.Sequence);
        builder.Property(factor => factor.CreatedAt);
        builder.Property(factor => factor.ChangedAt);
        builder.ComplexProperty(factor => factor.Slot, slot => slot.HasPasscodeColumns());

        // A user has one live factor for each address; a removed one has none here. Not a filter on the state: the mapper orders its statements by the
        // values of the index, and would move a factor to an address before the removed one has left it.
        builder.HasIndex(factor => new { factor.UserId, factor.CanonicalAddress }).IsUnique();
    }
}
