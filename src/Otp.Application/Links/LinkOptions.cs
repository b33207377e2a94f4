using System.Text;
using Microsoft.Extensions.Options;

namespace Otp.Application.Links;

/// <summary>The settings under <c>Links</c>.</summary>
public sealed class LinkOptions
{
    /// <summary>Where they stand in the configuration.</summary>
    public const string Section = "Links";

    /// <summary>The hosts that a link in a mail may lead to.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>The link in mails that verify or register an address, where a request names none; empty for none.</summary>
    public string VerificationUrlTemplate { get; set; } = "";

    /// <summary>The link in mails of a login challenge, where a request names none; empty for none.</summary>
    public string ChallengeUrlTemplate { get; set; } = "";

    internal bool IsHttpOnLoopbackAllowed { get; private set; }

    /// <summary>For Development: links to this machine need no TLS.</summary>
    public void AllowHttpOnLoopback() => IsHttpOnLoopbackAllowed = true;
}

/// <summary>Refuses templates that no mail could use.</summary>
internal sealed class LinkOptionsValidator : IValidateOptions<LinkOptions>
{
    public ValidateOptionsResult Validate(string? name, LinkOptions options)
    {
        List<string> failures = [.. options.AllowedHosts
            .Select((host, index) => (host, index))
            .Where(item => !Ascii.IsValid(item.host) || Uri.CheckHostName(item.host) == UriHostNameType.Unknown)
            .Select(item => $"{LinkOptions.Section}:AllowedHosts:{item.index} must be a host name in ASCII (xn--...) without scheme, port or path, not '{item.host}'.")];
        foreach (var (setting, template) in new[]
        {
            (nameof(options.VerificationUrlTemplate), options.VerificationUrlTemplate),
            (nameof(options.ChallengeUrlTemplate), options.ChallengeUrlTemplate),
        })
        {
            if (template.Length > 0 && !LinkTemplate.IsAcceptable(template, options))
            {
                failures.Add($"{LinkOptions.Section}:{setting} must be an https URL of at most {LinkTemplate.MaxLength} characters whose host is in {LinkOptions.Section}:AllowedHosts.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
