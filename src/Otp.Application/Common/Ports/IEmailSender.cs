namespace Otp.Application.Common.Ports;

/// <summary>Hands mails to a provider. A new provider is one class behind this port and one line of registration.</summary>
public interface IEmailSender
{
    /// <summary>Hands one mail over. An expected failure is an outcome; what is thrown counts as temporary.</summary>
    Task<SendOutcome> SendAsync(EmailMessage message, CancellationToken cancellationToken);
}

/// <summary>A mail, ready to be sent.</summary>
/// <param name="DeliveryId">Names it to the provider, which reports back by it.</param>
/// <param name="Category">Its kind, for the provider's statistics, such as <c>email-verification</c>.</param>
/// <param name="Recipient">One address, checked by the domain.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The plain text.</param>
/// <param name="Html">The HTML document.</param>
/// <param name="Passcode">The code in it, for the development mailbox alone.</param>
public sealed record EmailMessage(
    Guid DeliveryId, string Category, string Recipient, string Subject, string Text, string Html, Otp.Domain.Passcodes.Passcode? Passcode)
{
    /// <summary>The delivery alone: a mail does not belong in a log.</summary>
    public override string ToString() => $"{Category} {DeliveryId}";
}

/// <summary>How an attempt to hand over a mail ended.</summary>
public abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>The provider has taken it.</summary>
    public sealed record Accepted : SendOutcome;

    /// <summary>It may work later.</summary>
    /// <param name="Reason">Why, in a few words without personal data.</param>
    /// <param name="RetryAfter">The least time to wait, where the provider said so.</param>
    /// <param name="IsProviderDown">Whether any other mail would have failed, too: no connection, no answer, a breakdown (HTTP 408, 5xx); not what concerns this mail alone.</param>
    public sealed record TemporaryFailure(string Reason, TimeSpan? RetryAfter = null, bool IsProviderDown = false) : SendOutcome;

    /// <summary>It will never work.</summary>
    /// <param name="Reason">Why, in a few words without personal data.</param>
    public sealed record PermanentFailure(string Reason) : SendOutcome;
}
