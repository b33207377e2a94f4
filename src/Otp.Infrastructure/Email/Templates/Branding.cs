using System.Globalization;
using Otp.Domain.Emails;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>What of the operator's own a mail shows.</summary>
/// <param name="Product">What the mails call the service.</param>
/// <param name="Colour">The colour of the button.</param>
/// <param name="ColourText">The colour of the text on it.</param>
/// <param name="Logo">An image as a data URI.</param>
/// <param name="Support">The address that users can turn to.</param>
/// <param name="SupportLink">The same as a link.</param>
internal sealed record Branding(string Product, string Colour, string ColourText, string? Logo, string? Support, string? SupportLink)
{
    private const string Black = "#000000";
    private const string White = "#ffffff";

    public static Branding From(BrandingOptions options, EmailFromOptions sender)
    {
        var support = options.SupportAddress is { } address ? EmailAddress.Parse(address) : null;
        return new Branding(
            options.ProductName ?? (string.IsNullOrWhiteSpace(sender.Name) ? new EmailFromOptions().Name : sender.Name),
            options.Colour,
            ReadableOn(options.Colour),
            options.Logo,
            support?.Value,
            support is null ? null : $"mailto:{LinkTo(support.Mailbox)}");
    }

    /// <summary>Black or white, whichever stands out more: at least 4.5 to 1 on any colour.</summary>
    public static string ReadableOn(string colour)
    {
        var luminance = LuminanceOf(colour);
        return (1 + 0.05) / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? White : Black;
    }

    /// <summary>The relative luminance of a colour (WCAG 2.2).</summary>
    public static double LuminanceOf(string colour) => (0.2126 * Channel(colour, 1)) + (0.7152 * Channel(colour, 3)) + (0.0722 * Channel(colour, 5));

    private static double Channel(string colour, int position)
    {
        var value = int.Parse(colour.AsSpan(position, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    private static string LinkTo(string mailbox)
    {
        var at = mailbox.LastIndexOf('@');
        return $"{Uri.EscapeDataString(mailbox[..at])}{mailbox[at..]}";
    }
}
