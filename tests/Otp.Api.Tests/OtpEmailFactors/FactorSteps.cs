using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Otp.Domain.OtpEmailFactors;
using Otp.Infrastructure.Email.Mailbox;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

/// <summary>What the tests of this folder do again and again.</summary>
internal static class FactorSteps
{
    public const string Write = "otp.users.write";
    public const string Read = "otp.users.read";
    public const string Instance = "otp.instance";

    /// <summary>Where limits per recipient would only be in the way.</summary>
    public static Dictionary<string, string?> NoRecipientLimits => new()
    {
        ["Limits:RecipientBurst:Enabled"] = "false",
        ["Limits:RecipientDaily:Enabled"] = "false",
        ["Limits:RecipientNotices:Enabled"] = "false",
    };

    /// <summary>Somebody with permissions, of an organisation.</summary>
    public static OtpCaller AsOperator(this OtpServer server, string owner = "default", params string[] permissions) =>
        server.As("operator", null, ("org_id", owner), ("permissions", permissions.Length == 0 ? new[] { Write } : permissions));

    /// <summary>Does something that must succeed.</summary>
    public static async Task<OtpAnswer> OkAsync(this Task<OtpAnswer> action)
    {
        var answer = await action;
        answer.Status.Should().Be(HttpStatusCode.OK, "the answer is {0}", answer.Text);
        return answer;
    }

    /// <summary>Does something that must succeed, and takes the one new code out of the mails to an address.</summary>
    public static async Task<(OtpAnswer Answer, string Code)> MailedAsync(this OtpServer server, string address, Func<Task<OtpAnswer>> action)
    {
        var (answer, mails) = await server.NewMailsAsync(address, action);
        return (answer, mails.Single(mail => mail.Passcode is not null).Passcode!);
    }

    /// <summary>Does something that must succeed, and takes the new mails to an address.</summary>
    public static async Task<(OtpAnswer Answer, IReadOnlyList<MailboxMail> Mails)> NewMailsAsync(this OtpServer server, string address, Func<Task<OtpAnswer>> action)
    {
        var before = (await server.MailsToAsync(address)).Select(mail => mail.Id).ToHashSet();
        var answer = await action().OkAsync();
        return (answer, [.. (await server.MailsToAsync(address)).Where(mail => !before.Contains(mail.Id))]);
    }

    /// <summary>Sets the own address and verifies it with the code from the mail.</summary>
    public static async Task VerifyAddressAsync(this OtpServer server, OtpCaller user, string address)
    {
        var (_, code) = await server.MailedAsync(address, () => user.SetEmailAsync(address));
        await user.VerifyEmailAsync(code).OkAsync();
    }

    /// <summary>A user with a verified address that is a factor.</summary>
    public static async Task<OtpCaller> AsUserWithFactorAsync(this OtpServer server, string user, string address)
    {
        var caller = server.As(user);
        await server.VerifyAddressAsync(caller, address);
        await caller.AddContactFactorAsync().OkAsync();
        return caller;
    }

    /// <summary>Starts a challenge of the caller; its code is in the mail.</summary>
    public static async Task<(string Id, string Code)> ChallengedAsync(this OtpServer server, OtpCaller user, string address, object? body = null)
    {
        var (answer, code) = await server.MailedAsync(address, () => user.CreateChallengeAsync(body));
        return (answer.Result("challengeId"), code);
    }

    /// <summary>Guesses wrong until the factors are locked.</summary>
    public static async Task<OtpAnswer> ExhaustAsync(this OtpCaller user, string challengeId, string code)
    {
        OtpAnswer answer;
        var guesses = WrongFor(code).GetEnumerator();
        do
        {
            guesses.MoveNext();
            answer = await user.VerifyChallengeAsync(challengeId, guesses.Current);
            answer.ErrorName.Should().Be("InvalidPasscodeError");
        }
        while (!(bool)answer.Error["data"]!["isMaxAttempts"]!);

        return answer;
    }

    /// <summary>Codes that are none of these, as long as the first.</summary>
    public static IEnumerable<string> WrongFor(params string[] codes) => Enumerable.Range(0, 10_000)
        .Select(number => number.ToString(CultureInfo.InvariantCulture).PadLeft(codes[0].Length, '7'))
        .Where(guess => !codes.Contains(guess));

    /// <summary>A user's factors as they are stored.</summary>
    public static async Task<UserFactors> StoredFactorsAsync(this OtpServer server, string userId)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OtpDbContext>().UserFactors.AsNoTracking()
            .Include(factors => factors.Factors).Include(factors => factors.Challenges)
            .SingleAsync(factors => factors.UserId == userId);
    }

    /// <summary>A user's verification as it is stored.</summary>
    public static async Task<Domain.EmailVerifications.EmailVerification?> StoredVerificationAsync(this OtpServer server, string userId)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OtpDbContext>().EmailVerifications.AsNoTracking().SingleOrDefaultAsync(item => item.UserId == userId);
    }

    /// <summary>The states of the factors in a list.</summary>
    public static IEnumerable<string> StatesOf(OtpAnswer list) => list.Results["result"]!.AsArray().Select(factor => (string)factor!["state"]!);
}

/// <summary>One server for all tests of a class; each takes users of its own.</summary>
public sealed class SharedOtpServer : IAsyncLifetime
{
    private int _users;

    public OtpServer Server { get; private set; } = null!;

    /// <summary>A user id that no other test has.</summary>
    public string NewUser() => $"user-{Interlocked.Increment(ref _users)}";

    public async Task InitializeAsync() => Server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, new(FactorSteps.NoRecipientLimits)
    {
        ["Links:AllowedHosts:0"] = "ok.example",
        ["Links:AllowedHosts:1"] = "xn--bcher-kva.example",
        ["Links:AllowedHosts:2"] = "localhost",
    });

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
