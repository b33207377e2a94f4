using Microsoft.Extensions.Options;
using Otp.Domain.Passcodes;

namespace Otp.Application.Passcodes;

/// <summary>The settings under <c>Passcodes</c>.</summary>
public sealed class PasscodeOptions
{
    /// <summary>Where they stand in the configuration.</summary>
    public const string Section = "Passcodes";

    /// <summary>Codes that verify the address of the account.</summary>
    public PasscodePolicyOptions EmailVerification { get; set; } = new(PasscodePurpose.EmailVerification);

    /// <summary>Codes that register a second factor.</summary>
    public PasscodePolicyOptions FactorRegistration { get; set; } = new(PasscodePurpose.FactorRegistration);

    /// <summary>Codes that prove the factor at login.</summary>
    public PasscodePolicyOptions LoginChallenge { get; set; } = new(PasscodePurpose.LoginChallenge);

    /// <summary>The rules of a purpose.</summary>
    public PasscodePolicy PolicyFor(PasscodePurpose purpose) => OptionsFor(purpose).ToPolicy();

    internal PasscodePolicyOptions OptionsFor(PasscodePurpose purpose) => purpose switch
    {
        PasscodePurpose.EmailVerification => EmailVerification,
        PasscodePurpose.FactorRegistration => FactorRegistration,
        PasscodePurpose.LoginChallenge => LoginChallenge,
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };
}

/// <summary>The settings of one purpose; see <see cref="PasscodePolicy"/>.</summary>
public sealed class PasscodePolicyOptions
{
    private PasscodePolicy? _policy;

    /// <summary>The defaults of e-mail verification: for the configuration binder.</summary>
    public PasscodePolicyOptions()
        : this(PasscodePurpose.EmailVerification)
    {
    }

    /// <summary>The defaults of a purpose.</summary>
    public PasscodePolicyOptions(PasscodePurpose purpose)
    {
        var defaults = PasscodePolicy.DefaultFor(purpose);
        Length = defaults.Length;
        Alphabet = defaults.Alphabet;
        Lifetime = defaults.Lifetime;
        MaxAttempts = defaults.MaxAttempts;
        ResendInterval = defaults.ResendInterval;
    }

    /// <summary>Characters of a code: 6 to 12.</summary>
    public int Length { get; set; }

    /// <summary>What a code is made of.</summary>
    public PasscodeAlphabet Alphabet { get; set; }

    /// <summary>From issue to expiry: 1 minute to 24 hours; a login challenge at most 10 minutes.</summary>
    public TimeSpan Lifetime { get; set; }

    /// <summary>Wrong guesses that exhaust the budget: 1 to 10.</summary>
    public int MaxAttempts { get; set; }

    /// <summary>The least time between two codes: 0 s to 1 hour.</summary>
    public TimeSpan ResendInterval { get; set; }

    internal PasscodePolicy ToPolicy() => _policy ??= new PasscodePolicy(Length, Alphabet, Lifetime, MaxAttempts, ResendInterval);
}

/// <summary>Refuses settings that the domain rules do not allow.</summary>
internal sealed class PasscodeOptionsValidator : IValidateOptions<PasscodeOptions>
{
    public ValidateOptionsResult Validate(string? name, PasscodeOptions options)
    {
        var failures = Enum.GetValues<PasscodePurpose>().SelectMany(purpose => Check(purpose, options.OptionsFor(purpose))).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Check(PasscodePurpose purpose, PasscodePolicyOptions policy)
    {
        var section = $"{PasscodeOptions.Section}:{purpose}";
        var longest = PasscodePolicy.MaxLifetimeOf(purpose);
        if (policy.Length is < 6 or > 12)
        {
            yield return $"{section}:Length must be 6 to 12, not {policy.Length}.";
        }

        if (!Enum.IsDefined(policy.Alphabet))
        {
            yield return $"{section}:Alphabet must be Digits or Alphanumeric, not {policy.Alphabet}.";
        }

        if (policy.Lifetime < TimeSpan.FromMinutes(1) || policy.Lifetime > longest)
        {
            yield return $"{section}:Lifetime must be 00:01:00 to {(longest.TotalDays >= 1 ? "1.00:00:00" : longest.ToString("c"))}, not {policy.Lifetime:c}.";
        }

        if (policy.MaxAttempts is < 1 or > 10)
        {
            yield return $"{section}:MaxAttempts must be 1 to 10, not {policy.MaxAttempts}.";
        }

        if (policy.ResendInterval < TimeSpan.Zero || policy.ResendInterval > TimeSpan.FromHours(1))
        {
            yield return $"{section}:ResendInterval must be 00:00:00 to 01:00:00, not {policy.ResendInterval:c}.";
        }
    }
}
