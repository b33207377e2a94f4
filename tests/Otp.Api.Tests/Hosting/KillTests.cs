using System.Net;
using System.Text.Json.Nodes;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Hosting;

/// <summary>What outlives the process, and what holds over two of them.</summary>
public sealed class KillTests
{
    private const string Address = "ada@example.com";
    private const string FailedAttempts = "SELECT budget_failed_attempts FROM email_verifications";

    private static readonly Dictionary<string, string?> Delivering = new() { ["Delivery:Enabled"] = "true" };

    [Theory, BothDatabases]
    public async Task Kill_WhenAMailIsQueued_ShouldSendItAfterTheNextStart(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using (var first = await OtpProcess.StartAsync(database))
        {
            (await first.As("ada", Address).RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK);
            await first.KillAsync();
        }

        await using var second = await OtpProcess.StartAsync(database, Delivering);
        var code = await ReadCodeAsync(second, Address);

        (await second.As("ada", Address).VerifyAsync(code)).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-06")]
    [Trait("Requirement", "SEC-12")]
    [Trait("Rule", "6")]
    [Trait("Rule", "10")]
    public async Task Kill_WhenAGuessWasJustAnswered_ShouldHaveCountedIt(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        string code;
        await using (var first = await OtpProcess.StartAsync(database, Delivering))
        {
            var ada = first.As("ada", Address);
            await ada.RequestCodeAsync();
            code = await ReadCodeAsync(first, Address);
            await ada.GuessWrongAsync(code, 2);
            await first.KillAsync();
        }

        (await database.ReadNumberAsync(FailedAttempts)).Should().Be(2);
        await using (var second = await OtpProcess.StartAsync(database))
        {
            (await second.As("ada", Address).GuessWrongAsync(code, 3)).Attempts.Should().Be(5);
            await second.KillAsync();
        }

        (await database.ReadNumberAsync(FailedAttempts)).Should().Be(5);
        await using var last = await OtpProcess.StartAsync(database);
        var answer = await last.As("ada", Address).VerifyAsync(code);
        answer.IsVerified.Should().BeFalse("the budget is used up, whatever was killed");
        answer.Results.ContainsKey("lockedUntil").Should().BeTrue();
        (await last.As("ada", Address).RequestCodeAsync()).Status.Should().Be(HttpStatusCode.TooManyRequests, "locks outlive the process");
    }

    [Theory, BothDatabases]
    public async Task Stop_WhenAskedTo_ShouldExitWith0(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var process = await OtpProcess.StartAsync(database, Delivering);
        (await process.As("ada", Address).RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK);

        (await process.StopAsync()).Should().Be(0);

        process.Output.Should().NotContain("fail:").And.NotContain("crit:").And.NotContain("Unhandled");
    }

    [Fact]
    [Trait("Requirement", "SEC-03")]
    [Trait("Rule", "6")]
    public async Task Guess_When200WrongOnesReachTwoProcesses_ShouldCountExactlyFive()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        await using var first = await OtpProcess.StartAsync(database, Delivering);
        await using var second = await OtpProcess.StartAsync(database);
        OtpCaller[] callers = [first.As("ada", Address), second.As("ada", Address)];
        await callers[0].RequestCodeAsync();
        var code = await ReadCodeAsync(first, Address);

        var answers = await Task.WhenAll(Guesses.Except(code).Take(200).Select((guess, index) => callers[index % 2].VerifyAsync(guess)));

        answers.Should().OnlyContain(answer => answer.Status == HttpStatusCode.OK && !answer.IsVerified);
        (await database.ReadNumberAsync(FailedAttempts)).Should().Be(5);
        foreach (var caller in callers)
        {
            (await caller.VerifyAsync(code)).IsVerified.Should().BeFalse();
        }
    }

    [Fact]
    [Trait("Requirement", "SEC-02")]
    [Trait("Rule", "4")]
    public async Task Guess_When100RightOnesReachTwoProcesses_ShouldSucceedOnce()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        await using var first = await OtpProcess.StartAsync(database, Delivering);
        await using var second = await OtpProcess.StartAsync(database);
        OtpCaller[] callers = [first.As("ada", Address), second.As("ada", Address)];
        await callers[0].RequestCodeAsync();
        var code = await ReadCodeAsync(first, Address);

        // Before counting, both callers' tokens have been seen: a newer one is a change, too.
        await callers[0].VerifyAsync("000000");
        await callers[1].VerifyAsync("000001");
        var before = await database.ReadNumberAsync("SELECT sequence FROM email_verifications");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(index => callers[index % 2].VerifyAsync(code)));

        answers.Should().OnlyContain(answer => answer.Status == HttpStatusCode.OK && answer.IsVerified);
        (await database.ReadNumberAsync("SELECT sequence FROM email_verifications")).Should().Be(before + 1, "exactly one of them makes the change");
    }

    [Fact]
    [Trait("Requirement", "SEC-12")]
    [Trait("Rule", "11")]
    public async Task RequestCode_When40ReachTwoProcesses_ShouldKeepTheRecipientsLimit()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        await using var first = await OtpProcess.StartAsync(database);
        await using var second = await OtpProcess.StartAsync(database);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(index => (index % 2 == 0 ? first : second).As($"user-{index}", Address).RequestCodeAsync()));

        answers.Count(answer => answer.Status == HttpStatusCode.OK).Should().Be(5);
        answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests).Should().Be(35);
        (await database.ReadNumberAsync("SELECT COUNT(*) FROM outbox_messages")).Should().Be(5);
    }

    [Theory, BothDatabases]
    public async Task Migrate_WhenTwoProcessesStartTogetherOnANewDatabase_ShouldStartBoth(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        var processes = await Task.WhenAll(OtpProcess.StartAsync(database), OtpProcess.StartAsync(database));

        foreach (var process in processes)
        {
            (await process.As("ada", Address).StatusAsync()).Status.Should().Be(HttpStatusCode.OK);
            await process.DisposeAsync();
        }
    }

    private static async Task<string> ReadCodeAsync(OtpProcess process, string address)
    {
        var mails = JsonNode.Parse(await process.Client.GetStringAsync($"dev/mailbox/messages?wait=20&to={address}"))!["results"]!.AsArray();
        return (string)mails[0]!["passcode"]!;
    }
}
