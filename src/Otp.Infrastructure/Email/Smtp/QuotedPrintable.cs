using System.Globalization;
using System.Text;

namespace Otp.Infrastructure.Email.Smtp;

/// <summary>UTF-8 text in lines of at most 76 printable characters (RFC 2045, 6.7).</summary>
internal static class QuotedPrintable
{
    private const int MaxLineLength = 76;

    /// <summary>Encodes a text. Its line ends, of whatever kind, become CR LF.</summary>
    public static string Encode(string text) => string.Join(
        "\r\n", text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n').Select(EncodeLine));

    private static string EncodeLine(string line)
    {
        var encoded = new StringBuilder();
        var length = 0;
        var octets = Encoding.UTF8.GetBytes(line);
        for (var index = 0; index < octets.Length; index++)
        {
            var octet = octets[index];
            var isLast = index == octets.Length - 1;

            // White space at the end of a line may get lost on the way.
            var isPlain = octet is (>= (byte)' ' and <= (byte)'~' and not (byte)'=') or (byte)'\t' && !(isLast && octet is (byte)' ' or (byte)'\t');
            var size = isPlain ? 1 : 3;
            if (length + size > (isLast ? MaxLineLength : MaxLineLength - 1))
            {
                encoded.Append("=\r\n");
                length = 0;
            }

            length += size;
            if (isPlain)
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append('=').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }
}
