using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Otp.TestKit;

/// <summary>A JWT made by hand, member by member, as somebody makes one who wants in.</summary>
public sealed class RawToken
{
    /// <summary>Starts with a token that is good: each test spoils one thing.</summary>
    public RawToken(DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        Header = new() { ["alg"] = "HS256", ["typ"] = "JWT" };
        Payload = new()
        {
            ["iss"] = TestTokens.Issuer,
            ["aud"] = TestTokens.Audience,
            ["iat"] = seconds,
            ["nbf"] = seconds,
            ["exp"] = seconds + 3600,
            ["sub"] = "eve",
            ["email"] = "eve@example.com",
        };
        Signer = HmacWith([.. TestTokens.Key]);
    }

    public JsonObject Header { get; }

    public JsonObject Payload { get; }

    public Func<byte[], byte[]> Signer { get; set; }

    public static Func<byte[], byte[]> HmacWith(byte[] key) => data => HMACSHA256.HashData(key, data);

    public static Func<byte[], byte[]> SignedBy(RSA key) => data => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public override string ToString()
    {
        var signed = $"{Encode(Header)}.{Encode(Payload)}";
        return $"{signed}.{Base64UrlEncoder.Encode(Signer(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encode(JsonObject part) => Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
