using System.Globalization;
using System.Text;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Recipients;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>The allowance that counts the codes sent to a verification's address, read in one statement with the verification.</summary>
/// <param name="Recipient">A part of its key.</param>
/// <param name="UserId">The other; the counter is <see cref="RecipientCounter.Passcodes"/>.</param>
/// <param name="Allowance">The allowance; <see langword="null"/> where nothing was counted yet.</param>
internal sealed record VerificationAllowance(string Recipient, string UserId, RecipientAllowance? Allowance)
{
    /// <summary>Joins it to the verification <c>v</c>, as <c>allowance</c>.</summary>
    /// <remarks>
    /// Of an address that is not in ASCII, <see cref="Read"/> tells nothing, and of one with a tag, what nobody asks for: its mails are counted without the tag.
    /// 'OFFSET 0' keeps it one search by the key.
    /// </remarks>
    public static readonly string Join = string.Create(CultureInfo.InvariantCulture, $"""
        LEFT JOIN LATERAL (
            SELECT {AllowanceRow.Columns} FROM {AllowanceRow.Table} AS counted
            WHERE counted.recipient = lower(v.address) AND counted.counter = {(int)RecipientCounter.Passcodes}
                AND counted.user_id = CASE WHEN lower(v.last_verified_address) = lower(v.address) THEN v.user_id ELSE '{RecipientAllowance.AllUsers}' END
            OFFSET 0
        ) AS allowance (sent_at, summary_due_at, allowance_sequence, allowance_created_at, allowance_changed_at) ON true
        """);

    /// <summary>What was found, as the domain would have asked for it; <see langword="null"/> where the statement cannot tell.</summary>
    /// <param name="row">At the first column of <c>allowance</c>.</param>
    /// <param name="verification">The verification of the row.</param>
    public static VerificationAllowance? Read(RowReader row, EmailVerification verification)
    {
        if (verification.Address is not { } address || !Ascii.IsValid(address.Value) || verification.LastVerifiedAddress is { } last && !Ascii.IsValid(last.Value))
        {
            return null;
        }

        var userId = address.Equals(verification.LastVerifiedAddress) ? verification.UserId : RecipientAllowance.AllUsers;
        return new VerificationAllowance(
            address.Canonical, userId, row.IsNull() ? null : AllowanceRow.Read(row, address.Canonical, userId, RecipientCounter.Passcodes));
    }
}
