namespace Otp.Infrastructure.Security;

/// <summary>The settings under <c>Protection</c>.</summary>
public sealed class ProtectionOptions
{
    /// <summary>Where they stand in the configuration.</summary>
    public const string Section = "Protection";

    /// <summary>The keys: the first protects, all are accepted.</summary>
    public IList<ProtectionKeyOptions> Keys { get; } = [];
}

/// <summary>One key.</summary>
public sealed class ProtectionKeyOptions
{
    /// <summary>Names it in what it protects: 1 to 64 of letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</summary>
    public string? Id { get; set; }

    /// <summary>32 bytes or more, in base64.</summary>
    public string? Key { get; set; }
}
