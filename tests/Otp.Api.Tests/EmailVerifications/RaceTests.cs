using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.EmailVerifications;

public sealed class RaceTests
{
    private const string User = "ada";
    private const string Address = "ada@example.com";

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-03")]
    public async Task Guess_When200WrongOnesArriveTogether_ShouldCountExactlyFive(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As(User, Address);
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync(Address);
        var wrong = Others(code).Take(200);

        var answers = await Task.WhenAll(wrong.Select(guess => ada.GuessAsync(guess)));

        answers.Should().OnlyContain(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.Attempts).Should().OnlyContain(count => count >= 1 && count <= 5);
        (await StoredAttemptsAsync(server)).Should().Be(5);
        (await ada.StatusAsync()).Results.ContainsKey("lockedUntil").Should().BeTrue();

        var right = await ada.VerifyAsync(code);
        right.IsVerified.Should().BeFalse("the right code fails once the attempts are used up");
        (await StoredAttemptsAsync(server)).Should().Be(5);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-02")]
    public async Task Guess_When100RightOnesArriveTogether_ShouldSucceedOnce(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As(User, Address);
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync(Address);
        var before = await StoredSequenceAsync(server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => ada.GuessAsync(code)));

        answers.Should().OnlyContain(answer => answer.Status == HttpStatusCode.OK && answer.IsVerified);
        (await StoredSequenceAsync(server)).Should().Be(before + 1, "exactly one of them makes the change");
    }

    [Theory, BothDatabases]
    public async Task RequestCode_When50ArriveTogetherForANewUser_ShouldSendOneCode(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As(User, Address);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ada.RequestCodeAsync()));

        answers.Where(answer => answer.Status == HttpStatusCode.OK).Should().ContainSingle();
        answers.Where(answer => answer.Status != HttpStatusCode.OK).Should().OnlyContain(answer => answer.Status == HttpStatusCode.TooManyRequests);
        (await server.MailsToAsync(Address)).Should().ContainSingle();
    }

    [Theory, BothDatabases]
    public async Task RequestCode_When60ArriveTogetherWithoutIntervalAndLimit_ShouldServeAll(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new()
        {
            ["Passcodes:EmailVerification:ResendInterval"] = "00:00:00",
            ["Limits:RecipientBurst:Enabled"] = "false",
            ["Limits:RecipientDaily:Enabled"] = "false",
        });
        var ada = server.As(User, Address);

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => ada.RequestCodeAsync()));

        answers.Should().OnlyContain(answer => answer.Status == HttpStatusCode.OK, "whoever loses a race is served all the same");
        (await server.MailsToAsync(Address)).Should().ContainSingle("all codes but the last were replaced before they could be sent");
    }

    [Theory, BothDatabases]
    public async Task RequestCode_When40UsersNameOneAddressTogether_ShouldKeepTheRecipientsLimit(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => server.As($"user-{number}", Address).RequestCodeAsync()));

        answers.Count(answer => answer.Status == HttpStatusCode.OK).Should().Be(5);
        answers.Where(answer => answer.Status != HttpStatusCode.OK).Should().OnlyContain(answer => answer.Status == HttpStatusCode.TooManyRequests);
        (await server.MailsToAsync(Address)).Should().HaveCount(5);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-08")]
    public async Task Verify_WhenTheAddressChangesAtTheSameTime_ShouldNeverVerifyAnAddressThatWasNotMailed(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        for (var round = 0; round < 10; round++)
        {
            var user = $"user-{round}";
            var old = $"old-{round}@example.com";
            await server.As(user, old).RequestCodeAsync();
            var code = await server.CodeToAsync(old);
            server.Time.Advance(TimeSpan.FromSeconds(1));
            var moved = server.As(user, $"new-{round}@example.com");
            var stayed = server.As(user);

            await Task.WhenAll(stayed.GuessAsync(code), moved.GuessAsync("000000"), stayed.GuessAsync(code), moved.StatusAsync());

            var status = await moved.StatusAsync();
            ((string)status.Results["email"]!).Should().Be($"new-{round}@example.com");
            status.IsVerified.Should().BeFalse();
        }
    }

    private static IEnumerable<string> Others(string code) =>
        Enumerable.Range(0, 1_000_000).Select(number => number.ToString("D6", System.Globalization.CultureInfo.InvariantCulture)).Where(guess => guess != code);

    private static async Task<int> StoredAttemptsAsync(OtpServer server) => (await ReadAsync(server)).Budget.FailedAttempts;

    private static async Task<long> StoredSequenceAsync(OtpServer server) => (await ReadAsync(server)).Sequence;

    private static async Task<Domain.EmailVerifications.EmailVerification> ReadAsync(OtpServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OtpDbContext>().EmailVerifications.AsNoTracking().SingleAsync(item => item.UserId == User);
    }
}
