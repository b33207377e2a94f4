using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Otp.Domain.Emails;
using Otp.Infrastructure.Email.Mailbox;

namespace Otp.Infrastructure.Persistence.Configurations;

internal sealed class MailboxMessageConfiguration : IEntityTypeConfiguration<MailboxMessage>
{
    public void Configure(EntityTypeBuilder<MailboxMessage> builder)
    {
        builder.ToTable("mailbox_messages");
        builder.HasKey(message => message.Id);
        builder.Property(message => message.Id).ValueGeneratedNever();
        builder.Property(message => message.Recipient).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(message => message.SentAt);
        builder.Property(message => message.Content).HasMaxLength(MailboxMessage.MaxContentLength);
        builder.HasIndex(message => message.SentAt);
    }
}
