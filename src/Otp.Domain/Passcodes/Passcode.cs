using System.Globalization;

namespace Otp.Domain.Passcodes;

/// <summary>
/// A passcode in clear, made by us or given by a caller. It prints as <c>***</c>, so that no log, exception or debugger view shows it;
/// <see cref="Reveal"/> is called only to hash it and to write the mail.
/// </summary>
public sealed class Passcode
{
    private readonly string _code;

    private Passcode(string code) => _code = code;

    /// <summary>Takes a code that was just generated.</summary>
    public static Passcode FromGenerated(string code)
    {
        ArgumentException.ThrowIfNullOrEmpty(code);
        return new Passcode(code);
    }

    /// <summary>
    /// Takes what a person typed or pasted (rule 3): white space at both ends, and spaces and hyphens inside, are removed, and ASCII letters
    /// become upper case. Nothing else is changed: digits of other scripts stay what they are and so have a bad shape.
    /// </summary>
    public static Passcode FromInput(string input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new Passcode(Normalise(input));
    }

    /// <summary>The code in clear.</summary>
    public string Reveal() => _code;

    /// <summary><c>***</c>, always.</summary>
    public override string ToString() => "***";

    private static string Normalise(string input)
    {
        var kept = new char[input.Length];
        var length = 0;
        foreach (var c in input.AsSpan().Trim())
        {
            if (!IsSeparator(c))
            {
                kept[length++] = char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : c;
            }
        }

        return new string(kept, 0, length);
    }

    private static bool IsSeparator(char c) =>
        c is '-' or '\u2010' or '\u2011' || char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator;
}
