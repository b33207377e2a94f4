using System.Text.RegularExpressions;

namespace Otp.Api.Development;

/// <summary>
/// Shows a mail as it is in light or in dark mode, whatever the browser prefers. A frame cannot be told which one to prefer, so the questions that the mail
/// asks (<c>prefers-color-scheme</c>) are answered before it is shown.
/// </summary>
internal static partial class ColourScheme
{
    private const string Always = "(min-width: 0)";
    private const string Never = "(max-width: 0)";

    /// <summary>The HTML with its questions answered.</summary>
    /// <param name="html">A mail.</param>
    /// <param name="scheme"><c>light</c> or <c>dark</c>; with anything else the mail stays as it is.</param>
    public static string Force(string html, string? scheme)
    {
        if (scheme is not ("light" or "dark"))
        {
            return html;
        }

        var answered = Question().Replace(html, match => match.Groups["scheme"].Value == scheme ? Always : Never);
        return Offer().Replace(answered, match => match.Groups["before"].Value + scheme);
    }

    [GeneratedRegex(@"\(\s*prefers-color-scheme\s*:\s*(?<scheme>light|dark)\s*\)")]
    private static partial Regex Question();

    [GeneratedRegex("""(?<before>color-scheme(:\s*|"\s+content="))(light dark|dark light)""")]
    private static partial Regex Offer();
}
