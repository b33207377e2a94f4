using System.Text.RegularExpressions;

namespace Otp.Application.Links;

/// <summary>What can stand in a link.</summary>
/// <param name="Code">The passcode.</param>
/// <param name="UserId">The user.</param>
public sealed record LinkValues(string Code, string UserId)
{
    /// <summary>The user's organisation.</summary>
    public string OrgId { get; init; } = "";

    /// <summary>The address that the mail goes to.</summary>
    public string LoginName { get; init; } = "";

    /// <summary>The user's name.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>The user's language tag.</summary>
    public string PreferredLanguage { get; init; } = "";

    /// <summary>The challenge, for its codes.</summary>
    public string ChallengeId { get; init; } = "";

    /// <summary>The factor, for codes of registrations and challenges.</summary>
    public string OtpEmailId { get; init; } = "";

    /// <summary>The code is not printed.</summary>
    public override string ToString() => nameof(LinkValues);
}

/// <summary>
/// Templates of the links in mails (section <em>Links</em> of the API). They come from callers, so they are held to hosts that the operator has allowed; values are
/// URL-encoded and cannot reach the host.
/// </summary>
public static partial class LinkTemplate
{
    /// <summary>The longest template, in characters.</summary>
    public const int MaxLength = 200;

    private static readonly LinkValues Sample = new("0", "0");

    /// <summary>Whether links can be made from a template.</summary>
    public static bool IsAcceptable(string template, LinkOptions options) => TryFill(template, Sample, options, out _);

    /// <summary>Makes a link from a template that <see cref="IsAcceptable"/> has accepted.</summary>
    /// <exception cref="FormatException">It is not acceptable: a bug of the caller.</exception>
    public static string Fill(string template, LinkValues values, LinkOptions options) =>
        TryFill(template, values, options, out var link) ? link : throw new FormatException("The template makes no acceptable link.");

    private static bool TryFill(string template, LinkValues values, LinkOptions options, out string link)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(options);
        link = "";
        if (template.Length is 0 or > MaxLength || template.Any(c => c is '\\' or ' ' || char.IsControl(c)))
        {
            return false;
        }

        // The host stands in the template as it is: no placeholder, and no character that one program maps to another and the next one ends the link at.
        if (!Authority().IsMatch(template))
        {
            return false;
        }

        var isKnown = true;
        link = Placeholder().Replace(template, match =>
        {
            var value = ValueOf(match.Groups[1].Value, values);
            isKnown &= value is not null;
            return Uri.EscapeDataString(value ?? "");
        });
        return isKnown && !link.Contains("{{", StringComparison.Ordinal) && !link.Contains("}}", StringComparison.Ordinal)
            && Uri.TryCreate(link, UriKind.Absolute, out var url) && IsAllowed(url, options);
    }

    private static string? ValueOf(string placeholder, LinkValues values) => placeholder switch
    {
        "Code" => values.Code,
        "UserID" => values.UserId,
        "OrgID" => values.OrgId,
        "LoginName" => values.LoginName,
        "DisplayName" => values.DisplayName,
        "PreferredLanguage" => values.PreferredLanguage,
        "ChallengeID" => values.ChallengeId,
        "OtpEmailID" => values.OtpEmailId,
        _ => null,
    };

    private static bool IsAllowed(Uri url, LinkOptions options) =>
        (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback && options.IsHttpOnLoopbackAllowed))
        && url.UserInfo.Length == 0
        && HostOf(url) is { } host && options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    // Characters that IDNA forbids, such as a full-width slash, show only here.
    private static string? HostOf(Uri url)
    {
        try
        {
            return url.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\{\{\.([A-Za-z]+)\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^[Hh][Tt][Tt][Pp][Ss]?://[A-Za-z0-9.:\[\]-]+(?=[/?#]|\z)")]
    private static partial Regex Authority();
}
