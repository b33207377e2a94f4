using System.ComponentModel.DataAnnotations;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Otp.Domain.Common;
using Otp.Api.Security;
using Microsoft.Extensions.Options;
using Otp.Domain.EmailVerifications;

namespace Otp.Api.Development;

/// <summary>Signs tokens for trying the service out, with the first configured shared key.</summary>
internal sealed class TokenIssuer(IConfiguration configuration, IOptions<IdentityOptions> identity, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Signs a token; <see langword="null"/> where only an identity provider can.</summary>
    public DevelopmentToken? Issue(TokenRequest request)
    {
        var bearer = configuration.GetSection(DevelopmentBearer.Section);
        var key = bearer.GetSection("SigningKeys").GetChildren().FirstOrDefault();
        if (key is null)
        {
            return null;
        }

        Dictionary<string, object> claims = new() { [JwtRegisteredClaimNames.Sub] = request.Sub! };
        Add(claims, identity.Value.EmailClaim, request.Email);
        Add(claims, identity.Value.NameClaim, request.Name);
        Add(claims, identity.Value.EffectiveResourceOwnerClaims[0], request.ResourceOwner);
        Add(claims, identity.Value.PermissionsClaim, request.Permissions);
        var now = time.Now();
        var expires = now + Lifetime;
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = key["Issuer"],
            Audience = bearer["ValidAudience"] ?? bearer["ValidAudiences:0"],
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expires.UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Convert.FromBase64String(key["Value"]!)), SecurityAlgorithms.HmacSha256),
        });
        return new DevelopmentToken(token, expires);
    }

    private static void Add(Dictionary<string, object> claims, string name, object? value)
    {
        if (value is not null)
        {
            claims[name] = value;
        }
    }
}

/// <summary>What the token is to say.</summary>
internal sealed record TokenRequest
{
    /// <summary>The user id.</summary>
    [Required(ErrorMessage = "is required")]
    [StringLength(UserIdentity.MaxUserIdLength, MinimumLength = 1, ErrorMessage = "must be 1 to 200 characters")]
    public string? Sub { get; init; }

    /// <summary>The address that the identity provider vouches for.</summary>
    public string? Email { get; init; }

    /// <summary>The display name.</summary>
    public string? Name { get; init; }

    /// <summary>The organisation.</summary>
    public string? ResourceOwner { get; init; }

    /// <summary>The permissions, such as <c>otp.users.write</c>.</summary>
    public string[]? Permissions { get; init; }
}

/// <summary>A signed token.</summary>
/// <param name="Token">The JWT.</param>
/// <param name="ExpiresAt">When it expires (UTC).</param>
internal sealed record DevelopmentToken(string Token, DateTimeOffset ExpiresAt);
