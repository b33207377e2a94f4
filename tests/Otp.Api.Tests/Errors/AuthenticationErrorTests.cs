using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Errors;

[Collection(ErrorServers.Name)]
[Trait("Requirement", "SEC-15")]
public sealed class AuthenticationErrorTests(ErrorServers servers)
{
    private const string Otp = "api/v1/user/me/email/otp";

    private static readonly RSA OwnKey = RSA.Create(2048);

    /// <summary>Each spoils one thing of a token that is good otherwise.</summary>
    private static readonly Dictionary<string, Action<RawToken, DateTimeOffset>> Bad = new()
    {
        ["alg none"] = (token, _) => (token.Header["alg"], token.Signer) = ("none", _ => []),
        ["alg None"] = (token, _) => (token.Header["alg"], token.Signer) = ("None", _ => []),
        ["alg none, signed"] = (token, _) => token.Header["alg"] = "none",
        ["no alg"] = (token, _) => token.Header.Remove("alg"),
        ["unknown alg"] = (token, _) => token.Header["alg"] = "HS257",
        ["no signature"] = (token, _) => token.Signer = _ => [],
        ["another secret"] = (token, _) => token.Signer = RawToken.HmacWith(RandomNumberGenerator.GetBytes(32)),
        ["an empty secret"] = (token, _) => token.Signer = RawToken.HmacWith([]),
        ["alg RS256 over the shared key"] = (token, _) => token.Header["alg"] = "RS256",
        ["own key"] = (token, _) => (token.Header["alg"], token.Signer) = ("RS256", RawToken.SignedBy(OwnKey)),
        ["own key in jwk"] = (token, _) => (token.Header["alg"], token.Header["jwk"], token.Signer) = ("RS256", OwnJwk(), RawToken.SignedBy(OwnKey)),
        ["own symmetric key in jwk"] = (token, _) =>
        {
            token.Header["jwk"] = new JsonObject { ["kty"] = "oct", ["k"] = Base64UrlEncoder.Encode(new byte[32]) };
            token.Signer = RawToken.HmacWith(new byte[32]);
        },
        ["own certificate in x5c"] = (token, _) =>
            (token.Header["alg"], token.Header["x5c"], token.Signer) = ("RS256", new JsonArray(Convert.ToBase64String(OwnKey.ExportSubjectPublicKeyInfo())), RawToken.SignedBy(OwnKey)),
        ["unknown crit"] = (token, _) => (token.Header["crit"], token.Header["b64"], token.Signer) = (new JsonArray("b64"), false, RawToken.HmacWith(new byte[32])),
        ["huge kid"] = (token, _) => (token.Header["kid"], token.Signer) = (new string('k', 12_000), RawToken.HmacWith(new byte[32])),
        ["kid is a path"] = (token, _) => (token.Header["kid"], token.Signer) = ("../../../../dev/null", RawToken.HmacWith([])),
        ["kid is SQL"] = (token, _) => (token.Header["kid"], token.Signer) = ("' UNION SELECT 'x", RawToken.HmacWith("x"u8.ToArray())),
        ["wrong issuer"] = (token, _) => token.Payload["iss"] = "https://evil.example",
        ["issuer with a slash"] = (token, _) => token.Payload["iss"] = TestTokens.Issuer + "/",
        ["no issuer"] = (token, _) => token.Payload.Remove("iss"),
        ["wrong audience"] = (token, _) => token.Payload["aud"] = "another-service",
        ["no audience"] = (token, _) => token.Payload.Remove("aud"),
        ["empty audience"] = (token, _) => token.Payload["aud"] = "",
        ["expired"] = (token, now) => token.Payload["exp"] = now.AddSeconds(-30).ToUnixTimeSeconds(),
        ["no expiry"] = (token, _) => token.Payload.Remove("exp"),
        ["expiry is text"] = (token, _) => token.Payload["exp"] = "tomorrow",
        ["not yet valid"] = (token, now) => token.Payload["nbf"] = now.AddSeconds(31).ToUnixTimeSeconds(),
        ["no subject"] = (token, _) => token.Payload.Remove("sub"),
        ["subject in another case"] = (token, _) =>
        {
            token.Payload.Remove("sub");
            token.Payload["Sub"] = "eve";
        },
        ["null subject"] = (token, _) => token.Payload["sub"] = null,
        ["empty subject"] = (token, _) => token.Payload["sub"] = "",
        ["blank subject"] = (token, _) => token.Payload["sub"] = "  ",
        ["long subject"] = (token, _) => token.Payload["sub"] = new string('s', 201),
        ["subject with NUL"] = (token, _) => token.Payload["sub"] = "ada\0",
        ["subject with line break"] = (token, _) => token.Payload["sub"] = "ada\r\nx",
        ["two subjects"] = (token, _) => token.Payload["sub"] = new JsonArray("ada", "eve"),
        ["encrypted"] = (token, _) => (token.Header["alg"], token.Header["enc"]) = ("dir", "A256GCM"),
    };

    public static TheoryData<string, string> BadTokens
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var environment in BothEnvironmentsAttribute.Names)
            {
                foreach (var name in Bad.Keys)
                {
                    data.Add(environment, name);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(BadTokens))]
    public async Task Send_WhenTheTokenIsSpoiltInOneWay_ShouldAnswer401(string environment, string name)
    {
        var server = servers[environment];
        var rows = await server.Database.CountRowsAsync();
        var token = new RawToken(server.Time.GetUtcNow());
        Bad[name](token, server.Time.GetUtcNow());

        await ShouldRefuseAsync(server, $"Bearer {token}");

        (await server.Database.CountRowsAsync()).Should().Be(rows);
    }

    [Theory, BothEnvironments]
    public async Task Send_WhenTheTokenIsGood_ShouldAnswer(string environment)
    {
        var server = servers[environment];

        // Without this, the tests above would also pass with tokens that are bad for another reason.
        foreach (var change in new Action<RawToken>[]
        {
            _ => { },
            token => token.Payload["exp"] = server.Time.GetUtcNow().AddSeconds(-29).ToUnixTimeSeconds(),
            token => token.Payload["nbf"] = server.Time.GetUtcNow().AddSeconds(30).ToUnixTimeSeconds(),
            token => token.Payload["aud"] = new JsonArray("another", TestTokens.Audience),
            token => token.Payload["sub"] = new string('s', 200),
            token => token.Payload.Remove("nbf"),
            token => token.Payload.Remove("iat"),
            token => token.Header["kid"] = "any",
            token => token.Payload["SUB"] = "another claim",
        })
        {
            var token = new RawToken(server.Time.GetUtcNow());
            change(token);
            (await new OtpCaller(server.Client, token.ToString()).StatusAsync()).Status.Should().Be(HttpStatusCode.OK, token.Payload.ToJsonString());
        }
    }

    [Theory]
    [BothEnvironments("")]
    [BothEnvironments("Bearer")]
    [BothEnvironments("Bearer ")]
    [BothEnvironments("Bearer garbage")]
    [BothEnvironments("Bearer a.b.c")]
    [BothEnvironments("Bearer a.b.c.d.e")]
    [BothEnvironments("Bearer ..")]
    [BothEnvironments("Bearer {}")]
    [BothEnvironments("Basic {token}")]
    [BothEnvironments("Basic YWRhOnNlY3JldA==")]
    [BothEnvironments("Token {token}")]
    [BothEnvironments("{token}")]
    [BothEnvironments("Bearer Bearer {token}")]
    [BothEnvironments("Bearer {token}x")]
    [BothEnvironments("Bearer {token}.")]
    [BothEnvironments("Bearer {token}, Bearer {token}")]
    public async Task Send_WhenThereIsNoBearerToken_ShouldAnswer401(string environment, string authorization) =>
        await ShouldRefuseAsync(servers[environment], authorization.Replace("{token}", GoodToken(environment), StringComparison.Ordinal));

    [Theory]
    [BothEnvironments("PUT", Otp)]
    [BothEnvironments("GET", "api/v1/user/me/email/status")]
    [BothEnvironments("GET", "api/v1/user/me/email/status?passcode=000000")]
    [BothEnvironments("POST", "api/v1/user/me/email/verify")]
    public async Task Send_WhenTheTokenIsMissing_ShouldAnswer401OnEveryRoute(string environment, string method, string path) =>
        (await servers[environment].Anonymous().SendAsync(new HttpMethod(method), path, method == "POST" ? new { passcode = "000000" } : null))
            .ShouldBeError(HttpStatusCode.Unauthorized, "AuthorizationError");

    [Theory, BothEnvironments]
    public async Task Send_WhenTheTokenStandsElsewhere_ShouldAnswer401(string environment)
    {
        var token = GoodToken(environment);
        using var inCookie = new HttpRequestMessage(HttpMethod.Put, Otp);
        inCookie.Headers.Add("Cookie", $"access_token={token}; Authorization=Bearer {token}");

        (await servers[environment].Anonymous().SendAsync(HttpMethod.Put, $"{Otp}?access_token={token}")).ShouldBeError(HttpStatusCode.Unauthorized, "AuthorizationError");
        (await servers[environment].Anonymous().SendAsync(inCookie)).ShouldBeError(HttpStatusCode.Unauthorized, "AuthorizationError");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_WhenHS256IsSignedWithThePublicKeyOfTheIssuer_ShouldAnswer401(bool hasSharedKeyToo)
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, hasSharedKeyToo ? issuer.SettingsBesideSharedKey : issuer.Settings);
        RawToken OfIssuer(string algorithm, Func<byte[], byte[]> signer)
        {
            var token = issuer.TokenAt(server.Time.GetUtcNow());
            (token.Header["alg"], token.Signer) = (algorithm, signer);
            return token;
        }

        (await new OtpCaller(server.Client, OfIssuer("RS256", RawToken.SignedBy(issuer.Rsa)).ToString()).StatusAsync()).Status.Should().Be(HttpStatusCode.OK);

        foreach (var publicKey in new[]
        {
            Encoding.ASCII.GetBytes(issuer.Rsa.ExportSubjectPublicKeyInfoPem()),
            Encoding.ASCII.GetBytes(issuer.Rsa.ExportSubjectPublicKeyInfoPem() + "\n"),
            Encoding.ASCII.GetBytes(issuer.Rsa.ExportRSAPublicKeyPem()),
            issuer.Rsa.ExportSubjectPublicKeyInfo(),
            issuer.Rsa.ExportRSAPublicKey(),
            issuer.Rsa.ExportParameters(false).Modulus!,
        })
        {
            await ShouldRefuseAsync(server, $"Bearer {OfIssuer("HS256", RawToken.HmacWith(publicKey))}");
        }

        var withJku = OfIssuer("RS256", RawToken.SignedBy(OwnKey));
        withJku.Header["kid"] = "own";
        withJku.Header["jku"] = $"{issuer.Url}/evil-keys";
        withJku.Header["x5u"] = $"{issuer.Url}/evil-certificate";
        await ShouldRefuseAsync(server, $"Bearer {withJku}");
        issuer.OtherRequests.Should().Be(0, "a token does not say where its key is");

        // The shared key of one issuer does not sign for another, and one issuer's key not for the other.
        if (hasSharedKeyToo)
        {
            var ofShared = new RawToken(server.Time.GetUtcNow());
            (await new OtpCaller(server.Client, ofShared.ToString()).StatusAsync()).Status.Should().Be(HttpStatusCode.OK);
        }
    }

    private static JsonObject OwnJwk()
    {
        var key = OwnKey.ExportParameters(includePrivateParameters: false);
        return new() { ["kty"] = "RSA", ["n"] = Base64UrlEncoder.Encode(key.Modulus), ["e"] = Base64UrlEncoder.Encode(key.Exponent) };
    }

    private static async Task ShouldRefuseAsync(OtpServer server, string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Otp);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        var answer = await server.Anonymous().SendAsync(request);

        answer.ShouldBeError(HttpStatusCode.Unauthorized, "AuthorizationError", "A valid bearer token is required");
        answer.Headers["WWW-Authenticate"].Should().Be("Bearer", "what is wrong with a token is not for whoever tries tokens");
    }

    private string GoodToken(string environment) => new RawToken(servers[environment].Time.GetUtcNow()).ToString();
}
