using System.Globalization;
using System.Net;
using Otp.Attack.Tests.Targets;
using Otp.TestKit;

namespace Otp.Attack.Tests;

/// <summary>Where client limits are on, and low.</summary>
public sealed class LimitedTargets() : TargetPool(new()
{
    ["Limits:ClientSends:Enabled"] = "true",
    ["Limits:ClientSends:PermitLimit"] = $"{Permits}",
    ["Limits:ClientGuesses:Enabled"] = "true",
    ["Limits:ClientGuesses:PermitLimit"] = $"{Permits}",
})
{
    public const int Permits = 6;
}

/// <summary>Headers that a proxy would set, from somebody who is none.</summary>
public sealed class SpoofingAttackTests(LimitedTargets targets) : IClassFixture<LimitedTargets>
{
    private static readonly string[] ClientHeaders =
    [
        "X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Cluster-Client-IP", "X-Original-For", "X-Remote-Addr",
        "X-Originating-IP", "Fastly-Client-IP", "X-Azure-ClientIP", "Via",
    ];

    private static int Requests => 3 * LimitedTargets.Permits;

    [Theory]
    [BothTargets("guesses")]
    [BothTargets("sends")]
    [Trait("Requirement", "SEC-13")]
    public async Task Client_WhenItSaysThatItIsAnother_ShouldBeCountedAllTheSame(Setup setup, string what)
    {
        var target = await targets.GetAsync(setup);
        var allowed = LimitedTargets.Permits * target.Processes.Count;
        var answers = new List<OtpAnswer>();
        for (var number = 0; number < Requests * target.Processes.Count; number++)
        {
            using var request = what == "guesses"
                ? new HttpRequestMessage(HttpMethod.Get, "api/v1/user/me/email/status?passcode=000000")
                : new HttpRequestMessage(HttpMethod.Put, "api/v1/user/me/email/otp");
            foreach (var header in ClientHeaders)
            {
                var address = (number % 3) switch
                {
                    0 => string.Create(CultureInfo.InvariantCulture, $"198.51.100.{number}"),
                    1 => string.Create(CultureInfo.InvariantCulture, $"2001:db8:{number}::1"),
                    _ => string.Create(CultureInfo.InvariantCulture, $"203.0.113.{number}, 127.0.0.1"),
                };
                request.Headers.TryAddWithoutValidation(header, header == "Forwarded" ? $"for=\"{address}\";by=127.0.0.1" : address);
            }

            var user = target.NewUser("client");
            answers.Add(await target.As(user, $"{user}@mouse.example").SendAsync(request));
        }

        answers.Count(answer => answer.Status == HttpStatusCode.OK).Should().Be(allowed, "each process counts one client");
        answers.Skip(allowed).Should().OnlyContain(answer => answer.Status == HttpStatusCode.TooManyRequests && answer.RetryAfter > TimeSpan.Zero);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-24")]
    public async Task Client_WhenItSaysThatItIsAnother_ShouldStandInTheAuditTrailAsItIs(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var victim = await Victim.VerifiedAsync(target);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v2/users/{victim.User}/otp_email");
        foreach (var header in ClientHeaders)
        {
            request.Headers.TryAddWithoutValidation(header, "198.51.100.7");
        }

        await victim.Operator.SendAsync(request).OkAsync();

        var trail = await target.AsOperator(Target.Home, Target.Read).GetAsync($"api/v1/audit?userId={victim.User}").OkAsync();
        trail.Text.Should().Contain("127.0.0.1").And.NotContain("198.51.100.7");
    }
}

/// <summary>Headers by which some frameworks take a request for another one.</summary>
[Collection(SharedTargets.Name)]
public sealed class OverrideAttackTests(SharedTargets targets)
{
    [Theory, BothTargets]
    [Trait("Requirement", "SEC-21")]
    public async Task Method_WhenOverriddenByAHeader_ShouldStayWhatItIs(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var victim = await Victim.WithFactorAsync(target);
        await target.DeliveredAsync(victim.User);
        var before = await victim.StateAsync();
        foreach (var header in new[] { "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method" })
        {
            foreach (var (method, path) in new[]
            {
                ("DELETE", "auth/v1/users/me/auth_factors/otp_email"), ("PUT", "auth/v1/users/me/email"),
                ("DELETE", $"v2/users/{victim.User}/otp_email"), ("POST", $"api/v1/users/{victim.User}/otp_email/unlock"),
            })
            {
                foreach (var sent in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Options })
                {
                    using var request = new HttpRequestMessage(sent, $"{path}?_method={method}");
                    request.Headers.TryAddWithoutValidation(header, method);
                    var answer = await victim.Operator.SendAsync(request);
                    ((int)answer.Status).Should().BeLessThan(500, "{0} {1}", sent, path);
                }
            }
        }

        (await victim.StateAsync()).Should().Be(before);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-16")]
    public async Task Url_WhenReplacedByAHeader_ShouldStayWhatItIs(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var victim = await Victim.WithFactorAsync(target);
        var plain = await target.Anonymous().GetAsync("health/live");
        foreach (var header in new[] { "X-Original-URL", "X-Rewrite-URL", "X-Original-URI", "X-Forwarded-Uri", "X-Forwarded-Path", "X-Forwarded-Prefix", "X-Accel-Redirect", "X-Sendfile" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "health/live");
            request.Headers.TryAddWithoutValidation(header, "/api/v1/user/me/email/status");
            (await victim.Caller.SendAsync(request)).Seen().Should().Be(plain.Seen(), header);

            using var other = new HttpRequestMessage(HttpMethod.Get, $"v2/users/{victim.User}/authentication_methods");
            other.Headers.TryAddWithoutValidation(header, "/v2/users/nosy/authentication_methods");
            (await target.As("nosy").SendAsync(other)).Status.Should().Be(HttpStatusCode.Forbidden, header);
        }
    }
}
