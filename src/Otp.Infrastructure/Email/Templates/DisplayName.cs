using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>A user's name on its way into a mail.</summary>
internal static partial class DisplayName
{
    private const int MaxLength = 60;

    /// <summary>
    /// A name that comes from outside, made harmless as text: no control, format (bidi) or separator characters but plain spaces, nothing that a mail
    /// reader would turn into a link, and short; <see langword="null"/> where nothing of it can be shown.
    /// </summary>
    public static string? MakeInert(string? name)
    {
        if (name is null)
        {
            return null;
        }

        var kept = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    kept.Append(' ');
                    break;
                case UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned:
                    break;
                default:
                    kept.Append(rune.ToString());
                    break;
            }
        }

        var text = Spaces().Replace(kept.ToString(), " ").Trim();
        var isLinkLike = text.Contains("://", StringComparison.Ordinal) || text.Contains("www.", StringComparison.OrdinalIgnoreCase) || DomainLike().IsMatch(text);
        return text.Length is 0 or > MaxLength || isLinkLike ? null : text;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"[\p{L}\p{N}]\.\p{L}{2,}")]
    private static partial Regex DomainLike();
}
