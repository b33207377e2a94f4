using System.Globalization;
using System.Text;

namespace Otp.Fuzz.Tests;

/// <summary>A text that prints so that every character of it can be seen and typed again.</summary>
internal sealed record Text(string Value)
{
    private const int MaxShown = 400;

    public static string Show(string? text)
    {
        if (text is null)
        {
            return "null";
        }

        var shown = new StringBuilder("\"");
        foreach (var c in text.Length <= MaxShown ? text : text[..MaxShown])
        {
            shown.Append(c is '"' or '\\' ? $"\\{c}" : c is >= ' ' and <= '~' ? $"{c}" : $"\\u{(int)c:x4}");
        }

        return shown.Append('"').Append(text.Length <= MaxShown ? "" : string.Create(CultureInfo.InvariantCulture, $"… ({text.Length} characters)")).ToString();
    }

    public static string Show(ReadOnlySpan<byte> bytes) => $"{Show(Encoding.Latin1.GetString(bytes))} ({bytes.Length} bytes)";

    public override string ToString() => Show(Value);
}
