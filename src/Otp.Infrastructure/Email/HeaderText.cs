using System.Globalization;

namespace Otp.Infrastructure.Email;

/// <summary>Text on its way into a mail's header.</summary>
internal static class HeaderText
{
    /// <summary>Makes one line of it: every control character and line separator becomes a space.</summary>
    public static string OneLine(string text) => string.Create(text.Length, text, static (line, source) =>
    {
        for (var index = 0; index < source.Length; index++)
        {
            var isBreak = char.GetUnicodeCategory(source[index]) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            line[index] = isBreak ? ' ' : source[index];
        }
    });
}
