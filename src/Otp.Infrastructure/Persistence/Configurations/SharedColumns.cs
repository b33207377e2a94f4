using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.Passcodes;

namespace Otp.Infrastructure.Persistence.Configurations;

/// <summary>Columns that several aggregates have alike.</summary>
internal static class SharedColumns
{
    public static void HasAggregateColumns<T>(this EntityTypeBuilder<T> builder)
        where T : AggregateRoot
    {
        builder.Property(aggregate => aggregate.Sequence).IsConcurrencyToken();
        builder.Property(aggregate => aggregate.CreatedAt);
        builder.Property(aggregate => aggregate.ChangedAt);
    }

    // One that is written in another way is another value to store, though it is the same address.
    public static PropertyBuilder HasAddressColumn(this PropertyBuilder property) => property
        .HasConversion(
            new ValueConverter<EmailAddress, string>(address => address.Value, text => EmailAddress.Parse(text)),
            new ValueComparer<EmailAddress>(
                (one, other) => one == null ? other == null : other != null && one.Value == other.Value, address => address.Value.GetHashCode(StringComparison.Ordinal)))
        .HasMaxLength(EmailAddress.MaxLength);

    public static void HasPasscodeColumns(this ComplexPropertyBuilder<PasscodeSlot> slot)
    {
        slot.Property(value => value.ResendAvailableAt);
        slot.Property(value => value.DeliveryId);
        slot.ComplexProperty(value => value.Passcode, passcode =>
        {
            passcode.Property(value => value!.CreatedAt);
            passcode.Property(value => value!.ExpiresAt);
            passcode.Property(value => value!.MaxAttempts);
            passcode.Property(value => value!.Epoch);
            passcode.ComplexProperty(value => value!.Hash, hash =>
            {
                hash.Property(value => value.KeyId).HasMaxLength(PasscodeHash.MaxKeyIdLength);
                hash.Property(value => value.Value).HasMaxLength(PasscodeHash.ValueLength);
            });
        });
    }

    public static void HasBudgetColumns(this ComplexPropertyBuilder<AttemptBudget> budget, int addressLength)
    {
        budget.Property(value => value.FailedAttempts);
        budget.Property(value => value.LastFailedAt);
        budget.Property(value => value.LockedUntil);
        budget.Property(value => value.LastLock).HasConversion<long?>();
        budget.Property(value => value.GuessedAddress).HasMaxLength(addressLength);
        budget.Property(value => value.Epoch);
    }
}
