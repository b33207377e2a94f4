using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Otp.Domain.Emails;

/// <summary>
/// One mailbox, parsed strictly (rule 16): a dot-atom of RFC 5322 in ASCII, <c>@</c>, a domain name of at least two labels
/// (RFC 5890, internationalised names allowed). No display name, list, comment, quoted local part, address literal or control character.
/// </summary>
public sealed class EmailAddress : IEquatable<EmailAddress>
{
    /// <summary>The longest address, in characters (RFC 5321, 4.5.3.1.3, less the angle brackets).</summary>
    public const int MaxLength = 254;

    /// <summary>The longest local part, in characters (RFC 5321, 4.5.3.1.1).</summary>
    public const int MaxLocalPartLength = 64;

    private const string LettersOfAscii = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    private static readonly SearchValues<char> Letters = SearchValues.Create(LettersOfAscii);
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create(LettersOfAscii + Digits + "-");

    // Those of atext (RFC 5322, 3.2.3), and the dot between two atoms.
    private static readonly SearchValues<char> LocalPartCharacters = SearchValues.Create(LettersOfAscii + Digits + "!#$%&'*+/=?^_`{|}~-.");

    private EmailAddress(string value, string mailbox)
    {
        Value = value;
        Mailbox = mailbox;
        Canonical = mailbox.ToLowerInvariant();
    }

    /// <summary>The address as its owner wrote it.</summary>
    public string Value { get; }

    /// <summary>The address to hand to a mail transport: the local part as written, the domain in ASCII (A-labels).</summary>
    public string Mailbox { get; }

    /// <summary>The form for comparing: the domain NFKC-normalised, in ASCII and lower case; the local part in lower case.</summary>
    public string Canonical { get; }

    /// <summary>The key of per-recipient limits: the canonical form without a <c>+tag</c> (rule 11).</summary>
    public string LimitKey
    {
        get
        {
            var at = Canonical.IndexOf('@', StringComparison.Ordinal);

            // A name that begins with a plus is a name: +a and +a+tag are one, and not every +tag another.
            var plus = Canonical.IndexOf('+', 1, at - 1);
            return plus > 0 ? string.Concat(Canonical.AsSpan(0, plus), Canonical.AsSpan(at)) : Canonical;
        }
    }

    /// <summary>
    /// Whether this process can normalise names. It cannot where the Unicode data (ICU) is missing or switched off; then two spellings of one domain would
    /// count as two, and look-alikes of <c>@</c> pass.
    /// </summary>
    public static bool CanNormalise => "\uFF41".Normalize(NormalizationForm.FormKC) == "a";

    /// <summary>Parses an address.</summary>
    /// <param name="text">What was given; surrounding white space is not forgiven.</param>
    /// <param name="address">The address, where it is one.</param>
    /// <returns>Whether <paramref name="text"/> is one acceptable address.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }

        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > MaxLocalPartLength
            || !IsDotAtom(text.AsSpan(0, at))
            || ToMailbox(text, at) is not { Length: <= MaxLength } mailbox
            || !IsHostName(mailbox.AsSpan(at + 1)))
        {
            return false;
        }

        address = new EmailAddress(text, mailbox);
        return true;
    }

    /// <summary>Parses an address that is known to be one, such as a stored one.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is not an address.</exception>
    public static EmailAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException("Not an e-mail address.");

    /// <inheritdoc />
    public bool Equals(EmailAddress? other) => other is not null && string.Equals(Canonical, other.Canonical, StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as EmailAddress);

    /// <inheritdoc />
    public override int GetHashCode() => Canonical.GetHashCode(StringComparison.Ordinal);

    /// <summary>The domain alone: an address is personal data and does not belong in a log by accident.</summary>
    public override string ToString() => string.Concat("***", Canonical.AsSpan(Canonical.IndexOf('@', StringComparison.Ordinal)));

    private static bool IsDotAtom(ReadOnlySpan<char> local) =>
        !local.ContainsAnyExcept(LocalPartCharacters) && local is not (['.', ..] or [.., '.']) && !local.Contains("..", StringComparison.Ordinal);

    /// <summary>The address with its domain in ASCII; <see langword="null"/> where that cannot be written so.</summary>
    private static string? ToMailbox(string text, int at)
    {
        if (Ascii.IsValid(text.AsSpan(at + 1)))
        {
            return text;
        }

        var domain = text[(at + 1)..];
        try
        {
            // Control, format (bidi, zero-width) and space characters have no place in a name, also where NFKC or IDNA would drop them.
            return domain.EnumerateRunes().Any(IsInvisible)
                ? null
                : $"{text.AsSpan(0, at)}@{new IdnMapping { UseStd3AsciiRules = true }.GetAscii(domain.Normalize(NormalizationForm.FormKC))}";
        }
        catch (ArgumentException)
        {
            // Not well-formed UTF-16, or not a domain name by IDNA.
            return null;
        }
    }

    /// <summary>Not to be seen: by category, or a mark that Unicode calls ignorable (joiner and variation selectors).</summary>
    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        || rune.Value is 0x034F or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    private static bool IsHostName(ReadOnlySpan<char> domain)
    {
        var labels = 0;
        var last = domain;
        foreach (var range in domain.Split('.'))
        {
            last = domain[range];
            labels++;
            if (last.Length is < 1 or > 63 || last is ['-', ..] or [.., '-'] || last.ContainsAnyExcept(LabelCharacters))
            {
                return false;
            }
        }

        return labels >= 2 && last.ContainsAny(Letters);
    }
}
