using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Otp.Application.Common.Ports;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Security;

namespace Otp.Infrastructure.Email.Mailbox;

/// <summary>A mail in the development mailbox.</summary>
/// <param name="Id">Its id: the delivery's.</param>
/// <param name="To">The recipient.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Text">The plain text.</param>
/// <param name="Html">The HTML document.</param>
/// <param name="SentAt">When it was sent (UTC).</param>
/// <param name="Passcode">The code in it; absent where it carries none.</param>
public sealed record MailboxMail(Guid Id, string To, string Subject, string Text, string Html, DateTimeOffset SentAt, string? Passcode);

/// <summary>
/// The development mailbox: mails end here instead of in an inbox. It is kept in the database, so that several processes share it, encrypted like
/// the outbox, and holds the newest 1,000 mails.
/// </summary>
public sealed class MailboxStore
{
    /// <summary>Mails kept.</summary>
    public const int Capacity = 1000;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly OtpDbContext _context;
    private readonly PayloadProtector _protector;
    private readonly TimeProvider _time;

    internal MailboxStore(OtpDbContext context, PayloadProtector protector, TimeProvider time)
    {
        _context = context;
        _protector = protector;
        _time = time;
    }

    /// <summary>The mails, newest first.</summary>
    /// <param name="recipient">Only those to this address, compared in its canonical form; all where it is <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<IReadOnlyList<MailboxMail>> ListAsync(string? recipient, CancellationToken cancellationToken)
    {
        IQueryable<MailboxMessage> messages = _context.MailboxMessages.AsNoTracking();
        if (recipient is not null)
        {
            var canonical = CanonicalOf(recipient);
            messages = messages.Where(message => message.Recipient == canonical);
        }

        var newest = await messages.OrderByDescending(message => message.SentAt).ThenByDescending(message => message.Id).Take(Capacity).ToListAsync(cancellationToken);
        return [.. newest.Select(Open)];
    }

    /// <summary>The same, once there is one, or the time is over: for scripts and tests that wait for a mail. It may be sent by another process, so it looks again and again.</summary>
    /// <param name="recipient">Only those to this address; all where it is <see langword="null"/>.</param>
    /// <param name="patience">The longest to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<MailboxMail>> ListWhenNotEmptyAsync(string? recipient, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            var mails = await ListAsync(recipient, cancellationToken);
            if (mails.Count > 0 || _time.GetElapsedTime(started) >= patience)
            {
                return mails;
            }

            await Task.Delay(LookAgain, _time, cancellationToken);
        }
    }

    /// <summary>One mail, or <see langword="null"/>.</summary>
    public async Task<MailboxMail?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var message = await _context.MailboxMessages.AsNoTracking().FirstOrDefaultAsync(item => item.Id == id, cancellationToken);
        return message is null ? null : Open(message);
    }

    /// <summary>Empties it.</summary>
    public Task ClearAsync(CancellationToken cancellationToken) => _context.MailboxMessages.ExecuteDeleteAsync(cancellationToken);

    internal async Task AddAsync(EmailMessage mail, CancellationToken cancellationToken)
    {
        var sentAt = _time.Now();

        // At least once: a mail that was kept already, before a crash, is not kept twice.
        if (await _context.MailboxMessages.AnyAsync(message => message.Id == mail.DeliveryId, cancellationToken))
        {
            return;
        }

        var content = new MailboxMail(mail.DeliveryId, mail.Recipient, mail.Subject, mail.Text, mail.Html, sentAt, mail.Passcode?.Reveal());
        _context.MailboxMessages.Add(new MailboxMessage
        {
            Id = mail.DeliveryId,
            Recipient = CanonicalOf(mail.Recipient),
            SentAt = sentAt,
            Content = _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(content), RowOf(mail.DeliveryId)),
        });
        await _context.SaveChangesAsync(cancellationToken);
        await TrimAsync(cancellationToken);
    }

    private static string CanonicalOf(string recipient) => EmailAddress.TryParse(recipient, out var address) ? address.Canonical : recipient;

    private static string RowOf(Guid id) => $"mailbox {id:N}";

    private Task<int> TrimAsync(CancellationToken cancellationToken) =>
        _context.MailboxMessages.OrderByDescending(message => message.SentAt).ThenByDescending(message => message.Id).Skip(Capacity).ExecuteDeleteAsync(cancellationToken);

    private MailboxMail Open(MailboxMessage message) =>
        JsonSerializer.Deserialize<MailboxMail>(_protector.Unprotect(message.Content, RowOf(message.Id)))!;
}
