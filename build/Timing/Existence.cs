namespace Otp.Timing;

/// <summary>Routes that must not tell whether a user, a factor, a challenge or a mail exists.</summary>
internal static class Existence
{
    private const int Victims = 200;
    private const int WarmUp = 100;

    public static async Task MeasureAsync(Service service, int samples)
    {
        var victims = new List<Victim>();
        for (var number = 0; number < Victims; number++)
        {
            victims.Add(await PrepareAsync(service, $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}"));
        }

        var user = Service.User("somebody");
        await service.PrepareAsync(Service.Operator("somebody"), HttpMethod.Post, "v2/users/somebody/email", new { email = "somebody@example.com", isVerified = true });
        var foreign = Service.ForeignOperator();
        Route[] routes =
        [
            new("user, another's methods", user, HttpMethod.Get, victim => $"v2/users/{victim.UserId}/authentication_methods"),
            new("user, challenge for another", user, HttpMethod.Post, victim => $"api/v1/users/{victim.UserId}/otp_email/challenges"),
            new("user, another's challenge", user, HttpMethod.Get, victim => $"api/v1/user/me/otp_email/challenges/{victim.ChallengeId}"),
            new("user, guess at that", user, HttpMethod.Post, victim => $"api/v1/user/me/otp_email/challenges/{victim.ChallengeId}/verify", new { passcode = "00000000" }),
            new("user, another's factor", user, HttpMethod.Post, victim => $"v3alpha/users/somebody/otp_email/{victim.OtpEmailId}/verify", new { code = "00000000" }),
            new("foreign operator, methods", foreign, HttpMethod.Get, victim => $"v2/users/{victim.UserId}/authentication_methods"),
            new("foreign operator, unlock", foreign, HttpMethod.Post, victim => $"api/v1/users/{victim.UserId}/otp_email/unlock"),
            new("foreign operator, challenge", foreign, HttpMethod.Get, victim => $"api/v1/users/{victim.UserId}/otp_email/challenges/{victim.ChallengeId}"),
            new("foreign operator, mails", foreign, HttpMethod.Get, victim => $"api/v1/deliveries?userId={victim.UserId}"),
            new("foreign operator, audit", foreign, HttpMethod.Get, victim => $"api/v1/audit?userId={victim.UserId}"),
            new("foreign operator, retry", foreign, HttpMethod.Post, victim => $"api/v1/deliveries/{victim.DeliveryId}/retry"),
        ];

        Console.WriteLine("\nWhat exists and what does not, to callers who may not know");
        var telling = new List<string>();
        foreach (var route in routes)
        {
            var dice = new Dice();
            if (await CompareAsync(service, route.Name, samples, (exists, _) =>
                new Question(route.Token, route.Method, route.Path(exists ? victims[dice.Next(victims.Count)] : Victim.Unknown()), route.Body)))
            {
                telling.Add(route.Name);
            }
        }

        // Each address is asked for once, by a user of its own: a second mail to it is another thing than the first.
        var addresses = new List<string>();
        for (var number = 0; number < samples + WarmUp; number++)
        {
            var id = $"owner-{number}";
            await service.PrepareAsync(Service.Operator(id), HttpMethod.Post, $"v2/users/{id}/email", new { email = $"{id}@example.com", isVerified = true });
            addresses.Add($"{id}@example.com");
        }

        if (await CompareAsync(service, "user, address of another", samples, (exists, number) => new Question(
            Service.User($"asker-{(exists ? "a" : "b")}-{number}"), HttpMethod.Put, "auth/v1/users/me/email", new { email = exists ? addresses[number] : $"other-{number}@example.com" })))
        {
            telling.Add("user, address of another");
        }

        Console.WriteLine(telling.Count == 0
            ? "    VERDICT: none of these tells"
            : $"    VERDICT: the time differs beyond chance at: {string.Join("; ", telling)}");
    }

    private static async Task<bool> CompareAsync(Service service, string name, int samples, Func<bool, int, Question> build)
    {
        var dice = new Dice();
        List<double> known = [];
        List<double> unknown = [];
        HashSet<string> answers = [];
        var order = Enumerable.Range(0, 2 * (samples + WarmUp)).Select(index => index % 2 == 0).ToArray();

        // All of it is made before: what the one that asks does just before it asks must be the same, or its own time is what is found.
        var questions = order.Select((exists, index) => (Exists: exists, Question: build(exists, index / 2))).ToArray();
        dice.Shuffle(questions);
        for (var index = 0; index < questions.Length; index++)
        {
            var (exists, question) = questions[index];
            var (microseconds, answer) = await service.TimeAsync(question.Token, question.Method, question.Path, question.Body);
            answers.Add(answer);
            if (index >= 2 * WarmUp)
            {
                (exists ? known : unknown).Add(microseconds);
            }
        }

        double[] some = [.. known];
        double[] others = [.. unknown];
        var (exceeds, probability) = Statistics.MannWhitney(some, others);
        var (low, high) = Statistics.MedianDifference(some, others);
        Console.WriteLine();
        Report.Table([($"{name}: is", some), ($"{"",2}is not", others)]);
        var tells = probability < Report.Significance && (low > 0 || high < 0);
        Console.WriteLine($"    medians differ by {Statistics.Median(some) - Statistics.Median(others):+0.0;-0.0} µs, 95 % between {low:+0.0;-0.0} and {high:+0.0;-0.0}; Mann-Whitney: P(is > is not) = {exceeds:0.000}, p = {probability:0.0000}{(tells ? " ***" : "")}");
        Console.WriteLine($"    {(answers.Count == 1 ? $"one answer: {answers.Single()}" : $"{answers.Count} DIFFERENT ANSWERS: {string.Join(" | ", answers.Take(3))}")}");
        return tells;
    }

    private static async Task<Victim> PrepareAsync(Service service, string id)
    {
        var token = Service.Operator(id);
        await service.PrepareAsync(token, HttpMethod.Post, $"v2/users/{id}/email", new { email = $"{id}@example.com", isVerified = true });
        await service.PrepareAsync(token, HttpMethod.Post, $"v2/users/{id}/otp_email");
        var challenge = await service.PrepareAsync(token, HttpMethod.Post, $"api/v1/users/{id}/otp_email/challenges");
        var mails = await service.PrepareAsync(token, HttpMethod.Get, $"api/v1/deliveries?userId={id}");
        return new Victim(id, (string)challenge["challengeId"]!, (string)challenge["otpEmailId"]!, (string)mails["items"]![0]!["deliveryId"]!);
    }

    private sealed record Question(string Token, HttpMethod Method, string Path, object? Body);

    private sealed record Route(string Name, string Token, HttpMethod Method, Func<Victim, string> Path, object? Body = null);

    private sealed record Victim(string UserId, string ChallengeId, string OtpEmailId, string DeliveryId)
    {
        public static Victim Unknown() => new(NewId(), NewId(), NewId(), NewId());

        private static string NewId() => $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}";
    }
}
