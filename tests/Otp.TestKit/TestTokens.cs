using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Otp.TestKit;

/// <summary>An identity provider for tests.</summary>
public static class TestTokens
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "otp-test";

    /// <summary>What its tokens are signed with (HS256).</summary>
    public static IReadOnlyList<byte> Key { get; } = [.. Enumerable.Range(1, 32).Select(number => (byte)number)];

    /// <summary>The settings with which the service accepts its tokens.</summary>
    public static Dictionary<string, string?> Settings => new()
    {
        ["Authentication:Schemes:Bearer:ValidIssuer"] = Issuer,
        ["Authentication:Schemes:Bearer:ValidAudiences:0"] = Audience,
        ["Authentication:Schemes:Bearer:SigningKeys:0:Issuer"] = Issuer,
        ["Authentication:Schemes:Bearer:SigningKeys:0:Value"] = Convert.ToBase64String([.. Key]),
    };

    /// <summary>Signs a token that is valid for an hour from <paramref name="issuedAt"/>.</summary>
    /// <param name="sub">The user id.</param>
    /// <param name="email">The address claim, if any.</param>
    /// <param name="issuedAt">When it is issued.</param>
    /// <param name="claims">More claims.</param>
    public static string Sign(string sub, string? email, DateTimeOffset issuedAt, params (string Name, object Value)[] claims)
    {
        Dictionary<string, object> all = claims.ToDictionary(claim => claim.Name, claim => claim.Value);
        all["sub"] = sub;
        if (email is not null)
        {
            all["email"] = email;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = issuedAt.UtcDateTime,
            NotBefore = issuedAt.UtcDateTime,
            Expires = issuedAt.UtcDateTime.AddHours(1),
            Claims = all,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey([.. Key]), SecurityAlgorithms.HmacSha256),
        });
    }
}
