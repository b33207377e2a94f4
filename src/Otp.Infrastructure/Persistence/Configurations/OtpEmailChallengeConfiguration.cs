using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Infrastructure.Persistence.Configurations;

internal sealed class OtpEmailChallengeConfiguration : IEntityTypeConfiguration<OtpEmailChallenge>
{
    public void Configure(EntityTypeBuilder<OtpEmailChallenge> builder)
    {
        builder.ToTable("otp_email_challenges");
        builder.HasKey(challenge => new { challenge.UserId, challenge.Id });
        builder.Property(challenge => challenge.UserId).HasMaxLength(UserIdentity.MaxUserIdLength);
        builder.Property(challenge => challenge.Id).ValueGeneratedNever();
        builder.Property(challenge => challenge.FactorId);
        builder.Property(challenge => challenge.Address).HasAddressColumn().IsRequired();
        builder.Property(challenge => challenge.CreatedAt);
        builder.Property(challenge => challenge.VerifiedAt);
        builder.Property(challenge => challenge.PasscodeExpiresAt);
        builder.ComplexProperty(challenge => challenge.Slot, slot => slot.HasPasscodeColumns());
        builder.Ignore(challenge => challenge.IsVerified);

        // For the purge of those that are gone.
        builder.HasIndex(challenge => challenge.CreatedAt);
    }
}
