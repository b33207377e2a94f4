using System.Net;
using Otp.Api.Tests.OtpEmailFactors;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Security;

/// <summary>How protection keys are changed while the service runs.</summary>
[Trait("Requirement", "SEC-09")]
public sealed class KeyChangeTests
{
    private const string Address = "ada@example.com";
    private const string FailedAttempts = "SELECT budget_failed_attempts FROM email_verifications";

    private static readonly string OldKey = Convert.ToBase64String(new byte[32]);
    private static readonly string NewKey = Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)]);

    private static readonly Dictionary<string, string?> Old = Keys(("old", OldKey));
    private static readonly Dictionary<string, string?> New = Keys(("new", NewKey));
    private static readonly Dictionary<string, string?> Both = Keys(("new", NewKey), ("old", OldKey));

    [Theory, BothDatabases]
    public async Task Guess_WhenThisReplicaDoesNotKnowTheKeyOfTheCode_ShouldAnswer503AndCountNothing(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var time = new ManualTimeProvider();
        await using var old = await OtpServer.StartAsync(database, time, Old);
        await using var other = await OtpServer.StartAsync(database, time, New);
        await old.As("ada", Address).RequestCodeAsync().OkAsync();
        var code = await old.CodeToAsync(Address);

        var answer = await other.As("ada", Address).VerifyAsync(code);

        answer.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        answer.Headers.Should().ContainKey("Retry-After");
        other.Logs.Entries.Should().Contain(entry => entry.Contains("'old' is not configured"));
        (await database.ReadNumberAsync(FailedAttempts)).Should().Be(0);
        (await old.As("ada", Address).VerifyAsync(code)).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    public async Task Challenge_WhenThisReplicaDoesNotKnowTheKeyOfItsCode_ShouldAnswer503AndCountNothing(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var time = new ManualTimeProvider();
        await using var old = await OtpServer.StartAsync(database, time, Old);
        await using var other = await OtpServer.StartAsync(database, time, New);
        var ada = await old.AsUserWithFactorAsync("ada", Address);
        var (id, code) = await old.ChallengedAsync(ada, Address);

        (await other.As("ada").VerifyChallengeAsync(id, code)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);

        (await database.ReadNumberAsync("SELECT COALESCE(MAX(budget_failed_attempts), 0) FROM user_factors")).Should().Be(0);
        await ada.VerifyChallengeAsync(id, code).OkAsync();
    }

    [Theory, BothDatabases]
    public async Task Code_WhenItsKeyIsStillAccepted_ShouldProveWhatItIsFor(DatabaseProvider provider)
    {
        const string Second = "ada@second.example";
        await using var database = await TestDatabase.CreateAsync(provider);
        var time = new ManualTimeProvider();
        await using var old = await OtpServer.StartAsync(database, time, Old);
        await using var rolled = await OtpServer.StartAsync(database, time, Both);
        var ada = await old.AsUserWithFactorAsync("ada", Address);
        var (challenge, challengeCode) = await old.ChallengedAsync(ada, Address);
        var (added, registrationCode) = await old.MailedAsync(Second, () => ada.AddFactorAsync("ada", new { address = Second }));
        var (_, verificationCode) = await old.MailedAsync("bob@example.com", () => old.As("bob").SetEmailAsync("bob@example.com"));

        await rolled.As("ada").VerifyChallengeAsync(challenge, challengeCode).OkAsync();
        await rolled.As("ada").VerifyFactorAsync("ada", added.Result("otpEmailId"), registrationCode).OkAsync();
        await rolled.As("bob").VerifyEmailAsync(verificationCode).OkAsync();
    }

    [Theory, BothDatabases]
    public async Task Guess_WhenTheKeyOfAnExpiredCodeWasRemoved_ShouldSayThatItHasExpired(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var time = new ManualTimeProvider();
        await using var old = await OtpServer.StartAsync(database, time, Old);
        await using var without = await OtpServer.StartAsync(database, time, New);
        await old.As("ada", Address).RequestCodeAsync().OkAsync();
        var code = await old.CodeToAsync(Address);
        time.Advance(TimeSpan.FromMinutes(15));

        var answer = await without.As("ada", Address).VerifyAsync(code).OkAsync();

        answer.IsVerified.Should().BeFalse();
        (await without.Client.DeleteAsync("dev/mailbox/messages")).StatusCode.Should().Be(HttpStatusCode.OK, "the mails in it are under the old key, too");
        await without.As("ada", Address).RequestCodeAsync().OkAsync();
        (await without.As("ada", Address).VerifyAsync(await without.CodeToAsync(Address))).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    public async Task Keys_WhenAsked_ShouldSayWhatEachIsNeededFor(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(-20));
        await using (var old = await OtpServer.StartAsync(database, time, Old))
        {
            await old.As("expired", "expired@example.com").RequestCodeAsync().OkAsync();
            time.Advance(TimeSpan.FromMinutes(20));

            // Two codes are live, that of a challenge and one whose mail still waits.
            var ada = await old.AsUserWithFactorAsync("ada", Address);
            await old.ChallengedAsync(ada, Address);
            await old.As("bob", "bob@example.com").RequestCodeAsync().OkAsync();
        }

        (await KeysAsync(database, Old)).Should().BeEquivalentTo(["key  role      live codes  mails", "old  protects           2      1"]);
        (await KeysAsync(database, Both)).Should().BeEquivalentTo(
        [
            "key  role      live codes  mails", "new  protects           0      0", "old  accepted           2      1", "'old' is still needed.",
        ]);
        (await KeysAsync(database, New)).Should().Contain("old  missing            2      1").And.Contain(line => line.StartsWith("'old' is missing: "));
        (await KeysAsync(database, Keys(("old", OldKey), ("unused", NewKey)))).Should().Contain("'unused' can be removed, once no replica protects with it any more.");
    }

    [Fact]
    public async Task Keys_WhenTheDatabaseIsNotUpToDate_ShouldRefuseAndChangeNothing()
    {
        var folder = Directory.CreateTempSubdirectory("otp-test-");
        var (exitCode, output) = await OtpProcess.RunAsync(["keys", "--environment=Development", $"--DataDirectory={folder.FullName}"]);

        exitCode.Should().Be(1);
        output.Should().Be("Otp cannot start: the database is not up to date: run this version's 'migrate' first.");
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task KeysNew_WhenRun_ShouldPrintAKeyThatTheStartTakesAndNeverTheSameTwice()
    {
        var (exitCode, output) = await OtpProcess.RunAsync("keys", "new");
        var (_, another) = await OtpProcess.RunAsync("keys", "new");

        exitCode.Should().Be(0);
        var settings = output.Split('\n').Select(line => line.Split('=', 2)).ToDictionary(line => line[0].Replace("__", ":", StringComparison.Ordinal), line => (string?)line[1]);
        settings.Keys.Should().BeEquivalentTo(["Protection:Keys:0:Id", "Protection:Keys:0:Key"]);
        Convert.FromBase64String(settings["Protection:Keys:0:Key"]!).Should().HaveCount(32);
        output.Split('\n').Should().NotIntersectWith(another.Split('\n'));
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, settings);
        await server.As("ada", Address).RequestCodeAsync().OkAsync();
        (await server.As("ada", Address).VerifyAsync(await server.CodeToAsync(Address))).IsVerified.Should().BeTrue();
    }

    private static Dictionary<string, string?> Keys(params (string Id, string Key)[] keys) => keys
        .SelectMany((key, index) => new[] { ($"Protection:Keys:{index}:Id", key.Id), ($"Protection:Keys:{index}:Key", key.Key) })
        .ToDictionary(setting => setting.Item1, setting => (string?)setting.Item2);

    private static async Task<string[]> KeysAsync(TestDatabase database, Dictionary<string, string?> keys)
    {
        Dictionary<string, string?> quiet = new() { ["Limits:ClientSends:Enabled"] = "true", ["Limits:ClientGuesses:Enabled"] = "true" };
        var (exitCode, output) = await OtpProcess.RunAsync(["keys", .. OtpServer.ToArguments(database.Settings, TestTokens.Settings, keys, quiet)]);
        exitCode.Should().Be(0, output);
        return output.Split('\n');
    }
}
