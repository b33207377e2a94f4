using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.IdentityModel.Tokens;
using Otp.Fuzz.Tests.Parsers;
using Otp.TestKit;

namespace Otp.Fuzz.Tests.Http;

/// <summary>Tokens of the identity provider's key, with claims that no provider should put in.</summary>
internal static class OddToken
{
    /// <summary>Claims as text of JSON, without the braces.</summary>
    public static Gen<string> Claims =>
        from sub in Gen.Frequency((8, Gen.Constant("\"sub\":\"KNOWN-USER\"")), (3, Texts.AlmostRight(Gen.Constant("KNOWN-USER"), 300).Select(text => $"\"sub\":{Json.Quote(text)}")), (1, Json.OddValue.Select(value => $"\"sub\":{value}")))
        from count in Gen.Choose(1, 2)
        from others in Claim.ArrayOf(count)
        select $"{sub},{string.Join(',', others)}";

    private static Gen<string> Claim =>
        from name in Gen.Elements("email", "email", "name", "name", "locale", "org_id", "urn:zitadel:iam:user:resourceowner:id", "permissions", "scope", "iat", "exp", "nbf", "aud", "iss", "email_verified", "sub", "amr", "jti", "cnf")
        from value in Gen.OneOf(
            Texts.AlmostRight(EmailAddressFuzzTests.Addresses, 2_000).Select(Json.Quote),
            Texts.Any.Select(Json.Quote),
            Json.OddValue,
            Gen.Elements("\"otp.users.write\"", "\"otp.users.write otp.instance\"", "[\"otp.users.read\"]", "1767225600", "-1", "1e9", "253402300800", "9223372036854775807", "\"de_DE\""))
        select $"{Json.Quote(name)}:{value}";

    /// <summary>Signs them. What they do not say, the token says as it should.</summary>
    public static string Sign(string claims, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        var payload = string.Create(CultureInfo.InvariantCulture, $"{{\"iss\":\"{TestTokens.Issuer}\",\"aud\":\"{TestTokens.Audience}\",\"iat\":{seconds},\"nbf\":{seconds},\"exp\":{seconds + 3600},{claims}}}");
        var signed = $"{Base64UrlEncoder.Encode("""{"alg":"HS256","typ":"JWT"}""")}.{Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{signed}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(TestTokens.Key.ToArray(), Encoding.ASCII.GetBytes(signed)))}";
    }
}
