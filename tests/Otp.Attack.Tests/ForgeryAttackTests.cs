using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Otp.Attack.Tests.Targets;
using Otp.TestKit;

namespace Otp.Attack.Tests;

/// <summary>Tokens that nobody issued.</summary>
[Collection(SharedTargets.Name)]
[Trait("Requirement", "SEC-15")]
public sealed class ForgeryAttackTests(SharedTargets targets)
{
    private static readonly RSA OwnKey = RSA.Create(2048);
    private static readonly string[] KeyedAlgorithms = ["HS256", "RS256", "none"];

    /// <summary>Each spoils one thing of a token that is good otherwise.</summary>
    private static readonly Dictionary<string, Action<RawToken>> Forgeries = new()
    {
        ["alg none"] = token => (token.Header["alg"], token.Signer) = ("none", _ => []),
        ["alg NONE"] = token => (token.Header["alg"], token.Signer) = ("NONE", _ => []),
        ["alg empty"] = token => (token.Header["alg"], token.Signer) = ("", _ => []),
        ["alg null"] = token => (token.Header["alg"], token.Signer) = (null, _ => []),
        ["alg none over a good signature"] = token => token.Header["alg"] = "none",
        ["no signature"] = token => token.Signer = _ => [],
        ["a signature cut short"] = token => token.Signer = data => RawToken.HmacWith([.. TestTokens.Key])(data)[..16],
        ["a signature with one bit turned"] = token => token.Signer = data => [.. RawToken.HmacWith([.. TestTokens.Key])(data).Select((part, index) => index == 31 ? (byte)(part ^ 1) : part)],
        ["another secret"] = token => token.Signer = RawToken.HmacWith(new byte[32]),
        ["an empty secret"] = token => token.Signer = RawToken.HmacWith([]),
        ["the secret as it is configured"] = token => token.Signer = RawToken.HmacWith(Encoding.ASCII.GetBytes(Convert.ToBase64String([.. TestTokens.Key]))),
        ["HS512 said of HS256"] = token => token.Header["alg"] = "HS512",
        ["RS256 of an own key"] = token => (token.Header["alg"], token.Signer) = ("RS256", RawToken.SignedBy(OwnKey)),
        ["RS256 over the shared secret"] = token => token.Header["alg"] = "RS256",
        ["an own key in jwk"] = token => (token.Header["alg"], token.Header["jwk"], token.Signer) = ("RS256", OwnJwk(), RawToken.SignedBy(OwnKey)),
        ["an own secret in jwk"] = token => (token.Header["jwk"], token.Signer) = (new JsonObject { ["kty"] = "oct", ["k"] = Base64UrlEncoder.Encode(new byte[32]) }, RawToken.HmacWith(new byte[32])),
        ["an own key by jku"] = token => (token.Header["alg"], token.Header["jku"], token.Signer) = ("RS256", "http://127.0.0.1:9/keys", RawToken.SignedBy(OwnKey)),
        ["an own key by x5u"] = token => (token.Header["alg"], token.Header["x5u"], token.Signer) = ("RS256", "http://127.0.0.1:9/certificate", RawToken.SignedBy(OwnKey)),
        ["an own key in x5c"] = token => (token.Header["alg"], token.Header["x5c"], token.Signer) = ("RS256", new JsonArray(Convert.ToBase64String(OwnKey.ExportSubjectPublicKeyInfo())), RawToken.SignedBy(OwnKey)),
        ["a huge kid"] = token => (token.Header["kid"], token.Signer) = (new string('k', 12_000), RawToken.HmacWith(new byte[32])),
        ["a kid that is a file"] = token => (token.Header["kid"], token.Signer) = ("../../../../../dev/null", RawToken.HmacWith([])),
        ["a kid that is SQL"] = token => (token.Header["kid"], token.Signer) = ("x' UNION SELECT 'secret", RawToken.HmacWith("secret"u8.ToArray())),
        ["an unknown crit"] = token => (token.Header["crit"], token.Header["b64"], token.Signer) = (new JsonArray("b64"), false, RawToken.HmacWith(new byte[32])),
        ["said to be encrypted"] = token => (token.Header["alg"], token.Header["enc"]) = ("dir", "A256GCM"),
        ["another issuer"] = token => token.Payload["iss"] = "https://evil.example",
        ["an issuer with a slash"] = token => token.Payload["iss"] = TestTokens.Issuer + "/",
        ["no issuer"] = token => token.Payload.Remove("iss"),
        ["another audience"] = token => token.Payload["aud"] = "another-service",
        ["no audience"] = token => token.Payload.Remove("aud"),
        ["expired"] = token => token.Payload["exp"] = Now.AddMinutes(-2).ToUnixTimeSeconds(),
        ["no expiry"] = token => token.Payload.Remove("exp"),
        ["not valid yet"] = token => token.Payload["nbf"] = Now.AddMinutes(2).ToUnixTimeSeconds(),
        ["no subject"] = token => token.Payload.Remove("sub"),
        ["an empty subject"] = token => token.Payload["sub"] = "",
        ["a null subject"] = token => token.Payload["sub"] = null,
        ["two subjects"] = token => token.Payload["sub"] = new JsonArray("ada", "eve"),
        ["a subject with a line break"] = token => token.Payload["sub"] = "ada\r\nX: y",
    };

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory, BothTargets]
    public async Task Token_WhenForged_ShouldBe401OnEveryRouteAndChangeNothing(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var victim = await Victim.WithFactorAsync(target);
        var (challenge, _) = await victim.ChallengedByOperatorAsync();
        await target.DeliveredAsync(victim.User);
        var before = await victim.StateAsync();
        var routes = Route.All.Where(route => route.Kind != RouteKind.Open).ToList();

        // Else a token might be refused for another reason.
        var good = TokenOf(victim.User);
        (await new OtpCaller(target.Client, good).StatusAsync()).Status.Should().Be(HttpStatusCode.OK);
        var next = 0;
        foreach (var (name, spoil) in Forgeries)
        {
            var token = TokenOf(victim.User, spoil);

            // Each forgery at some routes in turn, so that each route sees several.
            for (var count = 0; count < 12; count++)
            {
                var route = routes[next++ % routes.Count];
                await ShouldBe401Async(target, route, route.PathOf(victim.User, challenge, challenge), $"Bearer {token}", name);
            }
        }

        next.Should().BeGreaterThan(5 * routes.Count);
        (await victim.StateAsync()).Should().Be(before);
        await target.ShouldBeUnharmedAsync();
    }

    [Theory, BothTargets]
    public async Task Token_WhenTamperedWith_ShouldBe401(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var victim = await Victim.WithFactorAsync(target);
        var before = await victim.StateAsync();
        var parts = TokenOf("eve").Split('.');
        var othersParts = TokenOf(victim.User, token => token.Signer = RawToken.HmacWith(new byte[32])).Split('.');
        var good = TokenOf(victim.User);
        var status = Route.All.Single(route => route.Name == "GET /api/v1/user/me/email/status");
        foreach (var authorization in new[]
        {
            $"Bearer {parts[0]}.{othersParts[1]}.{parts[2]}", $"Bearer {parts[0]}.{othersParts[1]}.", $"Bearer {parts[0]}.{othersParts[1]}", $"Bearer {othersParts[0]}..{parts[2]}", "Bearer ..", "Bearer", "Bearer ", "",
            $"Bearer {good}x", $"Bearer {good}.x", $"Bearer {good}.{good}", $"Bearer {good}, Bearer {good}", $"Bearer {good} {good}", $"Bearer Bearer {good}", $"Bearer \"{good}\"", $"Bearer {good.ToUpperInvariant()}",
            $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{victim.User}:{good}"))}", $"Basic {good}", $"Token {good}", $"JWT {good}", $"DPoP {good}", good, $"bearer:{good}", $"Negotiate {good}",
        })
        {
            await ShouldBe401Async(target, status, "api/v1/user/me/email/status", authorization, authorization);
        }

        foreach (var name in new[] { "access_token", "token", "bearer_token", "authorization", "Authorization", "jwt" })
        {
            (await target.Anonymous().GetAsync($"api/v1/user/me/email/status?{name}={good}")).Status.Should().Be(HttpStatusCode.Unauthorized, name);
            (await target.Anonymous().SendTextAsync(HttpMethod.Post, "api/v1/user/me/email/verify", $"{name}={good}&passcode=000000", "application/x-www-form-urlencoded")).Status
                .Should().BeOneOf([HttpStatusCode.Unauthorized, HttpStatusCode.UnsupportedMediaType], name);
            foreach (var header in new[] { "Cookie", "X-Authorization", "Proxy-Authorization", "X-Access-Token", "X-User-Id", "X-Forwarded-User", "X-Remote-User" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/user/me/email/status");
                request.Headers.TryAddWithoutValidation(header, header == "Cookie" ? $"{name}={good}" : header.Contains("User", StringComparison.Ordinal) ? victim.User : $"Bearer {good}");
                (await target.Anonymous().SendAsync(request)).Status.Should().Be(HttpStatusCode.Unauthorized, "{0} {1}", header, name);
            }
        }

        foreach (var (first, second) in new[] { (good, TokenOf("eve")), (TokenOf("eve"), good), (good, "x"), ("x", good) })
        {
            var answer = await RawConnection.SendAsync(
                target.Processes[0], $"GET /api/v1/user/me/email/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {first}\r\nAuthorization: Bearer {second}\r\n\r\n");
            RawConnection.StatusesIn(answer).Should().Equal([401], "two tokens are none");
        }

        (await victim.StateAsync()).Should().Be(before);
    }

    [Theory]
    [InlineData(Setup.OneProcessOnSqlite, false)]
    [InlineData(Setup.TwoProcessesOnPostgreSql, true)]
    public async Task Token_WhenSignedWithThePublicKeyOfTheIssuer_ShouldBe401(Setup setup, bool hasSharedSecretToo)
    {
        await using var issuer = await TestIssuer.StartAsync();
        var settings = hasSharedSecretToo ? issuer.SettingsBesideSharedKey : issuer.Settings;
        await using var target = await Target.StartAsync(setup, settings);
        string OfIssuer(string algorithm, Func<byte[], byte[]> signer, Action<RawToken>? spoil = null) => TokenOf("eve", token =>
        {
            (token.Header["alg"], token.Header["kid"], token.Payload["iss"], token.Signer) = (algorithm, TestIssuer.KeyId, issuer.Url, signer);
            token.Payload["email"] = "eve@mouse.example";
            spoil?.Invoke(token);
        });
        (await new OtpCaller(target.Client, OfIssuer("RS256", RawToken.SignedBy(issuer.Rsa))).StatusAsync()).Status.Should().Be(HttpStatusCode.OK);

        foreach (var (name, token) in new[]
            {
                ("PEM", Encoding.ASCII.GetBytes(issuer.Rsa.ExportSubjectPublicKeyInfoPem())), ("PEM with a line end", Encoding.ASCII.GetBytes(issuer.Rsa.ExportSubjectPublicKeyInfoPem() + "\n")),
                ("PKCS1 PEM", Encoding.ASCII.GetBytes(issuer.Rsa.ExportRSAPublicKeyPem())), ("DER", issuer.Rsa.ExportSubjectPublicKeyInfo()), ("PKCS1 DER", issuer.Rsa.ExportRSAPublicKey()),
                ("modulus", issuer.Rsa.ExportParameters(false).Modulus!), ("modulus as text", Encoding.ASCII.GetBytes(Base64UrlEncoder.Encode(issuer.Rsa.ExportParameters(false).Modulus!))),
            }
            .SelectMany(key => KeyedAlgorithms.Select(algorithm => ($"{algorithm} by the {key.Item1}", OfIssuer(algorithm, RawToken.HmacWith(key.Item2)))))
            .Append(("an own key by jku", OfIssuer("RS256", RawToken.SignedBy(OwnKey), token => (token.Header["kid"], token.Header["jku"], token.Header["x5u"]) = ("own", $"{issuer.Url}/evil", $"{issuer.Url}/evil")))))
        {
            (await new OtpCaller(target.Client, token).StatusAsync()).Status.Should().Be(HttpStatusCode.Unauthorized, name);
        }

        issuer.OtherRequests.Should().Be(0, "a token does not say where its key is");
    }

    private static string TokenOf(string user, Action<RawToken>? spoil = null)
    {
        var token = new RawToken(Now);
        token.Payload["sub"] = user;
        token.Payload.Remove("email");
        token.Payload["permissions"] = new JsonArray(Target.Write, Target.Read, Target.Instance);
        spoil?.Invoke(token);
        return token.ToString();
    }

    private static async Task ShouldBe401Async(Target target, Route route, string path, string authorization, string name)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), path);
        if (route.Body is not null)
        {
            request.Content = new StringContent(route.Body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        }

        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        var answer = await target.Anonymous().SendAsync(request);

        answer.Status.Should().Be(HttpStatusCode.Unauthorized, "{0} gets a token with {1}: {2}", route.Name, name, answer.Text);
        answer.Headers["WWW-Authenticate"].Should().Be("Bearer", "what is wrong is not for whoever tries");
    }

    private static JsonObject OwnJwk()
    {
        var key = OwnKey.ExportParameters(includePrivateParameters: false);
        return new() { ["kty"] = "RSA", ["n"] = Base64UrlEncoder.Encode(key.Modulus), ["e"] = Base64UrlEncoder.Encode(key.Exponent) };
    }
}
