using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Otp.Api.Tests.Delivery;
using Otp.Api.Tests.Errors;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Security;

[Trait("Requirement", "SEC-13")]
public sealed class ClientLimitTests
{
    private static readonly Guid Nothing = new("01940000-0000-7000-8000-00000000abcd");

    /// <summary>All routes that send or guess, with a body that they read.</summary>
    public static TheoryData<string, string, string?, bool> Limited => new()
    {
        { "PUT", "api/v1/user/me/email/otp", null, false },
        { "PUT", "auth/v1/users/me/email", """{"email":"new@example.com"}""", false },
        { "POST", "auth/v1/users/me/email/_resend_verification", null, false },
        { "POST", "auth/v1/users/me/auth_factors/otp_email", null, false },
        { "DELETE", "auth/v1/users/me/auth_factors/otp_email", null, false },
        { "POST", "api/v1/user/me/otp_email/challenges", null, false },
        { "POST", $"api/v1/user/me/otp_email/challenges/{Nothing}/resend", null, false },
        { "POST", "v2/users/ada/otp_email", null, false },
        { "DELETE", "v2/users/ada/otp_email", null, false },
        { "POST", "v2beta/users/ada/otp_email", null, false },
        { "DELETE", "v2beta/users/ada/otp_email", null, false },
        { "POST", "v2/users/ada/email", """{"email":"new@example.com"}""", false },
        { "POST", "v2/users/ada/email/resend", null, false },
        { "POST", "v2/users/ada/email/send", null, false },
        { "POST", "v3alpha/users/ada/otp_email", """{"email":{"address":"second@example.com"}}""", false },
        { "DELETE", $"v3alpha/users/ada/otp_email/{Nothing}", null, false },
        { "PUT", "v3alpha/users/ada/email", """{"email":{"address":"new@example.com"}}""", false },
        { "POST", "v3alpha/users/ada/email/resend", null, false },
        { "POST", "api/v1/users/ada/otp_email/challenges", null, false },
        { "POST", $"api/v1/users/ada/otp_email/challenges/{Nothing}/resend", null, false },

        { "GET", "api/v1/user/me/email/status?passcode=000000", null, true },
        { "POST", "api/v1/user/me/email/verify", """{"passcode":"000000"}""", true },
        { "POST", "auth/v1/users/me/email/_verify", """{"code":"000000"}""", true },
        { "POST", $"api/v1/user/me/otp_email/challenges/{Nothing}/verify", """{"passcode":"00000000"}""", true },
        { "POST", "v2/users/ada/email/verify", """{"verificationCode":"000000"}""", true },
        { "POST", $"v3alpha/users/ada/otp_email/{Nothing}/verify", """{"code":"00000000"}""", true },
        { "POST", "v3alpha/users/ada/email/verify", """{"verificationCode":"000000"}""", true },
        { "POST", $"api/v1/users/ada/otp_email/challenges/{Nothing}/verify", """{"passcode":"00000000"}""", true },
    };

    [Theory]
    [MemberData(nameof(Limited))]
    [Trait("Requirement", "SEC-14")]
    public async Task Route_WhenAClientIsOverItsLimit_ShouldBe429UntilTheTimeThatItSays(string method, string path, string? body, bool guesses)
    {
        ArgumentNullException.ThrowIfNull(path);
        await using var server = await StartAsync(guesses ? "ClientGuesses" : "ClientSends");
        var ada = server.As("ada", "ada@example.com");
        Task<OtpAnswer> SendAsync(OtpCaller caller) =>
            body is null ? caller.SendAsync(new HttpMethod(method), path) : caller.SendTextAsync(new HttpMethod(method), path, body);
        for (var request = 0; request < 3; request++)
        {
            IsOverTheClientsLimit(await SendAsync(ada)).Should().BeFalse("it is request {0}", request);
            server.Time.Advance(TimeSpan.FromSeconds(10));
        }

        var refused = await SendAsync(ada);
        IsOverTheClientsLimit(refused).Should().BeTrue(refused.Text);
        refused.RetryAfter.Should().Be(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(30), "the first request leaves the window then");
        IsOverTheClientsLimit(await SendAsync(server.As("bob", "bob@example.com"))).Should().Be(!path.Contains("/ada/", StringComparison.Ordinal), "the client is counted, not the user, and after the permission");
        IsOverTheClientsLimit(await SendAsync(server.With(DeliverySteps.Write))).Should().BeFalse("a service that may act for others is not counted");

        server.Time.Advance(refused.RetryAfter - TimeSpan.FromMilliseconds(1));
        IsOverTheClientsLimit(await SendAsync(server.As("ada", "ada@example.com"))).Should().BeTrue();
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        IsOverTheClientsLimit(await SendAsync(server.As("ada", "ada@example.com"))).Should().BeFalse("to wait so long is enough");
        IsOverTheClientsLimit(await SendAsync(server.As("ada", "ada@example.com"))).Should().BeTrue("one request has left the window, and one has come");
    }

    [Fact]
    public async Task Routes_WhenAllAreRead_ShouldBeInTheTableIfTheySendOrGuess()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        var tried = Limited.Select(row => $"{row[0]} {((string)row[1]).Split('?')[0]}").ToHashSet();

        var missing = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.Any(item => item.GetType().Name == "LimitClientAttribute"))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText!.TrimStart('/')}"))
            .Select(route => route.Replace("{userId}", "ada", StringComparison.Ordinal).Replace("{challengeId}", $"{Nothing}", StringComparison.Ordinal).Replace("{otpEmailId}", $"{Nothing}", StringComparison.Ordinal))
            .Except(tried);

        missing.Should().BeEmpty();
    }

    [Theory]
    [InlineData("api/v1/user/me/email/status")]
    [InlineData("api/v1/user/me/email/status?passcode=")]
    [InlineData("auth/v1/users/me/email")]
    public async Task Read_WhenTheClientIsOverItsLimit_ShouldStillBeAnswered(string path)
    {
        await using var server = await StartAsync("ClientGuesses");
        var ada = server.As("ada", "ada@example.com");
        for (var guess = 0; guess < 4; guess++)
        {
            await ada.GuessAsync("000000");
        }

        IsOverTheClientsLimit(await ada.GuessAsync("000000")).Should().BeTrue();
        (await ada.GetAsync(path)).Status.Should().Be(HttpStatusCode.OK);
        (await ada.RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK, "sends are counted apart");
    }

    [Fact]
    public async Task Client_WhenItComesThroughAProxy_ShouldBeTheAddressThatTheProxySays()
    {
        await using var server = await StartAsync("ClientGuesses", ("ReverseProxy:KnownProxies:0", "127.0.0.1"));
        foreach (var (address, isSame) in new[]
        {
            ("192.0.2.1", false), ("192.0.2.1", true), ("192.0.2.1", true), ("192.0.2.2", false), ("::ffff:192.0.2.2", true),
            ("2001:db8:1:2::1", false), ("2001:db8:1:2:ffff::9", true), ("2001:db8:1:3::1", false), ("203.0.113.9, 192.0.2.2", true),
        })
        {
            // The first request of a client uses its limit up, so that the next one tells whether it is the same client.
            IsOverTheClientsLimit(await GuessFromAsync(server, address)).Should().Be(isSame, "the header says {0}", address);
            await GuessFromAsync(server, address);
            await GuessFromAsync(server, address);
        }
    }

    [Fact]
    public async Task Client_WhenNoProxyIsKnown_ShouldBeTheOneThatConnectsWhateverItSays()
    {
        await using var server = await StartAsync("ClientGuesses");
        for (var request = 0; request < 3; request++)
        {
            IsOverTheClientsLimit(await GuessFromAsync(server, $"192.0.2.{request}")).Should().BeFalse();
        }

        IsOverTheClientsLimit(await GuessFromAsync(server, "192.0.2.77")).Should().BeTrue("the header is anybody's word");
    }

    [Fact]
    public async Task Limit_WhenNothingIsSet_ShouldBe30SendsAnd60GuessesInFiveMinutes()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, new() { ["Limits:ClientSends:Enabled"] = null, ["Limits:ClientGuesses:Enabled"] = null });
        var sends = 0;
        while (!IsOverTheClientsLimit(await server.As($"user{sends}", $"user{sends}@example.com").RequestCodeAsync()))
        {
            sends++;
        }

        var guesses = 0;
        while (!IsOverTheClientsLimit(await server.As($"user{guesses}", $"user{guesses}@example.com").GuessAsync("000000")))
        {
            guesses++;
        }

        (sends, guesses).Should().Be((30, 60));
        server.Time.Advance(TimeSpan.FromMinutes(5));
        IsOverTheClientsLimit(await server.As("x", "x@example.com").RequestCodeAsync()).Should().BeFalse();
    }

    [Fact]
    public async Task Limit_WhenRequestsCompete_ShouldLetExactlySoManyThrough()
    {
        await using var server = await StartAsync("ClientGuesses");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.As("ada", "ada@example.com").GuessAsync("000000")));

        answers.Count(answer => !IsOverTheClientsLimit(answer)).Should().Be(3);
    }

    private static Task<OtpServer> StartAsync(string limit, params (string Name, string Value)[] settings)
    {
        Dictionary<string, string?> all = new() { [$"Limits:{limit}:Enabled"] = "true", [$"Limits:{limit}:PermitLimit"] = "3" };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return OtpServer.StartAsync(DatabaseProvider.Sqlite, all);
    }

    private static async Task<OtpAnswer> GuessFromAsync(OtpServer server, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/user/me/email/status?passcode=000000");
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        return await server.As("ada", "ada@example.com").SendAsync(request);
    }

    /// <summary>Whether the client was refused, in the shape of the route's family; other limits have other words.</summary>
    private static bool IsOverTheClientsLimit(OtpAnswer answer)
    {
        if (answer.Status != HttpStatusCode.TooManyRequests || !answer.Text.Contains("Too many requests from this address", StringComparison.Ordinal))
        {
            return false;
        }

        if (answer.Path.StartsWith("/api/", StringComparison.Ordinal))
        {
            answer.ShouldBeError(HttpStatusCode.TooManyRequests, "TooManyRequestsError");
        }
        else
        {
            (answer.RpcCode, answer.RpcId).Should().Be((8, "REQUEST-cL08s"));
        }

        return true;
    }
}
