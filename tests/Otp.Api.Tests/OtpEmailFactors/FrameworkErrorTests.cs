using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

/// <summary>What the framework refuses, and faults, in the shape of each family.</summary>
public sealed class FrameworkErrorTests(SharedOtpServer shared) : IClassFixture<SharedOtpServer>
{
    private const string Json = """{"email":"a@b.co","code":"123456","verificationCode":"123456"}""";

    private readonly OtpCaller _caller = shared.Server.As("somebody");

    /// <summary>Of each family a route that takes a body, where there is one, and one that takes none.</summary>
    public static TheoryData<string, string> Routes => new()
    {
        { "PUT", "auth/v1/users/me/email" },
        { "POST", "auth/v1/users/me/auth_factors/otp_email" },
        { "POST", "v2/users/somebody/email" },
        { "DELETE", "v2/users/somebody/otp_email" },
        { "POST", "v2beta/users/somebody/otp_email" },
        { "POST", "v3alpha/users/somebody/otp_email/x/verify" },
        { "POST", "V3ALPHA/users/somebody/otp_email/x/verify" },
    };

    public static TheoryData<string, string> RoutesWithBody => new()
    {
        { "PUT", "auth/v1/users/me/email" },
        { "POST", "auth/v1/users/me/email/_verify" },
        { "POST", "v2/users/somebody/email" },
        { "POST", "v2/users/somebody/email/verify" },
        { "PUT", "v3alpha/users/somebody/email" },
        { "POST", "v3alpha/users/somebody/email/verify" },
        { "POST", "v3alpha/users/somebody/otp_email/x/verify" },
    };

    public static TheoryData<string, string> RoutesWithOptionalBody => new()
    {
        { "POST", "v2/users/somebody/email/resend" },
        { "POST", "v2/users/somebody/email/send" },
        { "POST", "v2/users/somebody/authentication_factors/_search" },
        { "POST", "v3alpha/users/somebody/email/resend" },
        { "POST", "v3alpha/users/somebody/otp_email" },
    };

    public static TheoryData<string> Prefixes => ["auth/v1", "v2", "v2beta", "v3alpha", "V2"];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Request_WhenWithoutToken_ShouldBe401(string method, string route)
    {
        var answer = await shared.Server.Anonymous().SendAsync(new HttpMethod(method), route);
        answer.ShouldBeRpcError(HttpStatusCode.Unauthorized, 16, "AUTH-7fs1e", "Token is invalid");
        answer.Headers["WWW-Authenticate"].Should().Be("Bearer");
    }

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task Request_WhenThereIsNoSuchRoute_ShouldBe404(string prefix)
    {
        foreach (var path in new[] { prefix, $"{prefix}/", $"{prefix}/nothing", $"{prefix}/users/somebody/otp_email/a/b/c" })
        {
            (await _caller.PostAsync(path)).ShouldBeRpcError(HttpStatusCode.NotFound, 5, "REQUEST-nF04d");
        }
    }

    [Fact]
    public async Task Request_WhenThePrefixOnlyBeginsLikeAFamily_ShouldHaveTheCommonShape()
    {
        foreach (var path in new[] { "v2x/users", "auth/v10", "auth", "v3", "api/v1/nothing", "nothing" })
        {
            var answer = await _caller.GetAsync(path);
            answer.Status.Should().Be(HttpStatusCode.NotFound);
            answer.ErrorName.Should().Be("NotFoundError");
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Request_WhenTheMethodIsNotAllowed_ShouldKeep405(string method, string route)
    {
        method.Should().NotBe("PATCH");
        var answer = await _caller.SendAsync(HttpMethod.Patch, route);
        answer.ShouldBeRpcError(HttpStatusCode.MethodNotAllowed, 12, "REQUEST-mT05d");
        answer.Headers["Allow"].Should().Contain(method);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Request_WhenJsonIsNotAccepted_ShouldBe406AndChangeNothing(string method, string route)
    {
        foreach (var accept in new[] { "text/html", "application/xml", "application/json;q=0" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), route) { Content = new StringContent(Json, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")) };
            request.Headers.Accept.ParseAdd(accept);
            (await _caller.SendAsync(request)).ShouldBeRpcError(HttpStatusCode.NotAcceptable, 3, "REQUEST-aC06t");
        }

        (await shared.Server.StoredVerificationAsync("somebody"))?.Address.Should().BeNull();
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/*")]
    [InlineData("text/html, */*;q=0.1")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;q=0.5")]
    public async Task Request_WhenJsonIsAccepted_ShouldBeServed(string accept)
    {
        foreach (var route in new[] { "auth/v1/users/me/auth_factors/_search", "v2/users/somebody/authentication_factors/_search" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, route);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            await _caller.SendAsync(request).OkAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    [Trait("Requirement", "SEC-22")]
    public async Task Request_WhenTheBodyIsTooLarge_ShouldBe413(string method, string route)
    {
        var answer = await _caller.SendTextAsync(new HttpMethod(method), route, $$"""{"x":"{{new string('x', 16 * 1024)}}"}""");
        answer.ShouldBeRpcError(HttpStatusCode.RequestEntityTooLarge, 3, "REQUEST-sZ13e");
    }

    [Theory]
    [MemberData(nameof(RoutesWithBody))]
    [Trait("Requirement", "SEC-22")]
    public async Task Request_WhenTheBodyIsTooLargeAndDoesNotSaySo_ShouldBe413(string method, string route)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), route)
        {
            Content = new StringContent($$"""{"x":"{{new string('x', 40 * 1024)}}"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
        };
        request.Headers.TransferEncodingChunked = true;
        (await _caller.SendAsync(request)).ShouldBeRpcError(HttpStatusCode.RequestEntityTooLarge, 3, "REQUEST-sZ13e");
    }

    [Theory]
    [MemberData(nameof(RoutesWithBody))]
    public async Task Request_WhenTheBodyIsNotDeclaredAsJson_ShouldBe415(string method, string route)
    {
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "application/xml" })
        {
            (await _caller.SendTextAsync(new HttpMethod(method), route, Json, type)).ShouldBeRpcError(HttpStatusCode.UnsupportedMediaType, 3, "REQUEST-mD15a");
        }
    }

    [Theory]
    [MemberData(nameof(RoutesWithOptionalBody))]
    public async Task Request_WhenAnOptionalBodyIsNotDeclaredAsJson_ShouldBe415(string method, string route) =>
        (await _caller.SendTextAsync(new HttpMethod(method), route, Json, "text/plain")).ShouldBeRpcError(HttpStatusCode.UnsupportedMediaType, 3, "REQUEST-mD15a");

    [Theory]
    [MemberData(nameof(RoutesWithBody))]
    [MemberData(nameof(RoutesWithOptionalBody))]
    [Trait("Requirement", "SEC-23")]
    public async Task Request_WhenTheBodyIsMalformed_ShouldBeCode3(string method, string route)
    {
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 40)) + "1" + new string('}', 40);
        foreach (var body in new[] { "{", "}", "[]", "1", "\"x\"", "{\"a\":1,}", "{'a':1}", "\u0000", "{\"a\":\"\\ud800\",\"email\":\"\\ud800\",\"code\":\"\\ud800\",\"verificationCode\":\"\\ud800\"", deep, "{\"a\":1}x" })
        {
            (await _caller.SendTextAsync(new HttpMethod(method), route, body)).ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "REQUEST-jS0nX");
        }
    }

    [Theory]
    [MemberData(nameof(RoutesWithBody))]
    public async Task Request_WhenANeededBodyIsMissing_ShouldBeCode3(string method, string route)
    {
        (await _caller.SendTextAsync(new HttpMethod(method), route, "")).ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "REQUEST-jS0nX");
        (await _caller.SendTextAsync(new HttpMethod(method), route, "null")).ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "REQUEST-jS0nX");
    }

    [Theory]
    [InlineData("POST", "auth/v1/users/me/email/_verify", "code")]
    [InlineData("POST", "v2/users/somebody/email/verify", "verificationCode")]
    [InlineData("POST", "v3alpha/users/somebody/otp_email/x/verify", "code")]
    [InlineData("PUT", "auth/v1/users/me/email", "email")]
    [InlineData("POST", "v2/users/somebody/email", "email")]
    [Trait("Requirement", "SEC-23")]
    public async Task Request_WhenATextHasAnotherJsonType_ShouldBeCode3(string method, string route, string member)
    {
        foreach (var value in new[] { "123456", "1e5", "true", "[]", "[\"123456\"]", "{}", "\"\\ud800\"" })
        {
            (await _caller.SendTextAsync(new HttpMethod(method), route, $$"""{"{{member}}":{{value}}}""")).ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "REQUEST-jS0nX");
        }
    }

    [Fact]
    public async Task Request_WhenTheServiceFails_ShouldBe500WithoutDetails()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, extend: builder =>
            builder.Services.AddControllers().AddApplicationPart(typeof(FailingController).Assembly));
        foreach (var prefix in new[] { "auth/v1", "v2", "v2beta", "v3alpha" })
        {
            var answer = await server.Anonymous().GetAsync($"{prefix}/failing");
            answer.ShouldBeRpcError(HttpStatusCode.InternalServerError, 13, "INTERNAL-f0Lt5", $"Something went wrong here (trace id {answer.Headers["Trace-Id"]})");
            answer.Text.Should().NotContain(FailingController.Secret);
        }

        var common = await server.Anonymous().GetAsync("api/v1/failing");
        common.Status.Should().Be(HttpStatusCode.InternalServerError);
        common.ErrorName.Should().Be("UnexpectedServerError");
        common.Text.Should().Contain(common.Headers["Trace-Id"]).And.NotContain(FailingController.Secret);
    }

    [Theory, BothDatabases]
    public async Task Request_WhenTheTokensTextsHoldWhatADatabaseCannotStore_ShouldBeServed(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var odd = server.As("somebody", null, ("name", "a\0b"), ("org_id", "o\0wner"), ("locale", "d\0e"));

        await server.VerifyAddressAsync(odd, "somebody@mouse.com");

        var added = await odd.AddContactFactorAsync().OkAsync();
        ((string)added.Results["details"]!["resourceOwner"]!).Should().Be("default");
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-06")]
    public async Task Request_WhenTheDatabaseIsAway_ShouldBe503(DatabaseProvider provider)
    {
        var database = await TestDatabase.CreateAsync(provider);
        await using var server = await OtpServer.StartAsync(database, new ManualTimeProvider());
        await server.As("somebody").SetEmailAsync("somebody@mouse.com").OkAsync();

        await database.DisposeAsync();

        var caller = server.As("somebody");
        foreach (var answer in new[]
        {
            await caller.VerifyEmailAsync("123456"), await caller.MyFactorsAsync(), await caller.PostAsync("v2/users/somebody/otp_email"),
            await caller.DeleteAsync("v2beta/users/somebody/otp_email"), await caller.AddFactorAsync("somebody", new { address = "a@b.co" }),
            await server.AsOperator().PostAsync("v2/users/somebody/otp_email"),
        })
        {
            answer.ShouldBeRpcError(HttpStatusCode.ServiceUnavailable, 14, "INTERNAL-aW4yD", $"The service cannot serve now; try again later (trace id {answer.Headers["Trace-Id"]})");
        }

        var challenge = await caller.VerifyChallengeAsync(Guid.Empty.ToString(), "12345678");
        challenge.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        challenge.ErrorName.Should().Be("ServiceUnavailableError");
        challenge.Headers.Should().ContainKey("Retry-After");
    }
}

/// <summary>A controller of a team's own, with a bug.</summary>
[ApiController]
public sealed class FailingController : ControllerBase
{
    public const string Secret = "the secret of the exception";

    [HttpGet("auth/v1/failing")]
    [HttpGet("v2/failing")]
    [HttpGet("v2beta/failing")]
    [HttpGet("v3alpha/failing")]
    [HttpGet("api/v1/failing")]
    public IActionResult Fail() => throw new InvalidOperationException($"{Secret} ({Request.Path})");
}
