using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Email.SendGrid;

/// <summary>Hands mails to SendGrid. The answer's body is not read: it may repeat the recipient.</summary>
internal sealed class SendGridEmailSender(HttpClient client, IOptions<EmailOptions> options, TimeProvider time) : IEmailSender
{
    /// <summary>The longest wait that is taken from an answer. A notice has no expiry: without a bound, one bad header would park it for years.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    public async Task<SendOutcome> SendAsync(EmailMessage message, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v3/mail/send", UriKind.Relative))
        {
            Content = JsonContent.Create(SendGridMail.Write(message, options.Value), SendGridJson.Default.SendGridMail),
        };
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return ToOutcome(response);
        }
        catch (HttpRequestException exception)
        {
            return new SendOutcome.TemporaryFailure($"no answer: {exception.HttpRequestError}", IsProviderDown: true);
        }
    }

    private SendOutcome ToOutcome(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return new SendOutcome.Accepted();
        }

        var reason = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}");
        var isProviderDown = response.StatusCode == HttpStatusCode.RequestTimeout || (int)response.StatusCode >= 500;
        return isProviderDown || response.StatusCode == HttpStatusCode.TooManyRequests
            ? new SendOutcome.TemporaryFailure(reason, RetryAfterOf(response), isProviderDown)
            : new SendOutcome.PermanentFailure(reason);
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter is not { } retryAfter ? null : retryAfter.Delta ?? (retryAfter.Date - time.GetUtcNow());
        return wait > LongestRetryAfter ? LongestRetryAfter : wait;
    }
}
