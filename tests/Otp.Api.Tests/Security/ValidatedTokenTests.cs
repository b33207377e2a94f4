using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Otp.Api.Security;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Security;

/// <summary>That a token was good a moment ago spares its check; it makes no other token good, and this one for no longer.</summary>
[Trait("Requirement", "SEC-15")]
public sealed class ValidatedTokenTests
{
    [Fact]
    public async Task Send_WhenATokenWasGoodBefore_ShouldStillRefuseOnesLikeIt()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var server = await OtpServer.StartAsync(database, new ManualTimeProvider());
        var good = new RawToken(server.Time.GetUtcNow()).ToString();
        (await StatusAsync(server, good)).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(server, good)).Should().Be(HttpStatusCode.OK);

        var parts = good.Split('.');
        var other = new RawToken(server.Time.GetUtcNow()) { Payload = { ["sub"] = "ada" } }.ToString().Split('.');
        (await StatusAsync(server, $"{parts[0]}.{parts[1]}.")).Should().Be(HttpStatusCode.Unauthorized);
        (await StatusAsync(server, $"{parts[0]}.{parts[1]}.{other[2]}")).Should().Be(HttpStatusCode.Unauthorized);
        (await StatusAsync(server, $"{parts[0]}.{other[1]}.{parts[2]}")).Should().Be(HttpStatusCode.Unauthorized);
        (await StatusAsync(server, good.ToUpperInvariant())).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Send_WhenATokenThatWasGoodExpires_ShouldAnswer401()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var time = new ManualTimeProvider();
        await using var server = await OtpServer.StartAsync(database, time);
        var token = new RawToken(time.GetUtcNow());
        token.Payload["exp"] = time.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds();
        (await StatusAsync(server, token.ToString())).Should().Be(HttpStatusCode.OK);

        time.Advance(TimeSpan.FromMinutes(1) + AuthenticationRegistration.ClockSkew - TimeSpan.FromSeconds(1));
        (await StatusAsync(server, token.ToString())).Should().Be(HttpStatusCode.OK);

        time.Advance(TimeSpan.FromSeconds(1));
        (await StatusAsync(server, token.ToString())).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(253402300799)]
    [InlineData(9999999999999)]
    public async Task Send_WhenATokenLivesToTheEndOfTime_ShouldTakeItEachTime(long expires)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var server = await OtpServer.StartAsync(database, new ManualTimeProvider());
        var token = new RawToken(server.Time.GetUtcNow()) { Payload = { ["exp"] = expires } }.ToString();

        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK, "what is remembered is as good");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_WhenTheAuthorityHasWithdrawnTheKey_ShouldAnswer401AsSoonAsThatIsKnown(bool hasSharedKeyToo)
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, hasSharedKeyToo ? issuer.SettingsBesideSharedKey : issuer.Settings);
        var authority = AuthorityOf(server);
        authority.UseLastKnownGoodConfiguration = false;
        var token = issuer.TokenAt(server.Time.GetUtcNow()).ToString();
        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK);
        await WithdrawKeyAsync(issuer, authority);

        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Send_WhenATokenIsGoodByFormerKeysAlone_ShouldNotRememberIt()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, issuer.Settings);
        var authority = AuthorityOf(server);
        var token = issuer.TokenAt(server.Time.GetUtcNow()).ToString();
        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK);
        await WithdrawKeyAsync(issuer, authority);
        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK, "the framework takes the keys before for a while, should the new ones be wrong");

        authority.UseLastKnownGoodConfiguration = false;

        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Send_WhenTheAuthorityIsOutOfReach_ShouldStillTakeWhatItHasSigned()
    {
        var issuer = await TestIssuer.StartAsync();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, issuer.Settings);
        var token = issuer.TokenAt(server.Time.GetUtcNow()).ToString();
        server.Time.Advance(TimeSpan.FromSeconds(1));
        var another = issuer.TokenAt(server.Time.GetUtcNow()).ToString();
        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK);

        await issuer.DisposeAsync();
        AuthorityOf(server).RequestRefresh();

        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(server, another)).Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_WhenATokenComesAgain_ShouldNotValidateItsSignatureAgain(bool isOfAuthority)
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, issuer.SettingsBesideSharedKey);
        var token = (isOfAuthority ? issuer.TokenAt(server.Time.GetUtcNow()) : new RawToken(server.Time.GetUtcNow())).ToString();
        var validations = 0;
        OptionsOf(server).TokenValidationParameters.IssuerSigningKeyValidator = (_, _, _) => ++validations > 0;

        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK);
        server.Time.Advance(TimeSpan.FromMinutes(59));
        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK);

        validations.Should().Be(1);
        server.Services.GetRequiredService<ValidatedTokens>().Find(token)!.Keys
            .Should().BeSameAs(isOfAuthority ? await AuthorityOf(server).GetBaseConfigurationAsync(CancellationToken.None) : null);
    }

    [Fact]
    public async Task Send_WhenTheAuthorityWasNeverInReach_ShouldTakeWhatAConfiguredKeyHasSigned()
    {
        var issuer = await TestIssuer.StartAsync();
        var settings = issuer.SettingsBesideSharedKey;
        await issuer.DisposeAsync();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, settings);
        var token = new RawToken(server.Time.GetUtcNow()).ToString();

        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Send_WhenOnlyTheAuthorityPublishesTheIssuerOfAConfiguredKey_ShouldNotRememberTheToken()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, issuer.SettingsBesideSharedKey);
        var token = new RawToken(server.Time.GetUtcNow()) { Payload = { ["iss"] = issuer.Url } }.ToString();

        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK);

        server.Services.GetRequiredService<ValidatedTokens>().Find(token).Should().BeNull("what the authority publishes can change");
    }

    [Fact]
    public async Task Find_WhenTheCertificateOfTheKeyHasExpired_ShouldKnowTheTokenNoMore()
    {
        // The framework looks at certificates by the clock of the machine.
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        await using var issuer = await TestIssuer.StartAsync();
        issuer.Certificate = new CertificateRequest("CN=issuer", issuer.Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(time.GetUtcNow().AddDays(-1), time.GetUtcNow().AddMinutes(30));
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var server = await OtpServer.StartAsync(database, time, issuer.Settings);
        var (token, tokens) = (issuer.TokenAt(server.Time.GetUtcNow()).ToString(), server.Services.GetRequiredService<ValidatedTokens>());
        (await StatusAsync(server, token)).Should().Be(HttpStatusCode.OK);

        time.Advance(TimeSpan.FromMinutes(29));
        tokens.Find(token).Should().NotBeNull();

        time.Advance(TimeSpan.FromMinutes(1));
        tokens.Find(token).Should().BeNull();
    }

    [Fact]
    public async Task Send_WhenAnExtensionAddsClaims_ShouldSeeThemInEachRequestAndKeepNone()
    {
        var transformation = new AddsPermission();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, extend: builder => builder.Services.AddSingleton<IClaimsTransformation>(transformation));
        var ada = server.As("ada", "ada@example.com");
        foreach (var permission in new[] { Permissions.UsersRead, "another", Permissions.UsersRead })
        {
            transformation.Permission = permission;
            (await ada.SendAsync(HttpMethod.Get, "/api/v1/deliveries")).Status.Should().Be(permission == "another" ? HttpStatusCode.Forbidden : HttpStatusCode.OK);
        }

        transformation.SeenBefore.Should().AllSatisfy(seen => seen.Should().BeFalse("what is added to one request is not of the token"));
        transformation.SeenBefore.Should().HaveCountGreaterThan(2);
    }

    [Fact]
    public void Find_WhenATokenHasExpired_ShouldKnowItNoMore()
    {
        var time = new ManualTimeProvider();
        using var tokens = new ValidatedTokens(time);
        tokens.Keep("a.b.c", Principal(), null, InAnHour(time), null);

        time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        tokens.Find("a.b.c").Should().NotBeNull();

        time.Advance(TimeSpan.FromSeconds(1));
        tokens.Find("a.b.c").Should().BeNull("the room is for others, and in the seconds that clocks may differ it is validated each time");
    }

    [Fact]
    public void Find_WhenATokenIsNotYetGood_ShouldNotKnowIt()
    {
        var time = new ManualTimeProvider();
        using var tokens = new ValidatedTokens(time);
        tokens.Keep("a.b.c", Principal(), time.GetUtcNow().UtcDateTime, InAnHour(time), null);

        time.Advance(-AuthenticationRegistration.ClockSkew);
        tokens.Find("a.b.c").Should().NotBeNull();

        time.Advance(-TimeSpan.FromSeconds(1));
        tokens.Find("a.b.c").Should().BeNull();
    }

    [Fact]
    public void Find_WhenATokenIsKnown_ShouldGiveItsClaimsButNotTheToken()
    {
        var time = new ManualTimeProvider();
        using var tokens = new ValidatedTokens(time);
        tokens.Keep("a.b.c", Principal(), null, InAnHour(time), null);

        var found = tokens.Find("a.b.c")!.Principal;

        found.Identity!.Name.Should().Be("ada");
        found.Identity.IsAuthenticated.Should().BeTrue();
        found.IsInRole("admin").Should().BeTrue();
        found.Claims.Select(claim => (claim.Type, claim.Value, claim.ValueType, claim.Issuer)).Should().BeEquivalentTo(
            Principal().Claims.Select(claim => (claim.Type, claim.Value, claim.ValueType, claim.Issuer)));
        found.FindFirst("ROLE").Should().BeNull("claims are told apart as in a token");
        var identity = (ClaimsIdentity)found.Identity;
        identity.BootstrapContext.Should().BeNull();
        identity.FindFirst("role")!.Subject.Should().BeSameAs(identity);
        identity.AddClaim(new Claim("added", "later"));
        identity.FindFirst("added")!.Value.Should().Be("later");
        found.Copy().FindFirst("role")!.Subject.Should().NotBeSameAs(identity).And.BeEquivalentTo(new { identity.Name, identity.IsAuthenticated, identity.RoleClaimType });
        tokens.Find("a.b.C").Should().BeNull();
    }

    [Fact]
    public void Keep_WhenTokensHaveTextsInCommon_ShouldKeepThoseOnceAndMixNothingUp()
    {
        var time = new ManualTimeProvider();
        using var tokens = new ValidatedTokens(time);
        Claim[][] kept =
        [
            [.. Principal().Claims],
            [Fresh("sub", "bob", ClaimValueTypes.String, "issuer"), Fresh("role", "user", ClaimValueTypes.String, "issuer"), Fresh("iat", "1", ClaimValueTypes.Integer32, "issuer")],
            [Fresh("role", "user", ClaimValueTypes.String, "issuer"), Fresh("sub", "bob", ClaimValueTypes.String, "another"), Fresh("a", "b", "c", "d"), Fresh("e", "f", "g", "h")],
            [Fresh("role", "user", ClaimValueTypes.String, "issuer")],
        ];
        for (var index = 0; index < kept.Length; index++)
        {
            tokens.Keep($"token {index}", new ClaimsPrincipal(new ClaimsIdentity(kept[index], "test")), null, InAnHour(time), null);
        }

        var found = kept.Select((_, index) => tokens.Find($"token {index}")!.Principal.Claims.ToList()).ToList();

        found.Select(claims => claims.Select(TextsOf)).Should().BeEquivalentTo(kept.Select(claims => claims.Select(TextsOf)), options => options.WithStrictOrdering());
        found[1][0].Type.Should().BeSameAs(found[0][0].Type);
        found[1][0].Issuer.Should().BeSameAs(found[0][0].Issuer);
        found[3][0].Value.Should().BeSameAs(found[2][0].Value);

        // As from a token that was read: no text is shared before.
        static Claim Fresh(string type, string value, string valueType, string issuer) =>
            new(new string(type.AsSpan()), new string(value.AsSpan()), new string(valueType.AsSpan()), new string(issuer.AsSpan()));
    }

    private static (string Type, string Value, string ValueType, string Issuer) TextsOf(Claim claim) => (claim.Type, claim.Value, claim.ValueType, claim.Issuer);

    private static ClaimsPrincipal Principal() => new(new ClaimsIdentity(
        [new Claim("sub", "ada", ClaimValueTypes.String, "issuer"), new Claim("role", "admin"), new Claim("iat", "1", ClaimValueTypes.Integer64)], "test", "sub", "role")
    {
        BootstrapContext = "the token",
    });

    private static DateTime InAnHour(ManualTimeProvider time) => time.GetUtcNow().UtcDateTime.AddHours(1);

    private static JwtBearerOptions OptionsOf(OtpServer server) =>
        server.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme);

    private static BaseConfigurationManager AuthorityOf(OtpServer server) => (BaseConfigurationManager)OptionsOf(server).ConfigurationManager!;

    /// <summary>The issuer publishes another key in place of its own, and the service reads that, as it does by itself from time to time.</summary>
    private static async Task WithdrawKeyAsync(TestIssuer issuer, BaseConfigurationManager authority)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var before = await authority.GetBaseConfigurationAsync(patience.Token);
        issuer.NextRsa = RSA.Create(2048);
        authority.RequestRefresh();
        while (await authority.GetBaseConfigurationAsync(patience.Token) == before)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(OtpServer server, string token) => (await new OtpCaller(server.Client, token).StatusAsync()).Status;

    /// <summary>Adds to the identity that it is given, as many do. That it is of the framework's own kind that adds nothing must not matter.</summary>
    private sealed class AddsPermission : NoopClaimsTransformation
    {
        public string Permission { get; set; } = "";

        public List<bool> SeenBefore { get; } = [];

        public override Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            SeenBefore.Add(principal.HasClaim(claim => claim.Type == "permissions"));
            ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim("permissions", Permission));
            return Task.FromResult(principal);
        }
    }
}
