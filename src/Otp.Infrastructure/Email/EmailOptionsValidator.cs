using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Otp.Domain.Emails;
using Otp.Infrastructure.Email.SendGrid;

namespace Otp.Infrastructure.Email;

/// <summary>Refuses settings with which no mail would arrive.</summary>
internal sealed class EmailOptionsValidator(IHostEnvironment environment) : IValidateOptions<EmailOptions>
{
    private const int MaxNameLength = 100;

    public ValidateOptionsResult Validate(string? name, EmailOptions options)
    {
        var failures = Check(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Check(EmailOptions options)
    {
        var provider = options.ProviderIn(environment);
        if (!Enum.IsDefined(provider))
        {
            yield return $"Email:Provider must be Mailbox, SendGrid or Smtp, not {provider}.";
        }

        if (provider == EmailProvider.Mailbox && environment.IsProduction())
        {
            yield return "Email:Provider must not be Mailbox in Production: nobody would get a mail. Set it to SendGrid or Smtp.";
        }

        if (options.From.Address is not null && !EmailAddress.TryParse(options.From.Address, out _))
        {
            yield return "Email:From:Address must be one e-mail address.";
        }

        if (options.From.Name.Length > MaxNameLength || options.From.Name.Any(char.IsControl))
        {
            yield return $"Email:From:Name must be at most {MaxNameLength} characters without control characters.";
        }

        if (options.SendGrid.WebhookPublicKey is { Length: > 0 } webhookKey && !IsKey(webhookKey))
        {
            yield return "Email:SendGrid:WebhookPublicKey must be the verification key of SendGrid's signed Event Webhook: a P-256 public key in DER, in base64.";
        }

        if (provider != EmailProvider.SendGrid)
        {
            yield break;
        }

        if (options.From.Address is null)
        {
            yield return "Email:From:Address must be set with SendGrid: the verified sender.";
        }

        if (string.IsNullOrWhiteSpace(options.SendGrid.ApiKey) || options.SendGrid.ApiKey.Any(c => char.IsControl(c) || c > '~'))
        {
            yield return "Email:SendGrid:ApiKey must be set with SendGrid: an API key with the permission Mail Send.";
        }

        if (options.SendGrid.Sandbox && environment.IsProduction())
        {
            yield return "Email:SendGrid:Sandbox must not be true in Production: nobody would get a mail.";
        }

        var isLoopbackAllowed = !environment.IsProduction();
        if (!Uri.TryCreate(options.SendGrid.BaseUrl, UriKind.Absolute, out var url)
            || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback && isLoopbackAllowed)))
        {
            yield return "Email:SendGrid:BaseUrl must be an absolute https URL.";
        }
    }

    private static bool IsKey(string text)
    {
        try
        {
            SendGridWebhook.ReadKey(text).Dispose();
            return true;
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>Derived settings.</summary>
internal static class EmailOptionsExtensions
{
    /// <summary>The provider that is used where none is set.</summary>
    public static EmailProvider ProviderIn(this EmailOptions options, IHostEnvironment environment) =>
        options.Provider ?? (environment.IsProduction() ? EmailProvider.SendGrid : EmailProvider.Mailbox);
}
