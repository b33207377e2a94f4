using System.Text.Json;
using Otp.Application.Delivery;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Security;

namespace Otp.Infrastructure.Persistence.Outbox;

/// <summary>Writes the content of a mail for the database: as JSON, encrypted, bound to its row.</summary>
internal sealed class MailContentProtector(PayloadProtector protector)
{
    public byte[] Protect(MailContent content, Guid deliveryId, string userId)
    {
        var stored = new StoredContent
        {
            Recipient = content.Recipient,
            Locale = content.Locale,
            DisplayName = content.DisplayName,
            Passcode = content.Passcode?.Reveal(),
            PasscodeLifetime = content.PasscodeLifetime,
            Link = content.Link,
            IsSummary = content.IsSummary,
        };
        return protector.Protect(JsonSerializer.SerializeToUtf8Bytes(stored), RowOf(deliveryId, userId));
    }

    public MailContent Unprotect(ReadOnlySpan<byte> payload, Guid deliveryId, string userId)
    {
        var stored = JsonSerializer.Deserialize<StoredContent>(protector.Unprotect(payload, RowOf(deliveryId, userId)))!;
        return new MailContent(stored.Recipient)
        {
            Locale = stored.Locale,
            DisplayName = stored.DisplayName,
            Passcode = stored.Passcode is null ? null : Passcode.FromGenerated(stored.Passcode),
            PasscodeLifetime = stored.PasscodeLifetime,
            Link = stored.Link,
            IsSummary = stored.IsSummary,
        };
    }

    private static string RowOf(Guid deliveryId, string userId) => $"outbox {deliveryId:N} {userId}";

    private sealed class StoredContent
    {
        public required string Recipient { get; init; }

        public string? Locale { get; init; }

        public string? DisplayName { get; init; }

        public string? Passcode { get; init; }

        public TimeSpan? PasscodeLifetime { get; init; }

        public string? Link { get; init; }

        public bool IsSummary { get; init; }
    }
}
