using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Otp.TestKit;

/// <summary>An OpenID Connect provider on a real socket: its discovery document and its public RSA key.</summary>
public sealed class TestIssuer : IAsyncDisposable
{
    public const string KeyId = "rsa-1";

    private readonly WebApplication _app;
    private int _otherRequests;

    private TestIssuer(WebApplication app) => _app = app;

    /// <summary>The key that it publishes, as <see cref="KeyId"/>.</summary>
    public RSA Rsa { get; } = RSA.Create(2048);

    /// <summary>The key that it publishes in place of that one, as <c>rsa-2</c>, once it is set.</summary>
    public RSA? NextRsa { get; set; }

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>A certificate of the key, which it publishes with the key once it is set.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>How often something was fetched that no service has a reason to fetch.</summary>
    public int OtherRequests => _otherRequests;

    /// <summary>The settings with which the service trusts it, and the test's shared key only where the test adds that.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Authentication:Schemes:Bearer:Authority"] = Url,
        ["Authentication:Schemes:Bearer:ValidIssuer"] = null,
        ["Authentication:Schemes:Bearer:SigningKeys:0:Issuer"] = null,
        ["Authentication:Schemes:Bearer:SigningKeys:0:Value"] = null,
    };

    /// <summary>The settings with which the service trusts it beside the test's shared key.</summary>
    public Dictionary<string, string?> SettingsBesideSharedKey => new() { ["Authentication:Schemes:Bearer:Authority"] = Url };

    public static async Task<TestIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new TestIssuer(builder.Build());
        issuer._app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = issuer.Url, jwks_uri = $"{issuer.Url}/jwks" }));
        issuer._app.MapGet("/jwks", () => Results.Json(new { keys = new[] { issuer.ToJwk() } }));
        issuer._app.MapFallback(() =>
        {
            Interlocked.Increment(ref issuer._otherRequests);
            return Results.Json(new { keys = new[] { issuer.ToJwk() } });
        });
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>A token that it has signed with <see cref="Rsa"/>.</summary>
    public RawToken TokenAt(DateTimeOffset now)
    {
        var token = new RawToken(now) { Signer = RawToken.SignedBy(Rsa) };
        (token.Header["alg"], token.Header["kid"], token.Payload["iss"]) = ("RS256", KeyId, Url);
        return token;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Rsa.Dispose();
        NextRsa?.Dispose();
        Certificate?.Dispose();
    }

    private Dictionary<string, object> ToJwk()
    {
        var key = (NextRsa ?? Rsa).ExportParameters(includePrivateParameters: false);
        Dictionary<string, object> jwk = new()
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = NextRsa is null ? KeyId : "rsa-2",
            ["n"] = Base64UrlEncoder.Encode(key.Modulus),
            ["e"] = Base64UrlEncoder.Encode(key.Exponent),
        };
        if (Certificate is not null)
        {
            jwk["x5c"] = new[] { Convert.ToBase64String(Certificate.RawData) };
        }

        return jwk;
    }
}
