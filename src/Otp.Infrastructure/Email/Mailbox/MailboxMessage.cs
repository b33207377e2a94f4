namespace Otp.Infrastructure.Email.Mailbox;

/// <summary>A mail in the development mailbox, as it stands in the database.</summary>
internal sealed class MailboxMessage
{
    public const int MaxContentLength = 256 * 1024;

    public Guid Id { get; init; }

    /// <summary>The canonical address, for the filter.</summary>
    public required string Recipient { get; init; }

    public DateTimeOffset SentAt { get; init; }

    /// <summary>The encrypted mail.</summary>
    public required byte[] Content { get; init; }
}
