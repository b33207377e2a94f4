using System.Collections.Concurrent;
using System.Net;
using Otp.Attack.Tests.Targets;
using Otp.TestKit;

namespace Otp.Attack.Tests;

/// <summary>A power cut while somebody guesses, to win back guesses.</summary>
public sealed class KillAttackTests
{
    private const int Victims = 20;
    private const int MaxAttempts = 10;
    private const int GuessesAtEach = 14;

    /// <summary>The answers after which the power is cut: about the middle of what can be counted.</summary>
    private const int AnswersBeforeTheKill = Victims * MaxAttempts / 2;

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-06")]
    [Trait("Requirement", "SEC-12")]
    public async Task Kill_WhenInTheMiddleOfAGuessingStorm_ShouldLoseNoAnsweredAttempt(Setup setup)
    {
        await using var target = await Target.StartAsync(setup, new() { ["Passcodes:LoginChallenge:MaxAttempts"] = $"{MaxAttempts}" });
        var victims = await Task.WhenAll(Enumerable.Range(0, Victims).Select(async _ =>
        {
            var victim = await Victim.WithFactorAsync(target);
            return (Victim: victim, Challenge: await victim.ChallengedByOperatorAsync());
        }));

        var told = victims.ToDictionary(item => item.Victim, _ => new ConcurrentBag<int>());
        var kill = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (answers, cut) = (0, 0);
        var storm = Parallel.ForEachAsync(
            Enumerable.Range(0, GuessesAtEach).SelectMany(number => victims.Select(item => (item.Victim, item.Challenge, Guess: Guesses.Except(item.Challenge.Code).ElementAt(number)))),
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (item, _) =>
            {
                try
                {
                    var answer = await item.Victim.Caller.VerifyChallengeAsync(item.Challenge.Id, item.Guess);
                    if (answer.Status == HttpStatusCode.BadRequest)
                    {
                        told[item.Victim].Add(AttemptsIn(answer));
                    }

                    if (Interlocked.Increment(ref answers) == AnswersBeforeTheKill)
                    {
                        kill.SetResult();
                    }
                }
                catch (HttpRequestException)
                {
                    // No answer came: whether it was counted is open.
                    Interlocked.Increment(ref cut);
                }
            });
        await Task.WhenAny(kill.Task, storm);
        await target.KillAsync(target.Processes[0]);
        await storm;

        (setup == Setup.OneProcessOnSqlite ? cut : answers - AnswersBeforeTheKill).Should().BePositive("else it was not killed in the middle, or the other one did not go on");
        await target.StartOneMoreAsync();
        foreach (var (victim, challenge) in victims)
        {
            var counts = told[victim];
            var stored = (int)await victim.CountedAtFactorsAsync();
            stored.Should().BeLessThanOrEqualTo(MaxAttempts);
            counts.Should().OnlyHaveUniqueItems("each answer is told of its own count");
            stored.Should().BeGreaterThanOrEqualTo(counts.Count, "{0} has been answered so often", victim.User).And.BeGreaterThanOrEqualTo(counts.DefaultIfEmpty().Max());
            ((int)(await victim.Caller.ChallengeAsync(challenge.Id).OkAsync()).Results["numberOfAttempts"]!).Should().Be(stored);

            // What is left of the budget, and no more.
            foreach (var guess in Guesses.Except(challenge.Code).Skip(GuessesAtEach).Take(MaxAttempts - stored))
            {
                AttemptsIn(await victim.Caller.VerifyChallengeAsync(challenge.Id, guess)).Should().Be(++stored);
            }

            (await victim.Caller.VerifyChallengeAsync(challenge.Id, challenge.Code)).Status.Should().Be(HttpStatusCode.TooManyRequests, "the budget is used up");
            (await victim.Caller.CreateChallengeAsync()).Status.Should().Be(HttpStatusCode.TooManyRequests, "the lock outlives the process");
            (await victim.CountedAtFactorsAsync()).Should().Be(MaxAttempts);
        }

        await target.ShouldBeUnharmedAsync();
    }

    private static int AttemptsIn(OtpAnswer answer)
    {
        answer.Status.Should().Be(HttpStatusCode.BadRequest, answer.Text);
        return (int)answer.Error["data"]!["numberOfAttempts"]!;
    }
}
