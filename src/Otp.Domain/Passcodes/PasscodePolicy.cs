using Otp.Domain.Common;

namespace Otp.Domain.Passcodes;

/// <summary>The characters that a passcode is made of.</summary>
public enum PasscodeAlphabet
{
    /// <summary><c>0</c> to <c>9</c>.</summary>
    Digits,

    /// <summary>Upper-case letters and digits without look-alikes (no <c>0 O 1 I L 5 S 8 B 2 Z U V</c>).</summary>
    Alphanumeric,
}

/// <summary>The rules of one purpose (table of <em>Passcodes</em> in the domain rules).</summary>
/// <param name="Length">Characters of a code: 6 to 12.</param>
/// <param name="Alphabet">What a code is made of.</param>
/// <param name="Lifetime">From issue to expiry: 1 minute to 24 hours; a login challenge at most 10 minutes.</param>
/// <param name="MaxAttempts">Wrong guesses that exhaust the budget: 1 to 10.</param>
/// <param name="ResendInterval">The least time between two codes: 0 s to 1 hour.</param>
public sealed record PasscodePolicy(int Length, PasscodeAlphabet Alphabet, TimeSpan Lifetime, int MaxAttempts, TimeSpan ResendInterval)
{
    private const string DigitCharacters = "0123456789";
    private const string AlphanumericCharacters = "34679ACDEFGHJKMNPQRTWXY";

    /// <summary>The characters of <see cref="Alphabet"/>.</summary>
    public string Characters => Alphabet == PasscodeAlphabet.Digits ? DigitCharacters : AlphanumericCharacters;

    /// <summary>The defaults of a purpose.</summary>
    public static PasscodePolicy DefaultFor(PasscodePurpose purpose) => purpose switch
    {
        PasscodePurpose.EmailVerification => new(6, PasscodeAlphabet.Digits, TimeSpan.FromMinutes(15), 5, TimeSpan.FromSeconds(60)),
        PasscodePurpose.FactorRegistration => new(8, PasscodeAlphabet.Digits, TimeSpan.FromMinutes(15), 5, TimeSpan.FromSeconds(60)),
        PasscodePurpose.LoginChallenge => new(8, PasscodeAlphabet.Digits, TimeSpan.FromMinutes(5), 5, TimeSpan.FromSeconds(60)),
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };

    /// <summary>The longest lifetime that a purpose allows.</summary>
    public static TimeSpan MaxLifetimeOf(PasscodePurpose purpose) =>
        purpose == PasscodePurpose.LoginChallenge ? TimeSpan.FromMinutes(10) : TimeSpan.FromHours(24);

    /// <summary>Whether a code, once normalised, has the shape that this policy gives out (rule 3).</summary>
    public bool HasShape(Passcode passcode)
    {
        ArgumentNullException.ThrowIfNull(passcode);
        var code = passcode.Reveal();
        return code.Length == Length && code.All(c => Characters.Contains(c, StringComparison.Ordinal));
    }

    /// <summary>Why a guess is refused without being counted, by its shape, or <see langword="null"/>.</summary>
    public DomainError? RefusesShape(Passcode passcode)
    {
        ArgumentNullException.ThrowIfNull(passcode);
        return passcode.Reveal().Length == 0 ? PasscodeErrors.Empty : HasShape(passcode) ? null : PasscodeErrors.BadShape;
    }
}
