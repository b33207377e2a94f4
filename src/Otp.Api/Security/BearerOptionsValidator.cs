using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace Otp.Api.Security;

/// <summary>Refuses bearer settings under which no token, or any token, would be accepted.</summary>
internal sealed class BearerOptionsValidator(IConfiguration configuration, IHostEnvironment environment) : IValidateOptions<JwtBearerOptions>
{
    private const string Section = "Authentication:Schemes:Bearer";
    private const int MinKeyLength = 32;

    public ValidateOptionsResult Validate(string? name, JwtBearerOptions options)
    {
        var failures = Check(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Check(JwtBearerOptions options)
    {
        var section = configuration.GetSection(Section);
        var signingKeys = section.GetSection("SigningKeys").GetChildren().ToList();
        if (!AuthenticationRegistration.HasAuthority(options) && signingKeys.Count == 0)
        {
            yield return $"{Section} must be set: Authority (the OpenID Connect issuer's URL), or ValidIssuer with SigningKeys:0:Issuer and SigningKeys:0:Value.";
            yield break;
        }

        if (options.TokenValidationParameters.ValidAudiences?.Any(audience => !string.IsNullOrWhiteSpace(audience)) != true)
        {
            yield return $"{Section}:ValidAudiences:0 must be set: the audience that tokens for this service name.";
        }

        foreach (var setting in new[] { nameof(options.Authority), nameof(options.MetadataAddress) })
        {
            if (section[setting] is { Length: > 0 } url && !IsAllowed(url))
            {
                yield return $"{Section}:{setting} must be an absolute https URL.";
            }
        }

        var issuers = section.GetSection("ValidIssuers").GetChildren().Select(child => child.Value).Append(section["ValidIssuer"]).ToHashSet();
        foreach (var key in signingKeys)
        {
            if (string.IsNullOrEmpty(key["Issuer"]) || !issuers.Contains(key["Issuer"]))
            {
                yield return $"{key.Path}:Issuer must be one of {Section}:ValidIssuer and ValidIssuers.";
            }

            // The value is a secret and is not shown.
            var buffer = new byte[key["Value"]?.Length ?? 0];
            if (!Convert.TryFromBase64String(key["Value"] ?? "", buffer, out var length) || length < MinKeyLength)
            {
                yield return $"{key.Path}:Value must be {MinKeyLength} bytes or more in base64.";
            }
        }
    }

    private bool IsAllowed(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback && !environment.IsProduction()));
}
