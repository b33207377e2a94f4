using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Otp.Domain.Emails;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>Refuses settings with which a mail would be broken. The templates themselves are checked when they are loaded.</summary>
internal sealed partial class MailOptionsValidator : IValidateOptions<MailOptions>
{
    /// <summary>The largest logo, in bytes: with its base64 a mail stays below the size at which mail programs cut it.</summary>
    public const int MaxLogoLength = 32 * 1024;

    private const int MaxNameLength = 100;

    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var failures = Check(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Check(MailOptions options)
    {
        if (options.Templates.Folder is { } folder && string.IsNullOrWhiteSpace(folder))
        {
            yield return "Email:Templates:Folder must be a folder, or not set.";
        }

        var branding = options.Branding;
        if (branding.ProductName is { } product && (string.IsNullOrWhiteSpace(product) || product.Length > MaxNameLength || product.Any(char.IsControl)))
        {
            yield return $"Email:Branding:ProductName must be 1 to {MaxNameLength} characters without control characters.";
        }

        if (!ColourPattern().IsMatch(branding.Colour))
        {
            yield return "Email:Branding:Colour must be a colour such as #4650d8.";
        }

        if (branding.Logo is { } logo && !IsImage(logo))
        {
            yield return $"Email:Branding:Logo must be data:image/png;base64,… (or jpeg, gif) of at most {MaxLogoLength / 1024} KiB.";
        }

        if (branding.SupportAddress is { } support && !EmailAddress.TryParse(support, out _))
        {
            yield return "Email:Branding:SupportAddress must be one e-mail address.";
        }
    }

    /// <summary>Whether it is an image that mail programs show, and is what it says that it is. SVG is not: they do not show it, and it can hold scripts.</summary>
    private static bool IsImage(string uri)
    {
        var match = LogoPattern().Match(uri);
        if (!match.Success || match.Groups["data"].Length > (MaxLogoLength + 2) / 3 * 4)
        {
            return false;
        }

        Span<byte> image = new byte[MaxLogoLength];
        if (!Convert.TryFromBase64String(match.Groups["data"].Value, image, out var length))
        {
            return false;
        }

        ReadOnlySpan<byte> signature = match.Groups["type"].Value switch
        {
            "png" => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A],
            "jpeg" => [0xFF, 0xD8, 0xFF],
            _ => "GIF8"u8,
        };
        return image[..length].StartsWith(signature);
    }

    [GeneratedRegex(@"^#[0-9A-Fa-f]{6}\z")]
    private static partial Regex ColourPattern();

    [GeneratedRegex(@"^data:image/(?<type>png|jpeg|gif);base64,(?<data>[A-Za-z0-9+/]+={0,2})\z")]
    private static partial Regex LogoPattern();
}
