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

    private static ClaimsPrincipal Principal() => new(new ClaimsIdentity(
        [new Claim("sub", "ada", ClaimValueTypes.String, "issuer"), new Claim("role", "admin"), new Claim("iat", "1", ClaimValueTypes.Integer64)], "test", "sub", "role")
    {
        BootstrapContext = "the token",
    });

    private static async Task<HttpStatusCode> StatusAsync(OtpServer server, string token) => (await new OtpCaller(server.Client, token).StatusAsync()).Status;
}
