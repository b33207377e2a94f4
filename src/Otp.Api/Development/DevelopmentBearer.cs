using Otp.Infrastructure.Persistence;

namespace Otp.Api.Development;

/// <summary>Bearer settings for Development where none are configured: tokens signed with a key that is made in the data directory.</summary>
internal static class DevelopmentBearer
{
    public const string Section = "Authentication:Schemes:Bearer";
    private const string Issuer = "otp-development";
    private const string Audience = "otp";
    private const string KeyFile = "development-signing.key";
    private const int KeyLength = 32;

    public static void AddDevelopmentBearer(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(Section);
        if (!string.IsNullOrEmpty(section["Authority"]) || section.GetSection("SigningKeys").GetChildren().Any())
        {
            return;
        }

        var key = DataDirectory.From(builder.Configuration).ReadOrCreateSecret(KeyFile, KeyLength);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"{Section}:ValidIssuer"] = Issuer,
            [$"{Section}:ValidAudiences:0"] = Audience,
            [$"{Section}:SigningKeys:0:Issuer"] = Issuer,
            [$"{Section}:SigningKeys:0:Value"] = Convert.ToBase64String(key),
        });
    }
}
