using FsCheck;
using FsCheck.Fluent;

namespace Otp.Fuzz.Tests;

/// <summary>Texts that parsers stumble over, and what makes almost right texts of right ones.</summary>
internal static class Texts
{
    private static readonly string[] NastyPieces =
    [
        "\0", "\r", "\n", "\r\n", "\t", "\v", "\u001b", "\u007f", "\u0085", "\u00a0", "\u00ad", "\u034f", "\u061c", "\u180e", "\u2000", "\u200b", "\u200d", "\u200e",
        "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\u3000", "\ufeff", "\ufffc", "\ufffd", "\uffff", "\ud800", "\udc00", "\udbff\udfff", "\ue000",
        "\u0301", "\u0301\u0302\u0303\u0304", "e\u0301", "\u00df", "\u0130", "\u0131", "\u212a", "\u017f", "\ufb01", "\ufdfa", "\u2121", "\u2100", "\u2044", "\u2215", "\uff0f",
        "\uff20", "\ufe6b", "\uff0e", "\u3002", "\uff0c", "\uff1b", "\uff1a", "\uff1c", "\uff1e", "\uff11", "\u0661", "\u0967", "\U0001d7d8", "\U0001f600", "\U000e0041", "\u05d0", "\u0600",
        " ", "  ", ",", ";", ":", "<", ">", "(", ")", "[", "]", "{", "}", "@", "\"", "'", "`", "\\", "/", "//", "|", "^", "~", "#", "?", "&", "=", "%", "+", "-", "--", ".", "..", "*", "$",
        "%00", "%0d%0a", "%2e%2e", "%2f", "%25", "%u0041", "%ff", "%c0%af", "%zz", "&amp;", "&#60;", "\\u0000", "\\x00", "=?utf-8?B?AA==?=", "=\r\n", "\r\n.\r\n", "\r\nBcc: eve@evil.example",
        "<script>alert(1)</script>", "\" onmouseover=\"x", "<!--", "-->", "</style>", "javascript:", "{{7*7}}", "{{{code}}}", "{{.Code}}", "{{", "}}", "{{#if", "${x}", "{0}", "%s%n",
        "xn--", "xn--a", "\u00fc", "localhost", "127.0.0.1", "[::1]", "evil.example", "@evil.example", "0", "-1", "1e400", "0x10", "99999999999999999999", "NaN", "null", "true", "__proto__", "$ref",
    ];

    /// <summary>One of the pieces.</summary>
    public static Gen<string> Nasty { get; } = Gen.Elements(NastyPieces);

    private static Gen<string> AsciiPiece { get; } = Gen.Choose(' ', '~').Select(c => $"{(char)c}");

    private static Gen<string> AnyPiece { get; } = Gen.Frequency(
        (6, Nasty),
        (3, AsciiPiece),
        (1, Gen.Choose(0, char.MaxValue).Select(c => $"{(char)c}")),
        (1, Gen.Choose(0x10000, 0x10FFFF).Select(char.ConvertFromUtf32)));

    /// <summary>Any text of up to thirty pieces.</summary>
    public static Gen<string> Any { get; } =
        from length in Gen.Choose(0, 30)
        from pieces in AnyPiece.ArrayOf(length)
        select string.Concat(pieces);

    /// <summary>Letters and digits.</summary>
    public static Gen<string> Word { get; } =
        from length in Gen.Choose(1, 12)
        from letters in Gen.Elements("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789".ToCharArray()).ArrayOf(length)
        select new string(letters);

    /// <summary>What is right, mostly with some edits; sometimes very long; now and then anything at all.</summary>
    /// <param name="right">What the grammar allows.</param>
    /// <param name="maxLength">The longest text, in characters.</param>
    public static Gen<string> AlmostRight(Gen<string> right, int maxLength = 256 * 1024) => Gen.Frequency(
        (20, right),
        (60, Edited(right)),
        (12, Any),
        (3, Long(right, maxLength)));

    /// <summary>Such texts that shrink, as a value that prints well.</summary>
    public static Arbitrary<Text> ToArbitrary(this Gen<string> texts) => Arb.From(texts.Select(text => new Text(text)), text => Shrink(text.Value).Select(shorter => new Text(shorter)));

    /// <summary>Shorter and plainer texts.</summary>
    public static IEnumerable<string> Shrink(string text)
    {
        for (var size = text.Length / 2; size >= Math.Max(1, text.Length / 64); size /= 2)
        {
            for (var from = 0; from + size <= text.Length; from += size)
            {
                yield return text.Remove(from, size);
            }
        }

        for (var index = 0; index < Math.Min(text.Length, 64); index++)
        {
            if (text[index] is < ' ' or > '~')
            {
                yield return $"{text[..index]}a{text[(index + 1)..]}";
            }
        }
    }

    private static Gen<string> Edited(Gen<string> right) =>
        from text in right
        from other in right
        from count in Gen.Choose(1, 4)
        from edits in Edit(other).ArrayOf(count)
        select edits.Aggregate(text, (edited, edit) => edit(edited));

    private static Gen<Func<string, string>> Edit(string other) =>
        from kind in Gen.Choose(0, 9)
        from piece in AnyPiece
        from at in Gen.Choose(0, 1000)
        from length in Gen.Choose(1, 6)
        select new Func<string, string>(text =>
        {
            var start = text.Length * at / 1000;
            var end = Math.Min(text.Length, start + length);
            return kind switch
            {
                0 => text.Remove(start, end - start),
                1 => text.Insert(start, text[start..end]),
                2 => $"{text[..start]}{piece}{text[end..]}",
                3 => text + piece,
                4 => piece + text,
                5 => text[..start],
                6 => $"{text[..start]}{other[(other.Length * at / 1000)..]}",
                7 => text.ToUpperInvariant(),
                _ => text.Insert(start, piece),
            };
        });

    private static Gen<string> Long(Gen<string> right, int maxLength) =>
        from text in Edited(right)
        from piece in Gen.OneOf(AnyPiece, Nasty.Zip(AsciiPiece, string.Concat), right)
        from at in Gen.Choose(0, 1000)
        from exponent in Gen.Choose(6, 20)
        let length = Math.Min(maxLength, 1 << exponent)
        select text.Insert(text.Length * at / 1000, string.Concat(Enumerable.Repeat(piece.Length == 0 ? "a" : piece, length / Math.Max(1, piece.Length))));
}
