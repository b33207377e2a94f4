using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Otp.Infrastructure.Email.Smtp;

/// <summary>Refuses SMTP settings with which no mail would arrive, or a password would leave in clear.</summary>
internal sealed class SmtpOptionsValidator(IHostEnvironment environment) : IValidateOptions<EmailOptions>
{
    public ValidateOptionsResult Validate(string? name, EmailOptions options)
    {
        var failures = options.ProviderIn(environment) == EmailProvider.Smtp ? Check(options).ToList() : [];
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Check(EmailOptions options)
    {
        var smtp = options.Smtp;
        if (options.From.Address is null)
        {
            yield return "Email:From:Address must be set with Smtp: an address that the server lets you send from.";
        }

        if (Uri.CheckHostName(smtp.Host) == UriHostNameType.Unknown)
        {
            yield return "Email:Smtp:Host must be set with Smtp: the name or the IP address of the server, without a port.";
        }

        if (smtp.Port is < IPEndPoint.MinPort + 1 or > IPEndPoint.MaxPort)
        {
            yield return $"Email:Smtp:Port must be 1 to {IPEndPoint.MaxPort}, not {smtp.Port}.";
        }

        if (!Enum.IsDefined(smtp.Security))
        {
            yield return $"Email:Smtp:Security must be StartTls, Tls or None, not {smtp.Security}.";
        }

        if (smtp.UserName is not null && !IsCredential(smtp.UserName))
        {
            yield return "Email:Smtp:UserName must not be empty nor have control characters.";
        }

        if (smtp.Password is not null && !IsCredential(smtp.Password))
        {
            yield return "Email:Smtp:Password must not be empty nor have control characters.";
        }

        if (smtp.UserName is null != smtp.Password is null)
        {
            yield return smtp.UserName is null
                ? "Email:Smtp:UserName must be set where Email:Smtp:Password is."
                : "Email:Smtp:Password must be set where Email:Smtp:UserName is.";
        }

        if (smtp is { Security: SmtpSecurity.None, UserName: not null } && !IsLoopback(smtp.Host))
        {
            yield return "Email:Smtp:Security must not be None with a user name, unless the server is on this machine: the password would leave it in clear.";
        }
    }

    private static bool IsCredential(string text) => text.Length > 0 && !text.Any(char.IsControl);

    private static bool IsLoopback(string? host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
