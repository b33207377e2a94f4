using Microsoft.Extensions.Options;
using Otp.Domain.EmailVerifications;

namespace Otp.Api.Security;

/// <summary>The settings under <c>Identity</c>: how tokens are read.</summary>
internal sealed class IdentityOptions
{
    public const string Section = "Identity";

    /// <summary>The claim with the address.</summary>
    public string EmailClaim { get; set; } = "email";

    /// <summary>The claim with the display name.</summary>
    public string NameClaim { get; set; } = "name";

    /// <summary>The claim with the language tag.</summary>
    public string LocaleClaim { get; set; } = "locale";

    /// <summary>The claims with the resource owner; the first that a token has counts.</summary>
    public IList<string> ResourceOwnerClaims { get; } = [];

    /// <summary>The claim with the permissions: one value each.</summary>
    public string PermissionsClaim { get; set; } = "permissions";

    /// <summary>The claim with permissions separated by spaces.</summary>
    public string ScopeClaim { get; set; } = "scope";

    /// <summary>The resource owner of users whose token names none.</summary>
    public string DefaultResourceOwner { get; set; } = "default";

    /// <summary>Whether <c>email_verified</c> is believed.</summary>
    public bool TrustEmailVerifiedClaim { get; set; }

    public IReadOnlyList<string> EffectiveResourceOwnerClaims =>
        ResourceOwnerClaims.Count > 0 ? [.. ResourceOwnerClaims] : ["urn:zitadel:iam:user:resourceowner:id", "org_id"];
}

/// <summary>Refuses empty claim names.</summary>
internal sealed class IdentityOptionsValidator : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        List<string> failures = [];
        foreach (var (setting, value) in new[]
        {
            (nameof(options.EmailClaim), options.EmailClaim),
            (nameof(options.NameClaim), options.NameClaim),
            (nameof(options.LocaleClaim), options.LocaleClaim),
            (nameof(options.PermissionsClaim), options.PermissionsClaim),
            (nameof(options.ScopeClaim), options.ScopeClaim),
        }.Concat(options.ResourceOwnerClaims.Select((claim, index) => ($"{nameof(options.ResourceOwnerClaims)}:{index}", claim))))
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                failures.Add($"{IdentityOptions.Section}:{setting} must be the name of a claim.");
            }
        }

        if (string.IsNullOrWhiteSpace(options.DefaultResourceOwner) || options.DefaultResourceOwner.Length > UserIdentity.MaxResourceOwnerLength)
        {
            failures.Add($"{IdentityOptions.Section}:{nameof(options.DefaultResourceOwner)} must be 1 to {UserIdentity.MaxResourceOwnerLength} characters.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
