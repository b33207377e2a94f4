using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Application.Passcodes;
using Otp.Domain.Emails;
using Otp.Domain.Recipients;

namespace Otp.Application.Delivery;

/// <summary>Queues notices within the recipient's limit for them; over it, one summary when the window frees. The caller is never refused (rule 11).</summary>
internal sealed class NoticeMailer(
    IRecipientAllowanceRepository allowances,
    ISuppressionRepository suppressions,
    IEmailOutbox outbox,
    IMailLanguages languages,
    IOptions<RecipientLimitOptions> limits)
{
    /// <summary>Queues a notice to an address, unless the address gets no mail.</summary>
    public async Task EnqueueAsync(Notice notice, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await suppressions.ContainsAsync(notice.Recipient, cancellationToken))
        {
            return;
        }

        var recipientLimits = limits.Value.ForNotices;
        var slot = recipientLimits.Count == 0
            ? new NoticeSlot(now, IsSummary: false)
            : (await FindOrStartAsync(notice, now, cancellationToken)).AdmitNotice(recipientLimits, now);
        if (slot is null)
        {
            return;
        }

        outbox.Enqueue(new OutgoingMail(Guid.CreateVersion7(now), notice.Kind, notice.UserId)
        {
            CreatedAt = now,
            DueAt = slot.DueAt,
            Content = new MailContent(notice.Recipient.Mailbox)
            {
                Locale = languages.Choose(notice.Languages),
                DisplayName = notice.DisplayName,
                IsSummary = slot.IsSummary,
            },
        });
    }

    private async Task<RecipientAllowance> FindOrStartAsync(Notice notice, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var counter = notice.Kind switch
        {
            MailKind.AddressChanged => RecipientCounter.AddressChanged,
            MailKind.FactorAdded => RecipientCounter.FactorAdded,
            MailKind.FactorRemoved => RecipientCounter.FactorRemoved,
            _ => throw new ArgumentOutOfRangeException(nameof(notice), notice.Kind, "Not a notice."),
        };
        var allowance = await allowances.FindAsync(notice.Recipient.LimitKey, RecipientAllowance.AllUsers, counter, cancellationToken);
        if (allowance is null)
        {
            allowance = RecipientAllowance.Start(notice.Recipient.LimitKey, RecipientAllowance.AllUsers, counter, now);
            allowances.Add(allowance);
        }

        return allowance;
    }
}

/// <summary>A mail without a code, that tells a user about a change.</summary>
/// <param name="Kind">What has changed.</param>
/// <param name="UserId">Whose account.</param>
/// <param name="Recipient">Whom to tell.</param>
/// <param name="Languages">The user's languages, most wanted first.</param>
/// <param name="DisplayName">The user's name.</param>
internal sealed record Notice(MailKind Kind, string UserId, EmailAddress Recipient, IReadOnlyList<string> Languages, string? DisplayName);
