using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

public sealed class PermissionTests(SharedOtpServer shared) : IClassFixture<SharedOtpServer>
{
    private const string Home = "home";
    private const string Away = "away";

    /// <summary>Nobody needs a token for these.</summary>
    private static readonly string[] Open = ["", "health/", "openapi/", "swagger", "dev/", "demo", "webhooks/"];

    private static readonly string[] WriteOnly = [FactorSteps.Write];
    private static readonly string[] ReadOnly = [FactorSteps.Read];
    private static readonly string[] InstanceOnly = [FactorSteps.Instance];
    private static readonly string[] WriteInstance = [FactorSteps.Write, FactorSteps.Instance];
    private static readonly string[] ReadInstance = [FactorSteps.Read, FactorSteps.Instance];

    private readonly OtpServer _server = shared.Server;

    /// <summary>Whom a route lets in.</summary>
    private enum Outcome
    {
        Unauthorized,
        Forbidden,
        UserNotFound,
        Admitted,
    }

    public static TheoryData<string> Routes => [.. Route.All.Select(route => route.Name)];

    [Theory]
    [MemberData(nameof(Routes))]
    [Trait("Requirement", "SEC-15")]
    public async Task Route_WhenCalledByEachKindOfCaller_ShouldAdmitExactlyThoseWhoMay(string name)
    {
        var route = Route.All.Single(item => item.Name == name);
        var untouched = await Target.CreateAsync(_server, shared.NewUser());
        var before = await SequencesAsync(untouched.User);
        foreach (var (who, token, outcome) in Callers(route))
        {
            var isAdmitted = outcome == Outcome.Admitted;
            var target = isAdmitted ? await Target.CreateAsync(_server, shared.NewUser()) : untouched;

            var answer = await route.SendAsync(token(target.User), target.User, target.ChallengeId, target.OtpEmailId);

            route.Sum(answer).Should().Be(
                outcome switch
                {
                    Outcome.Unauthorized => route.Unauthorized,
                    Outcome.Forbidden => route.Forbidden,
                    Outcome.UserNotFound => route.UserNotFound,
                    _ => route.Admitted,
                },
                "{0} is called by {1}: {2}", name, who, answer.Text);
        }

        (await SequencesAsync(untouched.User)).Should().Be(before, "nobody who was refused has changed anything");
    }

    [Fact]
    public void Routes_WhenOneIsAdded_ShouldHaveARowInTheTable()
    {
        var declared = _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]).Select(method => (
                Method: method,
                Pattern: endpoint.RoutePattern.RawText!.TrimStart('/'),
                IsProtected: endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)))
            .ToList();

        var open = declared.Where(route => Array.Exists(Open, prefix => prefix.Length == 0 ? route.Pattern.Length == 0 : route.Pattern.StartsWith(prefix, StringComparison.Ordinal))).ToList();
        open.Should().OnlyContain(route => !route.IsProtected);
        declared.Except(open).Where(route => !route.IsProtected).Should().BeEmpty("whatever is not listed as open needs a token");
        declared.Except(open).Select(route => $"{route.Method} {route.Pattern}").Should().BeEquivalentTo(
            Route.All.Select(route => route.Name), "each route needs a row in {0}, and each row a route", nameof(Route));
    }

    [Theory]
    [MemberData(nameof(Routes))]
    [Trait("Requirement", "SEC-16")]
    public async Task Route_WhenTheCallerMayNotAsk_ShouldAnswerAlikeForKnownAndUnknownUsers(string name)
    {
        var route = Route.All.Single(item => item.Name == name);
        if (!route.IsAboutAUser)
        {
            return;
        }

        var target = await Target.CreateAsync(_server, shared.NewUser());
        foreach (var caller in new[] { _server.Anonymous(), _server.As("nosy"), Operator(Home, InstanceOnly), _server.As("nosy", null, ("scope", "otp.users.writer")) })
        {
            await ShouldBeAlikeAsync(route, caller, target, caller, target with { User = "nobody-there" });
            await ShouldBeAlikeAsync(route, caller, target, caller, new Target("nobody-there", Guid.Empty.ToString(), "x"));
        }

        var other = Operator(Away, WriteOnly);
        var instance = Operator(Away, WriteInstance);
        await ShouldBeAlikeAsync(route, other, target, other, target with { User = "nobody-there" });
        await ShouldBeAlikeAsync(route, other, target, instance, target with { User = "nobody-there" });
    }

    /// <summary>What takes the permission to write also on the own user.</summary>
    public static TheoryData<string, string, string, string> Privileged => new()
    {
        { "POST", "v2/users/{userId}/email", """{"email":"new@mouse.com","returnCode":{}}""", "verificationCode" },
        { "POST", "v2/users/{userId}/email", """{"email":"new@mouse.com","isVerified":true}""", "" },
        { "POST", "v2/users/{userId}/email", """{"Email":"new@mouse.com","ISVERIFIED":true}""", "" },
        { "POST", "v2/users/{userId}/email", """{"email":"new@mouse.com","ReturnCode":{"x":1}}""", "verificationCode" },
        { "POST", "v2/users/{userId}/email/resend", """{"returnCode":{}}""", "" },
        { "POST", "v2/users/{userId}/email/send", """{"returnCode":{}}""", "" },
        { "PUT", "v3alpha/users/{userId}/email", """{"email":{"address":"new@mouse.com","returnCode":{}}}""", "verificationCode" },
        { "PUT", "v3alpha/users/{userId}/email", """{"email":{"address":"new@mouse.com","isVerified":true}}""", "" },
        { "POST", "v3alpha/users/{userId}/email/resend", """{"returnCode":{}}""", "" },
        { "POST", "v3alpha/users/{userId}/otp_email", """{"email":{"address":"second@mouse.com","returnCode":{}}}""", "verificationCode" },
        { "POST", "v3alpha/users/{userId}/otp_email", """{"email":{"address":"second@mouse.com","isVerified":true}}""", "" },
        { "POST", "api/v1/users/{userId}/otp_email/challenges", """{"returnCode":{}}""", "passcode" },
        { "POST", "api/v1/users/{userId}/otp_email/challenges/{challengeId}/resend", """{"returnCode":{}}""", "passcode" },
    };

    [Theory]
    [MemberData(nameof(Privileged))]
    [Trait("Requirement", "SEC-17")]
    public async Task Privilege_WhenAskedForByEachKindOfCaller_ShouldTakeThePermissionAlsoOnTheOwnUser(string method, string pattern, string body, string code)
    {
        var route = new Route(method, pattern, Access.Write, body, "200");
        var untouched = await Target.CreateAsync(_server, shared.NewUser());
        var mails = (await _server.MailsToAsync("new@mouse.com")).Count + (await _server.MailsToAsync("second@mouse.com")).Count;
        _server.Time.Advance(TimeSpan.FromSeconds(60));
        var before = await SequencesAsync(untouched.User);
        foreach (var (caller, expected) in new[]
        {
            (_server.Anonymous(), route.Unauthorized),
            (_server.As(untouched.User, null, ("org_id", Home)), route.Forbidden),
            (_server.As(untouched.User, null, ("org_id", Home), ("permissions", ReadInstance)), route.Forbidden),
            (_server.As(untouched.User, null, ("org_id", Home), ("scope", "openid otp.users.writes xotp.users.write")), route.Forbidden),
            (_server.As("nosy", null, ("org_id", Home)), route.Forbidden),
            (Operator(Home, ReadOnly), route.Forbidden),
            (Operator(Home, InstanceOnly), route.Forbidden),
            (Operator(Away, WriteOnly), route.UserNotFound),
        })
        {
            var answer = await route.SendAsync(caller, untouched.User, untouched.ChallengeId, untouched.OtpEmailId);
            route.Sum(answer).Should().Be(expected);
        }

        (await SequencesAsync(untouched.User)).Should().Be(before);
        foreach (var admitted in new Func<string, OtpCaller>[]
        {
            user => _server.As(user, null, ("org_id", Home), ("permissions", WriteOnly)),
            user => _server.As(user, null, ("org_id", Home), ("scope", "openid otp.users.write email")),
            _ => Operator(Home, WriteOnly),
            _ => Operator(Away, WriteInstance),
        })
        {
            var target = await Target.CreateAsync(_server, shared.NewUser());
            _server.Time.Advance(TimeSpan.FromSeconds(60));
            var answer = await route.SendAsync(admitted(target.User), target.User, target.ChallengeId, target.OtpEmailId).OkAsync();
            answer.Results.Select(member => member.Key).Where(member => member is "passcode" or "verificationCode").Should().Equal(code.Length == 0 ? [] : new[] { code });
        }

        ((await _server.MailsToAsync("new@mouse.com")).Count + (await _server.MailsToAsync("second@mouse.com")).Count).Should().Be(mails, "the code goes to the caller alone");
    }

    [Fact]
    public async Task Unlock_WhenForOneself_ShouldBeForbiddenWhateverThePermissions()
    {
        var target = await Target.CreateAsync(_server, shared.NewUser());
        var before = await SequencesAsync(target.User);
        foreach (var caller in new[]
        {
            _server.As(target.User, null, ("org_id", Home)),
            _server.As(target.User, null, ("org_id", Home), ("permissions", WriteOnly)),
            _server.As(target.User, null, ("org_id", Home), ("permissions", WriteInstance)),
        })
        {
            (await caller.UnlockAsync(target.User)).Status.Should().Be(HttpStatusCode.Forbidden);
            (await caller.UnlockAsync($"%{(int)target.User[0]:X2}{target.User[1..]}")).Status.Should().Be(HttpStatusCode.Forbidden, "it is the same user, however it is spelled");
        }

        (await SequencesAsync(target.User)).Should().Be(before);
        await Operator(Home, WriteOnly).UnlockAsync(target.User).OkAsync();
    }

    [Fact]
    public async Task Owner_WhenTheTokenNamesItInSeveralWays_ShouldTakeTheFirstConfiguredClaim()
    {
        var target = await Target.CreateAsync(_server, shared.NewUser());
        var route = Route.All.Single(item => item.Name == "GET v2/users/{userId}/authentication_methods");
        const string Urn = "urn:zitadel:iam:user:resourceowner:id";
        foreach (var (claims, expected) in new (string, object)[][] { [(Urn, Home)], [(Urn, Home), ("org_id", Away)], [("org_id", Home)] }.Select(claims => (claims, "200"))
            .Concat(new (string, object)[][] { [(Urn, Away), ("org_id", Home)], [("org_id", Away)], [], [("org_id", "")], [("org_id", "HOME")], [("resourceowner", Home)] }.Select(claims => (claims, route.UserNotFound))))
        {
            var caller = _server.As("operator", null, [.. claims, ("permissions", ReadOnly)]);
            route.Sum(await route.SendAsync(caller, target.User, "", "")).Should().Be(expected);
        }
    }

    private static OtpCaller As(OtpServer server, string user, string owner, string[] permissions) => server.As(user, null, ("org_id", owner), ("permissions", permissions));

    private OtpCaller Operator(string owner, string[] permissions) => As(_server, "operator", owner, permissions);

    private IEnumerable<(string Who, Func<string, OtpCaller> Token, Outcome Outcome)> Callers(Route route)
    {
        var isMe = route.Access == Access.Me;
        var self = isMe || route.Access is Access.Read or Access.Write ? Outcome.Admitted : Outcome.Forbidden;
        var privilegedSelf = route.Access == Access.Administer ? Outcome.Forbidden : Outcome.Admitted;
        var reader = route.Access == Access.Read ? Outcome.Admitted : Outcome.Forbidden;
        var readerAway = route.Access == Access.Read ? Outcome.UserNotFound : Outcome.Forbidden;
        yield return ("nobody", _ => _server.Anonymous(), Outcome.Unauthorized);
        yield return ("somebody with a bad token", _ => new OtpCaller(_server.Client, _server.As("x").Token + "x"), Outcome.Unauthorized);
        yield return ("the user", user => _server.As(user, null, ("org_id", Home)), self);
        yield return ("the user, with permission", user => As(_server, user, Home, WriteInstance), privilegedSelf);
        if (isMe)
        {
            yield break;
        }

        if (!route.IsAboutAUser)
        {
            foreach (var caller in CallersOfLists(route.Access))
            {
                yield return caller;
            }

            yield break;
        }

        yield return ("another user", _ => _server.As("nosy", null, ("org_id", Home)), Outcome.Forbidden);
        yield return ("another user whose name differs in case", user => _server.As(user.ToUpperInvariant(), null, ("org_id", Home)), Outcome.Forbidden);
        yield return ("a reader of the owner", _ => Operator(Home, ReadOnly), reader);
        yield return ("a reader of the owner by scope", _ => _server.As("operator", null, ("org_id", Home), ("scope", "openid otp.users.read")), reader);
        yield return ("a reader of another owner", _ => Operator(Away, ReadOnly), readerAway);
        yield return ("a reader of all owners", _ => Operator(Away, ReadInstance), reader);
        yield return ("somebody of all owners without permission", _ => Operator(Home, InstanceOnly), Outcome.Forbidden);
        yield return ("a writer of the owner", _ => Operator(Home, WriteOnly), Outcome.Admitted);
        yield return ("a writer of the owner by scope", _ => _server.As("operator", null, ("org_id", Home), ("scope", "openid otp.users.write email")), Outcome.Admitted);
        yield return ("a writer of another owner", _ => Operator(Away, WriteOnly), Outcome.UserNotFound);
        yield return ("a writer of no owner", _ => _server.As("operator", null, ("permissions", WriteOnly)), Outcome.UserNotFound);
        yield return ("a writer of all owners", _ => Operator(Away, WriteInstance), Outcome.Admitted);
        yield return ("a writer of all owners by scope", _ => _server.As("operator", null, ("org_id", Away), ("scope", "otp.instance otp.users.write")), Outcome.Admitted);
        yield return ("somebody with nearly the permission", _ => Operator(Home, ["otp.users.writes", "OTP.USERS.WRITE", "otp.users", "otp.users.write otp.users.read", "*"]), Outcome.Forbidden);
    }

    /// <summary>Those of whom a list depends on the permissions alone; what they see in it is another matter.</summary>
    private IEnumerable<(string Who, Func<string, OtpCaller> Token, Outcome Outcome)> CallersOfLists(Access access)
    {
        foreach (var (permissions, mayRead, mayWrite, mayOperate) in new (string[], bool, bool, bool)[]
        {
            ([], false, false, false), (ReadOnly, true, false, false), (WriteOnly, true, true, false), (InstanceOnly, false, false, true),
            (ReadInstance, true, false, true), (WriteInstance, true, true, true),
            (["otp.users.reads", "OTP.USERS.WRITE", "otp.users", "otp.instances", "otp.users.write otp.users.read otp.instance", "*"], false, false, false),
        })
        {
            var isAdmitted = access switch
            {
                Access.ReadUsers => mayRead,
                Access.WriteUsers => mayWrite,
                _ => mayOperate,
            };
            foreach (var owner in new[] { Home, Away })
            {
                yield return ($"somebody of {owner} with {string.Join(", ", permissions)}", _ => Operator(owner, permissions), isAdmitted ? Outcome.Admitted : Outcome.Forbidden);
            }
        }
    }

    private async Task<(long?, long?)> SequencesAsync(string user) => ((await _server.StoredVerificationAsync(user))?.Sequence, (await _server.StoredFactorsAsync(user)).Sequence);

    private static async Task ShouldBeAlikeAsync(Route route, OtpCaller caller, Target target, OtpCaller otherCaller, Target other)
    {
        var answer = await route.SendAsync(caller, target.User, target.ChallengeId, target.OtpEmailId);
        var otherAnswer = await route.SendAsync(otherCaller, other.User, other.ChallengeId, other.OtpEmailId);
        otherAnswer.Status.Should().Be(answer.Status);
        otherAnswer.Text.Should().Be(answer.Text);
        HeadersOf(otherAnswer).Should().Equal(HeadersOf(answer));
    }

    private static IEnumerable<string> HeadersOf(OtpAnswer answer) => answer.Headers
        .Where(header => header.Key is not ("Date" or "Trace-Id"))
        .Select(header => $"{header.Key}: {header.Value}");

    /// <summary>A user of the home organisation with a verified address that is a factor, and a challenge of it.</summary>
    private sealed record Target(string User, string ChallengeId, string OtpEmailId)
    {
        public static async Task<Target> CreateAsync(OtpServer server, string user)
        {
            await server.As(user, null, ("org_id", Home)).AddContactFactorAsync();
            var admin = As(server, "operator", Home, WriteOnly);
            await admin.PostAsync($"v2/users/{user}/email", new { email = $"{user}@mouse.com", isVerified = true }).OkAsync();
            await admin.PostAsync($"v2/users/{user}/otp_email").OkAsync();
            var challenge = await admin.CreateChallengeOfAsync(user, new { returnCode = new { } }).OkAsync();
            return new Target(user, challenge.Result("challengeId"), challenge.Result("otpEmailId"));
        }
    }
}
