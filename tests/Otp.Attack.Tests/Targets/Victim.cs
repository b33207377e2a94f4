using System.Net;
using System.Text.Json.Nodes;
using Otp.TestKit;

namespace Otp.Attack.Tests.Targets;

/// <summary>Somebody who uses the service as it is meant, and whom an attack is about.</summary>
/// <param name="Target">Where.</param>
/// <param name="User">The user id.</param>
/// <param name="Address">The address.</param>
/// <param name="Caller">The user, with a token of its own that grants nothing more.</param>
public sealed record Victim(Target Target, string User, string Address, OtpCaller Caller)
{
    /// <summary>Its operator, who may act for it.</summary>
    public OtpCaller Operator => Target.AsOperator();

    /// <summary>Somebody who has an address, not verified yet, and its code.</summary>
    public static async Task<(Victim Victim, string Code)> WithCodeAsync(Target target)
    {
        var user = target.NewUser();
        var victim = new Victim(target, user, $"{user}@mouse.example", target.As(user));
        await victim.Caller.SetEmailAsync(victim.Address).OkAsync();
        return (victim, await target.CodeToAsync(victim.Address));
    }

    /// <summary>Somebody with a verified address, without a mail being sent.</summary>
    public static async Task<Victim> VerifiedAsync(Target target, string owner = Target.Home)
    {
        var user = target.NewUser();
        var address = $"{user}@mouse.example";
        await target.As(user, null, ("org_id", owner), ("permissions", new[] { Target.Write })).PostAsync($"v2/users/{user}/email", new { email = address, isVerified = true }).OkAsync();
        return new Victim(target, user, address, target.As(user, null, ("org_id", owner)));
    }

    /// <summary>Somebody whose verified address is a factor.</summary>
    public static async Task<Victim> WithFactorAsync(Target target, string owner = Target.Home)
    {
        var victim = await VerifiedAsync(target, owner);
        await victim.Caller.AddContactFactorAsync().OkAsync();
        return victim;
    }

    /// <summary>Makes a challenge, and reads its code from the mail.</summary>
    public async Task<(string Id, string Code)> ChallengedAsync(string? lastCode = null)
    {
        var challenge = await Caller.CreateChallengeAsync().OkAsync();
        return (challenge.Result("challengeId"), await Target.CodeToAsync(Address, lastCode));
    }

    /// <summary>Makes a challenge whose code the operator is answered.</summary>
    public async Task<(string Id, string Code)> ChallengedByOperatorAsync(string owner = Target.Home)
    {
        var challenge = await Target.AsOperator(owner).CreateChallengeOfAsync(User, new { returnCode = new { } }).OkAsync();
        return (challenge.Result("challengeId"), challenge.Result("passcode"));
    }

    /// <summary>Adds a factor at another address, and reads its code from the mail.</summary>
    public async Task<(string Id, string Code)> RegisteredAsync(string address)
    {
        var added = await Caller.AddFactorAsync(User, new { address }).OkAsync();
        return (added.Result("otpEmailId"), await Target.CodeToAsync(address));
    }

    /// <summary>All that the service says of it, in one text: when that is the same, nothing has changed.</summary>
    public async Task<string> StateAsync()
    {
        var factors = await Operator.PostAsync($"v2/users/{User}/authentication_factors/_search", new JsonObject()).OkAsync();
        var status = await Caller.StatusAsync().OkAsync();
        return $"{await SequencesAsync()} {status.Text} {factors.Text}";
    }

    /// <summary>The sequences of its aggregates, as they rest: each change adds one.</summary>
    public async Task<string> SequencesAsync()
    {
        var verification = await Target.Database.ReadNumberAsync($"SELECT COALESCE(MAX(sequence), 0) FROM email_verifications WHERE user_id = '{User}'");
        var factors = await Target.Database.ReadNumberAsync($"SELECT COALESCE(MAX(sequence), 0) FROM user_factors WHERE user_id = '{User}'");
        return $"{verification}/{factors}";
    }

    /// <summary>Wrong guesses at the address that are counted, as they rest.</summary>
    public Task<long> CountedAsync() => Target.Database.ReadNumberAsync($"SELECT budget_failed_attempts FROM email_verifications WHERE user_id = '{User}'");

    /// <summary>Wrong guesses at the factors that are counted, as they rest.</summary>
    public Task<long> CountedAtFactorsAsync() => Target.Database.ReadNumberAsync($"SELECT budget_failed_attempts FROM user_factors WHERE user_id = '{User}'");
}

internal static class AnswerExtensions
{
    /// <summary>Does something that must succeed.</summary>
    public static async Task<OtpAnswer> OkAsync(this Task<OtpAnswer> action)
    {
        var answer = await action;
        answer.Status.Should().Be(HttpStatusCode.OK, "the answer is {0}", answer.Text);
        return answer;
    }

    /// <summary>How often each status was answered.</summary>
    public static Dictionary<HttpStatusCode, int> CountByStatus(this IEnumerable<OtpAnswer> answers) => answers.GroupBy(answer => answer.Status).ToDictionary(group => group.Key, group => group.Count());
}
