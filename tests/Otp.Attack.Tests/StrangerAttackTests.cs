using System.Net;
using System.Text.Json.Nodes;
using Otp.Attack.Tests.Targets;
using Otp.TestKit;

namespace Otp.Attack.Tests;

/// <summary>Another user, or another organisation's operator, at every route that names a user or a thing of one.</summary>
[Collection(SharedTargets.Name)]
public sealed class StrangerAttackTests(SharedTargets targets)
{
    private const string Nobody = "nobody-there";
    private const string Nothing = "01940000-0000-7000-8000-00000000abcd";
    private const string Away = "away";

    /// <summary>Callers who may not ask, by name.</summary>
    private static readonly Dictionary<string, Func<Target, OtpCaller>> WithoutPermission = new()
    {
        ["nobody"] = target => target.Anonymous(),
        ["another user"] = target => target.As("nosy", "nosy@mouse.example"),
        ["a reader of the wrong scope"] = target => target.As("nosy", null, ("scope", "openid otp.users.writer xotp.users.read otp.users")),
        ["somebody with the instance alone"] = target => target.AsOperator(Target.Home, Target.Instance),
    };

    [Theory, BothTargets]
    public async Task Routes_WhenTheServiceListsThem_ShouldAllBeAttacked(Setup setup)
    {
        var document = JsonNode.Parse(await (await targets.GetAsync(setup)).Client.GetStringAsync("openapi/v1.json"))!;

        var listed = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Where(item => item.Key is "get" or "put" or "post" or "delete" or "patch" or "head" or "options")
            .Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));

        Route.All.Select(route => route.Name).Should().BeEquivalentTo(listed);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-15")]
    public async Task UserRoute_WhenCalledByAnotherTenantsOperator_ShouldAnswerAsIfTheUserDidNotExist(Setup setup)
    {
        var (victim, challenge, factor) = await PrepareAsync(setup);
        var before = await victim.StateAsync();
        foreach (var stranger in new[] { victim.Target.AsOperator(Away), victim.Target.AsOperator(Away, Target.Write, Target.Read) })
        {
            foreach (var route in Route.All.Where(route => route.Kind == RouteKind.User))
            {
                var answer = await route.SendAsync(stranger, route.PathOf(victim.User, challenge, factor));
                var unknown = await route.SendAsync(stranger, route.PathOf(Nobody, Nothing, Nothing));

                answer.Status.Should().Be(HttpStatusCode.NotFound, "{0} is called", route.Name);
                answer.Seen().Should().Be(unknown.Seen(), "{0} is called", route.Name);
            }
        }

        (await victim.StateAsync()).Should().Be(before);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-16")]
    public async Task UserRoute_WhenTheCallerMayNotAsk_ShouldAnswerAlikeForKnownAndUnknown(Setup setup)
    {
        var (victim, challenge, factor) = await PrepareAsync(setup);
        var before = await victim.StateAsync();
        foreach (var (name, caller) in WithoutPermission)
        {
            foreach (var route in Route.All.Where(route => route.Kind == RouteKind.User))
            {
                var known = await route.SendAsync(caller(victim.Target), route.PathOf(victim.User, challenge, factor));
                var knownUserAlone = await route.SendAsync(caller(victim.Target), route.PathOf(victim.User, Nothing, Nothing));
                var unknown = await route.SendAsync(caller(victim.Target), route.PathOf(Nobody, Nothing, Nothing));

                known.Status.Should().Be(name == "nobody" ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, "{0} is called by {1}", route.Name, name);
                known.Seen().Should().Be(unknown.Seen(), "{0} is called by {1}", route.Name, name);
                knownUserAlone.Seen().Should().Be(unknown.Seen(), "{0} is called by {1}", route.Name, name);
            }
        }

        (await victim.StateAsync()).Should().Be(before);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-16")]
    public async Task Thing_WhenOfAnotherUser_ShouldBeAsIfItWereNotThere(Setup setup)
    {
        var (victim, challenge, factor) = await PrepareAsync(setup);
        var eve = await Victim.WithFactorAsync(victim.Target);
        var before = await victim.StateAsync();
        var routes = Route.All.Where(route => route.Pattern.Contains("{challengeId}", StringComparison.Ordinal) || route.Pattern.Contains("{otpEmailId}", StringComparison.Ordinal)).ToList();
        foreach (var route in routes)
        {
            // By herself, and by the operator of both, who may name either user but not mix them.
            foreach (var caller in new[] { eve.Caller, eve.Operator })
            {
                var path = route.PathOf(eve.User, challenge, factor);
                if (caller == eve.Operator && route.Kind == RouteKind.Me)
                {
                    continue;
                }

                var answer = await route.SendAsync(caller, path);

                answer.Status.Should().Be(HttpStatusCode.NotFound, "{0} is called: {1}", route.Name, answer.Text);
                answer.Seen().Should().Be((await route.SendAsync(caller, route.PathOf(eve.User, Nothing, Nothing))).Seen(), "{0} is called", route.Name);
            }
        }

        routes.Should().HaveCountGreaterThan(7);
        var named = await eve.Caller.CreateChallengeAsync(new { otpEmailId = factor });
        named.Seen().Should().Be((await eve.Caller.CreateChallengeAsync(new { otpEmailId = Nothing })).Seen());
        named.Status.Should().Be(HttpStatusCode.NotFound);
        (await victim.StateAsync()).Should().Be(before);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-15")]
    public async Task List_WhenAskedByAnotherTenantsOperator_ShouldShowNothing(Setup setup)
    {
        var (victim, _, _) = await PrepareAsync(setup);
        var target = victim.Target;
        var before = await victim.StateAsync();
        var own = JsonNode.Parse((await target.AsOperator(Target.Home, Target.Read).GetAsync($"api/v1/deliveries?userId={victim.User}").OkAsync()).Text)!["results"]!["items"]!.AsArray();
        own.Should().NotBeEmpty("else there is nothing to hide");
        var delivery = (string)own[0]!["deliveryId"]!;
        var stranger = target.AsOperator(Away, Target.Read, Target.Write);

        foreach (var list in new[] { "deliveries", "audit" })
        {
            foreach (var filter in new[] { "", $"?userId={victim.User}", list == "audit" ? "?action=" : $"?email={victim.Address}" })
            {
                (await stranger.GetAsync($"api/v1/{list}{filter}")).Text.Should().NotContain(victim.User).And.NotContain(delivery);
            }

            var known = await stranger.GetAsync($"api/v1/{list}?userId={victim.User}").OkAsync();
            known.Seen().Should().Be((await stranger.GetAsync($"api/v1/{list}?userId={Nobody}").OkAsync()).Seen());
        }

        var retry = await stranger.PostAsync($"api/v1/deliveries/{delivery}/retry");
        retry.Status.Should().Be(HttpStatusCode.NotFound);
        retry.Seen().Should().Be((await stranger.PostAsync($"api/v1/deliveries/{Nothing}/retry")).Seen());
        foreach (var email in new[] { victim.Address, "unknown@mouse.example" })
        {
            (await stranger.DeleteAsync($"api/v1/suppressions/{email}")).Status.Should().Be(HttpStatusCode.Forbidden);
        }

        (await stranger.GetAsync("api/v1/suppressions")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await victim.StateAsync()).Should().Be(before);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-16")]
    public async Task PermissionRoute_WhenTheCallerHasNone_ShouldAnswerAlikeForKnownAndUnknown(Setup setup)
    {
        var (victim, _, _) = await PrepareAsync(setup);
        var eve = victim.Target.As("nosy", "nosy@mouse.example");
        foreach (var route in Route.All.Where(route => route.Kind == RouteKind.Permission))
        {
            var query = route.Method == "GET" ? "?userId=" : null;
            var known = await route.SendAsync(eve, route.PathOf("", "", "", Nothing, victim.Address) + (query is null ? "" : query + victim.User));
            var unknown = await route.SendAsync(eve, route.PathOf("", "", "", "unknown", "unknown@mouse.example") + (query is null ? "" : query + Nobody));

            known.Status.Should().Be(HttpStatusCode.Forbidden, "{0} is called", route.Name);
            known.Seen().Should().Be(unknown.Seen(), "{0} is called", route.Name);
        }
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-16")]
    public async Task Address_WhenItIsAnotherUsers_ShouldBeAnsweredLikeAnUnknownOne(Setup setup)
    {
        var (victim, _, _) = await PrepareAsync(setup);
        var target = victim.Target;

        foreach (var (name, ask) in new Dictionary<string, Func<Victim, string, Task<OtpAnswer>>>
        {
            ["set"] = (eve, address) => eve.Caller.SetEmailAsync(address),
            ["set by id"] = (eve, address) => eve.Caller.PostAsync($"v2/users/{eve.User}/email", new { email = address }),
            ["add"] = (eve, address) => eve.Caller.AddFactorAsync(eve.User, new { address }),
            ["by claim"] = (eve, address) => target.As(eve.User, address).RequestCodeAsync(),
        })
        {
            var known = await ask(await Victim.VerifiedAsync(target), victim.Address);
            var unknown = await ask(await Victim.VerifiedAsync(target), $"{target.NewUser("unknown")}@mouse.example");

            known.Status.Should().Be(unknown.Status, name).And.Be(HttpStatusCode.OK, name);
            Shape(known).Should().Be(Shape(unknown), name);
        }
    }

    /// <summary>An answer without times, ids and counts, which are its own.</summary>
    private static string Shape(OtpAnswer answer)
    {
        var shape = System.Text.RegularExpressions.Regex.Replace(answer.Seen(), """\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}-[0-9a-f-]{27}|[a-z0-9+.-]+@mouse\.example|Content-Length: \d+|sequence.:.\d+""", "…");
        shape.Should().Contain("…");
        return shape;
    }

    /// <summary>Somebody with a factor, an open challenge, and a factor that is not ready.</summary>
    private async Task<(Victim Victim, string Challenge, string Factor)> PrepareAsync(Setup setup)
    {
        var victim = await Victim.WithFactorAsync(await targets.GetAsync(setup));
        var (challenge, _) = await victim.ChallengedByOperatorAsync();
        var (factor, _) = await victim.RegisteredAsync($"second-{victim.Address}");
        await victim.Target.DeliveredAsync(victim.User);
        return (victim, challenge, factor);
    }
}
