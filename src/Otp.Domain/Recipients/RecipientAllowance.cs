using Otp.Domain.Common;
using Otp.Domain.Emails;

namespace Otp.Domain.Recipients;

/// <summary>
/// How many mails one recipient has got lately, over all users (rule 11). Mails that a user sends to an address proven to be the user's own are
/// counted in an allowance of that user, so that strangers cannot use it up.
/// </summary>
public sealed class RecipientAllowance : AggregateRoot
{
    /// <summary>Stands for the user where the allowance is shared by all users.</summary>
    public const string AllUsers = "";

    private RecipientAllowance()
    {
    }

    private RecipientAllowance(string recipient, string userId, RecipientCounter counter, DateTimeOffset now)
        : base(now)
    {
        Recipient = recipient;
        UserId = userId;
        Counter = counter;
    }

    /// <summary>The recipient: <see cref="EmailAddress.LimitKey"/>.</summary>
    public string Recipient { get; private set; } = "";

    /// <summary>The user whose own address it is, or <see cref="AllUsers"/>.</summary>
    public string UserId { get; private set; } = AllUsers;

    /// <summary>The kind of mail that is counted.</summary>
    public RecipientCounter Counter { get; private set; }

    /// <summary>When the mails of the longest window were sent, oldest first, in milliseconds since 1970-01-01 UTC.</summary>
    public IReadOnlyList<long> SentAt { get; private set; } = [];

    /// <summary>When the one mail is due that sums up the notices over the limit (UTC).</summary>
    public DateTimeOffset? SummaryDueAt { get; private set; }

    /// <summary>Starts counting.</summary>
    public static RecipientAllowance Start(string recipient, string userId, RecipientCounter counter, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(recipient);
        ArgumentNullException.ThrowIfNull(userId);
        return new RecipientAllowance(recipient, userId, counter, now);
    }

    /// <summary>When the next mail may be sent: <paramref name="now"/>, or later where a limit is reached.</summary>
    public DateTimeOffset FreeAt(IReadOnlyCollection<RecipientLimit> limits, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var free = now;
        foreach (var limit in limits)
        {
            if (SentAt.Count >= limit.PermitLimit)
            {
                var until = DateTimeOffset.FromUnixTimeMilliseconds(SentAt[^limit.PermitLimit]) + limit.Window;
                free = until > free ? until : free;
            }
        }

        return free;
    }

    /// <summary>Counts a mail.</summary>
    public void RecordSend(IReadOnlyCollection<RecipientLimit> limits, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var longest = limits.Count == 0 ? TimeSpan.Zero : limits.Max(limit => limit.Window);
        var oldest = (now - longest).ToUnixTimeMilliseconds();
        SentAt = [.. SentAt.Where(sent => sent > oldest), now.ToUnixTimeMilliseconds()];
        RecordChange(now);
    }

    /// <summary>
    /// Counts a notice and says when its mail is to be sent: at once, or, over the limit, as one summary when the window frees;
    /// <see langword="null"/> where a summary that is due already covers it.
    /// </summary>
    public NoticeSlot? AdmitNotice(IReadOnlyCollection<RecipientLimit> limits, DateTimeOffset now)
    {
        if (SummaryDueAt > now)
        {
            return null;
        }

        var free = FreeAt(limits, now);
        if (free > now)
        {
            // The summary is a mail of the window in which it is sent.
            SummaryDueAt = free;
            SentAt = [.. SentAt, free.ToUnixTimeMilliseconds()];
            RecordChange(now);
            return new NoticeSlot(free, IsSummary: true);
        }

        SummaryDueAt = null;
        RecordSend(limits, now);
        return new NoticeSlot(now, IsSummary: false);
    }
}

/// <summary>When a notice is to be mailed.</summary>
/// <param name="DueAt">The time (UTC).</param>
/// <param name="IsSummary">Whether it sums up several.</param>
public sealed record NoticeSlot(DateTimeOffset DueAt, bool IsSummary);
