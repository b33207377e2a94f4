using System.Net;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

public sealed class RaceTests
{
    private const string User = "gigi";
    private const string Address = "gigi@mouse.com";
    private const string OtherAddress = "gigi@second.example";

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-03")]
    public async Task Verify_When200WrongGuessesAtFiveChallengesArriveTogether_ShouldCountExactlyFive(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var admin = server.AsOperator();
        var challenges = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => admin.CreateChallengeOfAsync(User, new { returnCode = new { } }).OkAsync()));
        var ids = challenges.Select(challenge => challenge.Result("challengeId")).ToArray();
        var codes = challenges.Select(challenge => challenge.Result("passcode")).ToArray();

        var answers = await Task.WhenAll(FactorSteps.WrongFor(codes).Take(200).Select((guess, index) => gigi.VerifyChallengeAsync(ids[index % 5], guess)));

        var counted = answers.Where(answer => answer.Status == HttpStatusCode.BadRequest).ToList();
        counted.Should().OnlyContain(answer => answer.ErrorName == "InvalidPasscodeError");
        counted.Select(answer => (int)answer.Error["data"]!["numberOfAttempts"]!).Should().BeEquivalentTo([1, 2, 3, 4, 5], "each is told of its own count");
        answers.Except(counted).Should().HaveCount(195).And.OnlyContain(answer => answer.Status == HttpStatusCode.TooManyRequests && answer.RetryAfter <= TimeSpan.FromMinutes(5));
        (await server.StoredFactorsAsync(User)).Budget.FailedAttempts.Should().Be(5);

        var right = await Task.WhenAll(ids.Zip(codes, gigi.VerifyChallengeAsync));
        right.Should().OnlyContain(answer => answer.Status == HttpStatusCode.TooManyRequests);
        (await server.StoredFactorsAsync(User)).Budget.FailedAttempts.Should().Be(5);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-02")]
    public async Task Verify_When100RightGuessesArriveTogether_ShouldSucceedOnce(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var (id, code) = await server.ChallengedAsync(gigi, Address);
        var before = (await server.StoredFactorsAsync(User)).Sequence;

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => gigi.VerifyChallengeAsync(id, code)));

        answers.Should().ContainSingle(answer => answer.Status == HttpStatusCode.OK);
        answers.Count(answer => answer.Status == HttpStatusCode.Conflict).Should().Be(99);
        (await server.StoredFactorsAsync(User)).Sequence.Should().Be(before + 1);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-02")]
    public async Task VerifyRegistration_When50RightGuessesArriveTogether_ShouldSucceedOnceAndTellOnce(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);
        await server.VerifyAddressAsync(gigi, Address);
        var (added, code) = await server.MailedAsync(OtherAddress, () => gigi.AddFactorAsync(User, new { address = OtherAddress }));
        var mails = (await server.MailsToAsync(Address)).Count;

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), code)));

        answers.Should().ContainSingle(answer => answer.Status == HttpStatusCode.OK);
        answers.Count(answer => answer.Status == HttpStatusCode.BadRequest && answer.RpcId == "COMMAND-qRd7y").Should().Be(49);
        (await server.MailsToAsync(Address)).Should().HaveCount(mails + 1);
    }

    [Theory, BothDatabases]
    public async Task AddFactor_When20ArriveTogetherForOneAddress_ShouldMakeOneFactorAndSendOneCode(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            gigi.AddFactorAsync(User, new { address = number % 2 == 0 ? OtherAddress : OtherAddress.ToUpperInvariant() })));

        answers.Should().ContainSingle(answer => answer.Status == HttpStatusCode.OK);
        answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests && answer.RpcId == "COMMAND-tN4sQ").Should().Be(19);
        (await server.StoredFactorsAsync(User)).Factors.Should().ContainSingle();
        (await server.MailsToAsync(OtherAddress)).Should().ContainSingle();
    }

    [Theory, BothDatabases]
    public async Task AddContactFactor_When20ArriveTogether_ShouldMakeOne(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);
        await server.VerifyAddressAsync(gigi, Address);

        var (_, notices) = await server.NewMailsAsync(Address, async () =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
                number % 2 == 0 ? gigi.AddContactFactorAsync() : gigi.PostAsync($"v2/users/{User}/otp_email")));
            answers.Count(answer => answer.Status == HttpStatusCode.Conflict && answer.RpcId == "COMMAND-MKL2s").Should().Be(19);
            return answers.Single(answer => answer.Status == HttpStatusCode.OK);
        });

        (await server.StoredFactorsAsync(User)).Factors.Should().ContainSingle();
        notices.Should().ContainSingle("the user is told once");
    }

    [Theory, BothDatabases]
    public async Task CreateChallenge_When20ArriveTogether_ShouldKeepTheRecipientsLimit(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gigi.CreateChallengeAsync()));

        var created = answers.Where(answer => answer.Status == HttpStatusCode.OK).Select(answer => answer.Result("challengeId")).ToList();
        created.Should().HaveCount(5).And.OnlyHaveUniqueItems();
        answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests).Should().Be(15);
        (await server.StoredFactorsAsync(User)).Challenges.Should().HaveCount(5, "a challenge whose code is refused is not left behind");
    }

    [Theory, BothDatabases]
    public async Task CreateChallenge_When40ArriveTogetherWithoutLimit_ShouldServeAll(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var admin = server.AsOperator();

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => admin.CreateChallengeOfAsync(User, new { returnCode = new { } }).OkAsync()));

        answers.Select(answer => answer.Result("challengeId")).Should().OnlyHaveUniqueItems();
        var last = await Task.WhenAll(answers.Select(answer => gigi.VerifyChallengeAsync(answer.Result("challengeId"), answer.Result("passcode"))));
        last.Should().OnlyContain(answer => answer.Status == HttpStatusCode.OK, "whoever loses a race is served all the same");
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-07")]
    public async Task Remove_WhenRightGuessesArriveAtTheSameTime_ShouldLeaveNothingThatCanBeGuessed(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, FactorSteps.NoRecipientLimits);
        for (var round = 0; round < 5; round++)
        {
            var user = $"user-{round}";
            var address = $"user-{round}@mouse.com";
            var caller = await server.AsUserWithFactorAsync(user, address);
            var (id, code) = await server.ChallengedAsync(caller, address);

            var answers = await Task.WhenAll(caller.VerifyChallengeAsync(id, code), caller.RemoveContactFactorAsync(), caller.VerifyChallengeAsync(id, code), caller.AddContactFactorAsync());

            new[] { answers[0], answers[2] }.Count(answer => answer.Status == HttpStatusCode.OK).Should().BeLessThanOrEqualTo(1);
            answers.Should().OnlyContain(answer => (int)answer.Status < 500);
            (await caller.VerifyChallengeAsync(id, code)).Status.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Conflict);
        }
    }
}
