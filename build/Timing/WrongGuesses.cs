using System.Globalization;

namespace Otp.Timing;

/// <summary>Wrong guesses at codes of six digits, of which the first ones are right.</summary>
internal static class WrongGuesses
{
    private const int Digits = 6;

    /// <summary>One is left of the five, so that no lock comes into play.</summary>
    private const int GuessesPerUser = 4;

    /// <summary>The guess is the code that the user had before: all digits of a code, but not of this one.</summary>
    private const int Replaced = Digits;

    private const int WarmUp = 1_000;

    public static async Task MeasureAsync(Service service, int samples)
    {
        var dice = new Dice();
        await AskAsync(service, Groups(WarmUp / (Digits + 1), dice), dice, "warm-up");
        var times = await AskAsync(service, Groups(samples, dice), dice, "guesser");

        Console.WriteLine("\nWrong guesses, by the number of leading digits that are right (POST /api/v1/user/me/email/verify)");
        Report.Table(times.GroupBy(time => time.Group).OrderBy(group => group.Key)
            .Select(group => (group.Key == Replaced ? "all, of the replaced code" : $"{group.Key} right", group.Select(time => time.Microseconds))));

        var counted = times.Where(time => time.Group < Digits).ToList();
        var x = counted.Select(time => (double)time.Group).ToArray();
        var y = counted.Select(time => time.Microseconds).ToArray();

        // The slowest are those that a timer or another process came between.
        var high = Statistics.Quantile([.. y.Order()], 0.9);
        var calm = y.Select(value => Math.Min(value, high)).ToArray();
        var spearman = Statistics.Correlate(x, Statistics.Ranks(y));
        var pearson = Statistics.Correlate(x, calm);
        var (slope, error) = Statistics.Slope(x, calm);
        Console.WriteLine($"    Spearman {spearman}");
        Console.WriteLine($"    Pearson  {pearson}, the slowest tenth cut to its least");
        Console.WriteLine($"    {slope:+0.00;-0.00} µs a digit, 95 % between {slope - error:+0.00;-0.00} and {slope + error:+0.00;-0.00}");
        Console.WriteLine(spearman.Probability < Report.Significance || pearson.Probability < Report.Significance
            ? "    VERDICT: the time goes with the digits that are right"
            : $"    VERDICT: the time says nothing of the digits that are right; {2 * error:0.0} µs a digit would have shown");
    }

    private static int[] Groups(int samples, Dice dice)
    {
        var groups = Enumerable.Range(0, samples * (Digits + 1)).Select(index => index % (Digits + 1)).ToArray();
        dice.Shuffle(groups);
        return groups;
    }

    private static async Task<List<(int Group, double Microseconds)>> AskAsync(Service service, int[] groups, Dice dice, string name)
    {
        // All users first, so that nothing but guesses goes on while guesses are timed.
        List<(string Token, string Old, string Code)> users = [];
        for (var number = 0; number * GuessesPerUser < groups.Length; number++)
        {
            var id = $"{name}-{number}";
            var old = await CodeAsync(service, id, "email", new { email = $"{id}@example.com", returnCode = new { } });
            users.Add((Service.User(id), old, await CodeAsync(service, id, "email/resend", new { returnCode = new { } })));
        }

        // The users in an order of its own each round: the four guesses at one code are far apart.
        List<(int Group, double Microseconds)> times = [];
        var next = 0;
        for (var round = 0; round < GuessesPerUser; round++)
        {
            var order = users.ToArray();
            dice.Shuffle(order);
            foreach (var (token, old, code) in order.Where(_ => next < groups.Length))
            {
                var group = groups[next++];
                if (group == Replaced && old == code)
                {
                    continue;
                }

                var passcode = group == Replaced ? old : Guess(code, group, dice);
                var (microseconds, answer) = await service.TimeAsync(token, HttpMethod.Post, "api/v1/user/me/email/verify", new { passcode });
                times.Add(answer.StartsWith("200", StringComparison.Ordinal) ? (group, microseconds) : throw new InvalidOperationException(answer));
            }
        }

        return times;
    }

    private static async Task<string> CodeAsync(Service service, string id, string route, object body) =>
        (string)(await service.PrepareAsync(Service.Operator(id), HttpMethod.Post, $"v2/users/{id}/{route}", body))["verificationCode"]!;

    /// <summary>A guess whose first digits are right, the next one is not, and the others are as they come.</summary>
    private static string Guess(string code, int right, Dice dice)
    {
        var wrong = (code[right] - '0' + 1 + dice.Next(9)) % 10;
        var rest = Enumerable.Range(right + 1, Digits - right - 1).Select(_ => dice.Next(10).ToString(CultureInfo.InvariantCulture));
        return $"{code[..right]}{wrong}{string.Concat(rest)}";
    }
}
