using System.Net;
using System.Text.Json.Nodes;
using Otp.Api.Tests.Delivery;
using Otp.Api.Tests.Errors;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Auditing;

public sealed class AuditTrailTests
{
    private const string Trail = "api/v1/audit";

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-24")]
    public async Task Trail_WhenAUserGoesThroughEverything_ShouldKeepEachStepOnce(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, OtpEmailFactors.FactorSteps.NoRecipientLimits);
        var ada = server.As("ada");
        var admin = server.With(DeliverySteps.Write);

        await ShouldAddAsync(server, () => ada.SetEmailAsync("ada@example.com"), "emailChanged", "passcodeIssued emailVerification mailed");
        var code = await server.CodeToAsync("ada@example.com");
        await ShouldAddAsync(server, () => ada.VerifyAsync(Guesses.Except(code).First()), "passcodeRejected emailVerification wrong");
        await ShouldAddAsync(server, () => ada.VerifyAsync("bad shape"));
        await ShouldAddAsync(server, () => ada.VerifyAsync(code), "passcodeAccepted emailVerification");
        await ShouldAddAsync(server, () => ada.VerifyAsync(code));
        await ShouldAddAsync(server, () => ada.RequestCodeAsync());
        await ShouldAddAsync(server, ada.StatusAsync);

        await ShouldAddAsync(server, ada.AddContactFactorAsync, "factorReady subject");
        await ShouldAddAsync(server, ada.AddContactFactorAsync);
        await ShouldAddAsync(server, () => ada.AddFactorAsync("ada", new { address = "second@example.com" }), "factorAdded subject", "passcodeIssued factorRegistration mailed subject");
        await ShouldAddAsync(server, () => ada.AddFactorAsync("ada", new { address = "second@example.com" }));
        var second = (string)(await EntriesAsync(server))[1]!["subjectId"]!;
        await ShouldAddAsync(server, () => ada.VerifyFactorAsync("ada", second, "00000000"), "passcodeRejected factorRegistration wrong subject");
        var registration = await server.CodeToAsync("second@example.com");
        await ShouldAddAsync(server, () => ada.VerifyFactorAsync("ada", second, registration), "factorReady subject", "passcodeAccepted factorRegistration subject");
        await ShouldAddAsync(server, () => ada.RemoveFactorAsync("ada", second), "factorRemoved subject");

        server.Time.Advance(TimeSpan.FromMinutes(1));
        var challenge = await ada.CreateChallengeAsync();
        var challengeId = challenge.Result("challengeId");
        (await SumsAsync(server))[0].Should().Be("passcodeIssued loginChallenge mailed subject");
        ((string)(await EntriesAsync(server))[0]!["subjectId"]!).Should().Be(challengeId);
        server.Time.Advance(TimeSpan.FromMinutes(5));
        await ShouldAddAsync(server, () => ada.VerifyChallengeAsync(challengeId, "00000000"), "passcodeRejected loginChallenge expired subject");
        await ShouldAddAsync(server, () => admin.CreateChallengeOfAsync("ada", new { returnCode = new { } }), "passcodeIssued loginChallenge subject");
        var open = (string)(await EntriesAsync(server))[0]!["subjectId"]!;
        for (var guess = 0; guess < 4; guess++)
        {
            await ShouldAddAsync(server, () => ada.VerifyChallengeAsync(open, "00000000"), "passcodeRejected loginChallenge wrong subject");
        }

        await ShouldAddAsync(server, () => ada.VerifyChallengeAsync(open, "00000000"), "locked loginChallenge subject", "passcodeRejected loginChallenge wrong subject");
        await ShouldAddAsync(server, () => ada.VerifyChallengeAsync(open, "00000000"), "passcodeRejected loginChallenge locked subject");
        await ShouldAddAsync(server, () => ada.CreateChallengeAsync());
        await ShouldAddAsync(server, () => admin.UnlockAsync("ada"), "unlocked emailVerification", "unlocked loginChallenge");
        var proof = await admin.CreateChallengeOfAsync("ada", new { returnCode = new { } });
        await ShouldAddAsync(server, () => ada.VerifyChallengeAsync(proof.Result("challengeId"), proof.Result("passcode")), "passcodeAccepted loginChallenge subject");
        await ShouldAddAsync(server, () => ada.VerifyChallengeAsync(proof.Result("challengeId"), proof.Result("passcode")));

        await ShouldAddAsync(server, () => admin.PostAsync("v2/users/ada/email", new { email = "new@example.com", isVerified = true }), "emailChanged", "emailVerified", "factorMoved subject");
        ((string)(await EntriesAsync(server))[0]!["actorId"]!).Should().Be("operator");
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-24")]
    public async Task Entry_WhenKept_ShouldSayWhoFromWhereAndUnderWhichTrace(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["ReverseProxy:KnownProxies:0"] = "127.0.0.1" });
        using var request = new HttpRequestMessage(HttpMethod.Put, "api/v1/user/me/email/otp");
        request.Headers.Add("X-Forwarded-For", "::ffff:192.0.2.7");
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        server.Time.Advance(TimeSpan.FromMilliseconds(123));
        var answer = await server.As("ada", "ada@example.com").SendAsync(request);
        answer.Status.Should().Be(HttpStatusCode.OK);

        var entries = await EntriesAsync(server);

        entries.Select(Sum).Should().Equal("passcodeIssued emailVerification mailed", "emailChanged");
        foreach (var entry in entries)
        {
            ((string)entry!["userId"]!, (string)entry["actorId"]!, (string)entry["clientIp"]!).Should().Be(("ada", "ada", "192.0.2.7"));
            ((string)entry["traceId"]!).Should().Be(answer.Headers["Trace-Id"]);
            ((DateTimeOffset)entry["occurredAt"]!).Should().Be(server.Time.GetUtcNow());
        }
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-24")]
    [Trait("Requirement", "SEC-02")]
    public async Task Trail_WhenRightGuessesCompete_ShouldKeepOneSuccess(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", "ada@example.com");
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync("ada@example.com");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => (await ada.VerifyAsync(code)).IsVerified.Should().BeTrue()));

        (await SumsAsync(server)).Where(sum => sum.StartsWith("passcode", StringComparison.Ordinal) && !sum.Contains("Issued", StringComparison.Ordinal))
            .Should().Equal("passcodeAccepted emailVerification");
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-24")]
    [Trait("Requirement", "SEC-03")]
    public async Task Trail_WhenWrongGuessesCompete_ShouldKeepEachAndOneLock(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", "ada@example.com");
        await ada.RequestCodeAsync();
        var wrong = Guesses.Except(await server.CodeToAsync("ada@example.com")).First();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ada.VerifyAsync(wrong)));

        var sums = await SumsAsync(server);
        sums.Count(sum => sum == "passcodeRejected emailVerification wrong").Should().Be(5);
        sums.Count(sum => sum == "passcodeRejected emailVerification locked").Should().Be(35);
        sums.Count(sum => sum == "locked emailVerification").Should().Be(1);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-24")]
    public async Task List_WhenFilteredAndPaged_ShouldShowTheCallersUsersAlone(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.As("eve", "eve@example.com", ("org_id", "away")).RequestCodeAsync();
        for (var number = 0; number < 60; number++)
        {
            await server.As($"user{number}", $"user{number}@example.com", ("org_id", "home")).RequestCodeAsync();
            server.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var reader = Reader(server, "home");
        List<string> users = [];
        List<int> sizes = [];
        for (string? path = Trail; path is not null;)
        {
            var page = (await reader.GetAsync(path)).Results;
            sizes.Add(page["items"]!.AsArray().Count);
            users.AddRange(page["items"]!.AsArray().Select(item => (string)item!["userId"]!));
            path = (string?)page["next"] is { } next ? $"{Trail}?after={next}" : null;
        }

        sizes.Should().Equal(50, 50, 20);
        users.Distinct().Should().Equal(Enumerable.Range(0, 60).Reverse().Select(number => $"user{number}"), "the newest come first");
        users.GroupBy(user => user).Should().OnlyContain(entries => entries.Count() == 2);

        (await reader.GetAsync($"{Trail}?userId=user7&action=passcodeIssued")).Results["items"]!.AsArray().Should().ContainSingle();
        (await reader.GetAsync($"{Trail}?userId=eve")).Results["items"]!.AsArray().Should().BeEmpty("she is of another organisation");
        (await Reader(server, "none", DeliverySteps.Read, DeliverySteps.Instance).GetAsync($"{Trail}?userId=eve")).Results["items"]!.AsArray().Should().HaveCount(2);
        foreach (var (query, field) in new[] { ("action=lost", "action"), ("action=1", "action"), ("after=x", "after"), ($"userId={new string('u', 201)}", "userId") })
        {
            var answer = await reader.GetAsync($"{Trail}?{query}");
            answer.ShouldBeError(HttpStatusCode.UnprocessableEntity, "ValidateError");
            answer.Error["data"]!.AsObject().Select(member => member.Key).Should().Equal(field);
        }
    }

    private static OtpCaller Reader(OtpServer server, string owner, params string[] permissions) =>
        server.As("operator", null, ("org_id", owner), ("permissions", permissions.Length == 0 ? [DeliverySteps.Read] : permissions));

    private static async Task<JsonArray> EntriesAsync(OtpServer server) => (await server.With(DeliverySteps.Read).GetAsync(Trail)).Results["items"]!.AsArray();

    /// <summary>The newest entries in short, newest first.</summary>
    private static async Task<List<string>> SumsAsync(OtpServer server) => [.. (await EntriesAsync(server)).Select(Sum)];

    private static string Sum(JsonNode? entry) => string.Join(' ', new[]
    {
        (string?)entry!["action"], (string?)entry["purpose"], (string?)entry["outcome"],
        entry["deliveryId"] is null ? null : "mailed", entry["subjectId"] is null ? null : "subject",
    }.OfType<string>());

    /// <summary>Does something and compares the entries that it adds, in any order: they are of one time.</summary>
    private static async Task ShouldAddAsync(OtpServer server, Func<Task<OtpAnswer>> action, params string[] added)
    {
        var before = (string?)(await EntriesAsync(server)).FirstOrDefault()?["id"];
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        var answer = await action();

        var entries = (await EntriesAsync(server)).TakeWhile(entry => (string)entry!["id"]! != before).ToList();
        entries.Select(Sum).Order().Should().Equal(added.Order(), "{0} {1} answers {2}", answer.Method, answer.Path, answer.Text);
    }
}
