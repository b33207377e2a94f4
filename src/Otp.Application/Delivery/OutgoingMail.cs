using Otp.Domain.Passcodes;

namespace Otp.Application.Delivery;

/// <summary>The mails that the service sends.</summary>
public enum MailKind
{
    /// <summary>The code that verifies an address.</summary>
    EmailVerification = 1,

    /// <summary>The code that registers a second factor.</summary>
    FactorRegistration = 2,

    /// <summary>The code that proves the factor at login.</summary>
    LoginChallenge = 3,

    /// <summary>The notice to the old address that another one was set.</summary>
    AddressChanged = 4,

    /// <summary>The notice that a factor can be used.</summary>
    FactorAdded = 5,

    /// <summary>The notice that a factor is gone.</summary>
    FactorRemoved = 6,
}

/// <summary>A mail to be sent: stored in the transaction of the command that wants it, sent later by a dispatcher.</summary>
/// <param name="Id">The delivery; also what the provider reports back.</param>
/// <param name="Kind">What it is.</param>
/// <param name="UserId">Whom it is about.</param>
public sealed record OutgoingMail(Guid Id, MailKind Kind, string UserId)
{
    /// <summary>The registration or challenge that its code belongs to; <see cref="Guid.Empty"/> for the user's verification.</summary>
    public Guid SubjectId { get; init; }

    /// <summary>When it was queued (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is to be sent (UTC).</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When its code expires (UTC); after that it is not sent. None for a notice.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What is secret or personal of it: encrypted at rest.</summary>
    public required MailContent Content { get; init; }
}

/// <summary>What a mail says and to whom.</summary>
/// <param name="recipient">The address for the transport: <see cref="Domain.Emails.EmailAddress.Mailbox"/>.</param>
public sealed class MailContent(string recipient)
{
    /// <summary>The address for the transport.</summary>
    public string Recipient { get; } = recipient;

    /// <summary>The language of the mail, as <see cref="Common.Ports.IMailLanguages"/> chose it; the default where it is not set.</summary>
    public string? Locale { get; init; }

    /// <summary>The recipient's name, if known; untrusted text.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The code, if the mail carries one.</summary>
    public Passcode? Passcode { get; init; }

    /// <summary>How long the code lives from its issue.</summary>
    public TimeSpan? PasscodeLifetime { get; init; }

    /// <summary>The link, with the code in it, if the mail shows one.</summary>
    public string? Link { get; init; }

    /// <summary>Whether the mail sums up several notices.</summary>
    public bool IsSummary { get; init; }
}
