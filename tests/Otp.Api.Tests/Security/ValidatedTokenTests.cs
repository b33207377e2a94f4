using System.Net;
using System.Security.Claims;
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

    [Fact]
    public void Find_WhenTheTrustHasEnded_ShouldHaveTheTokenCheckedAgain()
    {
        var time = new ManualTimeProvider();
        using var tokens = new ValidatedTokens(time);
        tokens.Keep("a.b.c", Principal(), null, time.GetUtcNow().UtcDateTime.AddHours(1));

        time.Advance(ValidatedTokens.Trust - TimeSpan.FromSeconds(1));
        tokens.Find("a.b.c").Should().NotBeNull();

        time.Advance(TimeSpan.FromSeconds(1));
        tokens.Find("a.b.c").Should().BeNull("a key that was withdrawn must not stay good");
    }

    [Fact]
    public void Find_WhenATokenIsKnown_ShouldGiveItsClaimsButNotTheToken()
    {
        var time = new ManualTimeProvider();
        using var tokens = new ValidatedTokens(time);
        tokens.Keep("a.b.c", Principal(), null, time.GetUtcNow().UtcDateTime.AddHours(1));

        var found = tokens.Find("a.b.c")!;

        found.Identity!.Name.Should().Be("ada");
        found.Identity.IsAuthenticated.Should().BeTrue();
        found.IsInRole("admin").Should().BeTrue();
        found.Claims.Select(claim => (claim.Type, claim.Value, claim.ValueType, claim.Issuer)).Should().BeEquivalentTo(
            Principal().Claims.Select(claim => (claim.Type, claim.Value, claim.ValueType, claim.Issuer)));
        ((ClaimsIdentity)found.Identity).BootstrapContext.Should().BeNull();
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
            tokens.Keep($"token {index}", new ClaimsPrincipal(new ClaimsIdentity(kept[index], "test")), null, time.GetUtcNow().UtcDateTime.AddHours(1));
        }

        var found = kept.Select((_, index) => tokens.Find($"token {index}")!.Claims.ToList()).ToList();

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

    private static async Task<HttpStatusCode> StatusAsync(OtpServer server, string token) => (await new OtpCaller(server.Client, token).StatusAsync()).Status;
}
