namespace Otp.Infrastructure.Email.Smtp;

/// <summary>Text in a header (RFC 2047).</summary>
internal static class MimeText
{
    // With the header's name, a line stays below the 78 characters of RFC 5322.
    private const int MaxPlainLength = 60;

    // 39 octets are 52 characters in base64, 64 with what stands around them, 73 behind "Subject: "; a line with an encoded word may have 76.
    private const int MaxOctets = 39;

    /// <summary>Writes text of one line as it is where it can be, else in encoded words that are folded.</summary>
    public static string Encode(string text) => IsPlain(text) ? text : EncodeWords(text);

    /// <summary>Writes the name beside an address: quoted, or in encoded words.</summary>
    public static string EncodePhrase(string name) =>
        IsPlain(name) ? $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : EncodeWords(name);

    /// <summary>Whether a reader shows it as it stands; what looks like an encoded word would be decoded.</summary>
    private static bool IsPlain(string text) =>
        text.Length <= MaxPlainLength && text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal) && text == text.Trim();

    private static string EncodeWords(string text)
    {
        var words = new List<string>();
        var chunk = new List<byte>();
        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(octets);
            if (chunk.Count + length > MaxOctets)
            {
                Flush();
            }

            chunk.AddRange(octets[..length]);
        }

        Flush();
        return string.Join("\r\n ", words);

        void Flush()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. chunk])}?=");
            chunk.Clear();
        }
    }
}
