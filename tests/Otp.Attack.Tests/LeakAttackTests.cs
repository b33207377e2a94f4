using System.Net;
using System.Text;
using Otp.Attack.Tests.Targets;
using Otp.TestKit;

namespace Otp.Attack.Tests;

/// <summary>Known codes go through every route, with everything logged and traced; then everything that was written down is searched for them.</summary>
[Trait("Requirement", "SEC-11")]
public sealed class LeakAttackTests
{
    private const string Name = "Planted Displayname";

    /// <summary>Enough to see what is wrong.</summary>
    private const int MaxFound = 20;

    /// <summary>All that an operator could turn up. Long codes, so that none occurs in an id or a time by chance.</summary>
    private static readonly Dictionary<string, string?> Loudest = new()
    {
        ["Passcodes:EmailVerification:Length"] = "12",
        ["Passcodes:FactorRegistration:Length"] = "12",
        ["Passcodes:LoginChallenge:Length"] = "12",
        ["Passcodes:EmailVerification:ResendInterval"] = "00:00:00",
        ["Passcodes:FactorRegistration:ResendInterval"] = "00:00:00",
        ["Passcodes:LoginChallenge:ResendInterval"] = "00:00:00",
        ["Limits:RecipientBurst:Enabled"] = "false",
        ["Logging:LogLevel:Default"] = "Trace",
        ["Logging:LogLevel:Microsoft"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.BadRequests"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.HttpLogging.HttpLoggingMiddleware"] = "Trace",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Trace",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Trace",
        ["Logging:Console:LogLevel:Default"] = "Trace",
        ["Logging:Console:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
        ["Logging:Console:IncludeScopes"] = "true",
        ["Logging:Console:FormatterOptions:IncludeScopes"] = "true",
    };

    private static readonly Dictionary<string, string> Hook = new() { ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location };

    [Theory, BothTargets]
    public async Task Code_WhenItGoesThroughEveryRoute_ShouldBeFoundNowhere(Setup setup)
    {
        await using var collector = await Collector.StartAsync();
        await using var target = await Target.StartAsync(setup, Loudest, new(Hook.Concat(collector.Environment)));
        var walk = await Walk.RunAsync(target);
        var atRest = await ReadAtRestAsync(target);

        if (setup == Setup.TwoProcessesOnPostgreSql)
        {
            // An outage has messages of its own. A file that is gone, the other process would not notice.
            await target.Database.BreakAsync();
            foreach (var code in walk.Codes.Take(2))
            {
                (await walk.KeepAsync(walk.Caller.GuessAsync(code))).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
                (await walk.KeepAsync(walk.Caller.VerifyEmailAsync(code))).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
            }
        }

        // At its end a process writes what it has not written yet.
        await Task.WhenAll(target.Processes.Select(process => process.StopAsync()));
        var output = target.Output;
        var (traces, metrics) = (collector.ReceivedAt("/v1/traces"), collector.ReceivedAt("/v1/metrics"));

        walk.Codes.Should().HaveCountGreaterThan(12).And.OnlyHaveUniqueItems();
        walk.Codes.Concat(walk.Guesses).Should().OnlyContain(code => code.Length == 12);
        walk.Routes.Should().Contain(Route.All.Select(route => route.Name), "every route was called");
        output.Should().Contain("trce: ").And.Contain("dbug: Microsoft.EntityFrameworkCore").And.Contain($"{StartupHook.Mark} activity Microsoft.AspNetCore").And.Contain($"{StartupHook.Mark} metric Otp.Delivery");
        atRest.Should().Contain("secret-mailbox", "else nothing was read");
        traces.Contains("GET /api/v1/user/me/email/status", StringComparison.Ordinal).Should().BeTrue("requests are traced by their routes");
        metrics.Contains("otp.mails.finished", StringComparison.Ordinal).Should().BeTrue("metrics are sent");
        var answers = string.Join('\n', walk.Answers.Select(answer => $"{answer.Route}: {answer.Answer}"));
        List<string> found = [];
        foreach (var secret in walk.Codes.Concat(walk.Guesses))
        {
            Search(found, "the output", output, secret);
            Search(found, "the exported traces", traces, secret);
            Search(found, "the exported metrics", metrics, secret);
            Search(found, "the database", atRest, secret);
            Search(found, "an answer", answers, secret);
        }

        foreach (var secret in walk.OtherSecrets)
        {
            Search(found, "the output", output, secret);
            Search(found, "the exported traces", traces, secret);
            Search(found, "the exported metrics", metrics, secret);
        }

        string.Join('\n', found).Should().BeEmpty();
    }

    /// <summary>Looks for a secret as it is, and as it looks in other writings.</summary>
    private static void Search(List<string> found, string where, string text, string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        foreach (var (writing, written) in new[]
        {
            ("plain", secret), ("UTF-16", Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(secret))),
            ("UTF-16, the other way round", Encoding.Latin1.GetString(Encoding.BigEndianUnicode.GetBytes(secret))),
            ("hexadecimal", Convert.ToHexString(bytes)), ("hexadecimal", Convert.ToHexStringLower(bytes)), ("an URL", Uri.EscapeDataString(secret)),
            ("base64", Base64(bytes, 0)), ("base64, one on", Base64(bytes, 1)),
            ("base64, two on", Base64(bytes, 2)), ("grouped", string.Join('-', secret.Chunk(4).Select(part => new string(part)))),
            ("spaced", string.Join(' ', secret.Chunk(3).Select(part => new string(part)))),
        }.DistinctBy(item => item.Item2))
        {
            for (var at = text.IndexOf(written, StringComparison.Ordinal); at >= 0 && found.Count < MaxFound; at = text.IndexOf(written, at, StringComparison.Ordinal))
            {
                var start = text.LastIndexOf('\n', at) + 1;
                var end = text.IndexOf('\n', at) is var next and >= 0 ? next : text.Length;
                found.Add($"{secret} ({writing}) in {where}: {text[start..Math.Min(end, start + 700)]}");
                at = end;
            }
        }
    }

    /// <summary>The characters of base64 that do not depend on what stands before and after.</summary>
    private static string Base64(byte[] bytes, int offset)
    {
        var all = Convert.ToBase64String([.. new byte[offset], .. bytes]).TrimEnd('=');
        var first = offset == 0 ? 0 : offset + 1;
        return all[first..^1];
    }

    /// <summary>All rows and all files.</summary>
    private static async Task<string> ReadAtRestAsync(Target target)
    {
        var all = new StringBuilder();
        if (target.Setup == Setup.TwoProcessesOnPostgreSql)
        {
            all.Append(await target.Database.DumpAsync());
        }

        foreach (var file in Directory.EnumerateFiles(target.Database.DataDirectory, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            all.Append(await reader.ReadToEndAsync());
        }

        return all.ToString();
    }

    /// <summary>Uses every route, rightly and wrongly, and keeps the codes and the answers.</summary>
    private sealed class Walk(Target target)
    {
        private const string Domain = "secret-mailbox.example";
        private readonly string _user = target.NewUser("planted");
        private readonly List<string> _addresses = [];
        private int _guesses;

        /// <summary>Codes that were right at their time.</summary>
        public List<string> Codes { get; } = [];

        /// <summary>Guesses that were wrong.</summary>
        public List<string> Guesses { get; } = [];

        public List<(string Route, string Answer)> Answers { get; } = [];

        public HashSet<string> Routes { get; } = [];

        public OtpCaller Caller => target.As(_user, null, ("name", Name), ("permissions", new[] { Target.Write, Target.Read, Target.Instance }));

        /// <summary>What has no place in logs, traces and metrics, beside codes.</summary>
        public IEnumerable<string> OtherSecrets => _addresses.Append(Domain).Append(Name).Append("passcode=").Append(Caller.Token.Split('.')[0] + ".");

        private OtpCaller Operator => target.AsOperator(Target.Home, Target.Write, Target.Read, Target.Instance);

        public static async Task<Walk> RunAsync(Target target)
        {
            var walk = new Walk(target);
            await walk.VerifyAddressesAsync();
            await walk.UseFactorsAsync();
            await walk.SweepAsync();
            await walk.LockAndUnlockAsync();
            await target.DeliveredAsync(walk._user);
            return walk;
        }

        /// <summary>Keeps an answer.</summary>
        public async Task<OtpAnswer> KeepAsync(Task<OtpAnswer> action, string? returned = null)
        {
            var answer = await action;
            var text = answer.Seen();
            if (returned is not null)
            {
                // The one answer that is to show a code: once, and no other.
                var code = answer.Result(returned);
                Codes.Add(code);
                text.Split(code).Should().HaveCount(2);
                text = text.Replace(code, "", StringComparison.Ordinal);
            }

            Answers.Add(($"{answer.Method} {answer.Path}", text));
            return answer;
        }

        private async Task VerifyAddressesAsync()
        {
            var first = NewAddress();
            await KeepAsync(Caller.SetEmailAsync(first).OkAsync());
            var code = await MailedAsync(first);
            await KeepAsync(Caller.StatusAsync().OkAsync());
            await KeepAsync(Caller.GuessAsync(Wrong()).OkAsync());
            await KeepAsync(Caller.VerifyAsync(Wrong()).OkAsync());
            await KeepAsync(Caller.VerifyEmailAsync(Wrong()));
            await KeepAsync(Caller.PostAsync($"v2/users/{_user}/email/verify", new { verificationCode = Wrong() }));
            await SpoilAsync(HttpMethod.Post, "api/v1/user/me/email/verify", "passcode", code);
            await SpoilAsync(HttpMethod.Post, "auth/v1/users/me/email/_verify", "code", code);
            (await KeepAsync(Caller.GuessAsync(code))).IsVerified.Should().BeTrue();
            await KeepAsync(Caller.GuessAsync(code));
            await KeepAsync(Caller.VerifyAsync(code));
            await KeepAsync(Caller.VerifyEmailAsync(code));

            // Each further way to get and to use such a code.
            var (byId, contact) = ($"v2/users/{_user}/email", $"v3alpha/users/{_user}/email");
            foreach (var (send, verify, returned) in new (Func<string, Task<OtpAnswer>>, Func<string, Task<OtpAnswer>>, string?)[]
            {
                (address => Caller.SetEmailAsync(address), right => Caller.VerifyAsync(right), null),
                (address => Caller.SetEmailAsync(address), right => Caller.VerifyEmailAsync(right), null),
                (address => Caller.PostAsync(byId, new { email = address, sendCode = new { urlTemplate = "https://ok.example/?c={{.Code}}&u={{.UserID}}" } }),
                    right => Caller.PostAsync($"{byId}/verify", new { verificationCode = right }), null),
                (address => Caller.PutAsync(contact, new { email = new { address } }), right => Caller.PostAsync($"{contact}/verify", new { verificationCode = right }), null),
                (address => Caller.PostAsync(byId, new { email = address, returnCode = new { } }), right => Operator.PostAsync($"{byId}/verify", new { verificationCode = right }), "verificationCode"),
                (address => Caller.PutAsync(contact, new { email = new { address, returnCode = new { } } }), right => Operator.PostAsync($"{contact}/verify", new { verificationCode = right }), "verificationCode"),
            })
            {
                var address = NewAddress();
                var answer = await KeepAsync(send(address).OkAsync(), returned);
                var right = returned is null ? await MailedAsync(address) : Codes[^1];
                if (returned is null)
                {
                    await KeepAsync(Caller.PostAsync("auth/v1/users/me/email/_resend_verification").OkAsync());
                    right = await MailedAsync(address, right);
                }

                await KeepAsync(verify(right).OkAsync());
                answer.Text.Should().NotBeEmpty();
            }
        }

        private async Task UseFactorsAsync()
        {
            await KeepAsync(Caller.AddContactFactorAsync().OkAsync());
            var address = NewAddress();
            var added = await KeepAsync(Caller.AddFactorAsync(_user, new { address }).OkAsync());
            var code = await MailedAsync(address);
            var path = $"v3alpha/users/{_user}/otp_email/{added.Result("otpEmailId")}/verify";
            await KeepAsync(Caller.PostAsync(path, new { code = Wrong() }));
            await SpoilAsync(HttpMethod.Post, path, "code", code);
            await KeepAsync(Caller.PostAsync(path, new { code }).OkAsync());
            var other = await KeepAsync(Operator.AddFactorAsync(_user, new { address = NewAddress(), returnCode = new { } }).OkAsync(), "verificationCode");
            await KeepAsync(Operator.VerifyFactorAsync(_user, other.Result("otpEmailId"), Codes[^1]).OkAsync());

            var contact = _addresses[^3];
            var challenge = await KeepAsync(Caller.CreateChallengeAsync().OkAsync());
            var id = challenge.Result("challengeId");
            var first = await MailedAsync(contact);
            await KeepAsync(Caller.ResendChallengeAsync(id).OkAsync());
            var second = await MailedAsync(contact, first);
            await KeepAsync(Caller.VerifyChallengeAsync(id, Wrong()));
            await KeepAsync(Caller.VerifyChallengeAsync(id, first));
            await SpoilAsync(HttpMethod.Post, $"api/v1/user/me/otp_email/challenges/{id}/verify", "passcode", second);
            (await KeepAsync(Caller.VerifyChallengeAsync(id, second))).IsVerified.Should().BeTrue();
            await KeepAsync(Caller.VerifyChallengeAsync(id, second));
            await KeepAsync(Caller.ChallengeAsync(id).OkAsync());

            var shown = await KeepAsync(Operator.CreateChallengeOfAsync(_user, new { returnCode = new { } }).OkAsync(), "passcode");
            var shownPath = $"api/v1/users/{_user}/otp_email/challenges/{shown.Result("challengeId")}";
            await KeepAsync(Operator.PostAsync($"{shownPath}/resend", new { returnCode = new { } }).OkAsync(), "passcode");
            await KeepAsync(Operator.GetAsync(shownPath).OkAsync());
            await KeepAsync(Operator.PostAsync($"{shownPath}/verify", new { passcode = Codes[^1] }).OkAsync());
        }

        /// <summary>Calls every route with a live code where it does not belong.</summary>
        private async Task SweepAsync()
        {
            var live = await KeepAsync(Operator.CreateChallengeOfAsync(_user, new { returnCode = new { } }).OkAsync(), "passcode");
            var code = Codes[^1];
            foreach (var route in Route.All)
            {
                // The one address that stands in a path is not planted: the framework's log scope has the path, where an operator switches scopes on.
                var path = route.PathOf(_user, live.Result("challengeId"), Guid.Empty.ToString(), live.Result("challengeId"), "unplanted@mouse.example");
                var method = new HttpMethod(route.Method);
                var query = $"?passcode={code}&code={code}&verificationCode={code}&userId={_addresses[0]}&email={_addresses[0]}";
                foreach (var caller in new[] { target.Anonymous(), target.As("nosy"), Operator })
                {
                    await KeepAsync(caller.SendAsync(method, path + query));
                    await KeepAsync(caller.SendTextAsync(method, path, $$"""{"unknown":"{{code}}"}"""));
                    await KeepAsync(route.SendAsync(caller, path));
                }

                Routes.Add(route.Name);
            }

            foreach (var list in new[] { "deliveries", "audit", "suppressions" })
            {
                await KeepAsync(Operator.GetAsync($"api/v1/{list}").OkAsync());
            }

            await KeepAsync(Operator.GetAsync($"api/v1/deliveries?email={Uri.EscapeDataString(_addresses[0])}").OkAsync());
        }

        /// <summary>Uses all attempts up, of the address and of the factors.</summary>
        private async Task LockAndUnlockAsync()
        {
            await KeepAsync(Operator.UnlockAsync(_user).OkAsync());
            await KeepAsync(Caller.AddContactFactorAsync());
            var live = await KeepAsync(Operator.CreateChallengeOfAsync(_user, new { returnCode = new { } }).OkAsync(), "passcode");
            var code = Codes[^1];
            for (var number = 0; number < 6; number++)
            {
                await KeepAsync(Caller.VerifyChallengeAsync(live.Result("challengeId"), Wrong()));
            }

            (await KeepAsync(Caller.VerifyChallengeAsync(live.Result("challengeId"), code))).Status.Should().Be(HttpStatusCode.TooManyRequests);
            await KeepAsync(Operator.UnlockAsync(_user).OkAsync());
        }

        /// <summary>Sends the right code in bodies that are wrong.</summary>
        private async Task SpoilAsync(HttpMethod method, string path, string member, string code)
        {
            foreach (var (body, type) in new[]
            {
                ($"{{\"{member}\":\"{code}", "application/json"), ($"{{\"{member}\":{code}}}", "application/json"), ($"{code}", "application/json"),
                ($"[\"{code}\"]", "application/json"), ($"{{\"{member}\":[\"{code}\"]}}", "application/json"),
                ($"{{\"{member}\":\"x{code}\"}}", "application/json"), ($"{{\"{member}\":\"{code}{code}\"}}", "application/json"),
                ($"{{\"{code}\":\"{code}\"}}", "application/json"), ($"{{\"{member}\":\"{code}\",\"{member}\":\"{code}\"}}", "application/json"),
                ($"{member}={code}", "application/x-www-form-urlencoded"), ($"<c>{code}</c>", "application/xml"),
                ($"{{\"{member}\":\"{string.Concat(Enumerable.Repeat(code, 1_500))}\"}}", "application/json"),
            })
            {
                var answer = await KeepAsync(Caller.SendTextAsync(method, path, body, type));
                ((int)answer.Status).Should().BeInRange(400, 499, body);
            }

            await KeepAsync(Caller.SendTextAsync(HttpMethod.Patch, $"{path}?passcode={code}", $"{{\"{member}\":\"{code}\"}}"));
            await KeepAsync(Caller.SendTextAsync(method, $"{path}/nothing?passcode={code}", $"{{\"{member}\":\"{code}\"}}"));
            await KeepAsync(target.Anonymous().SendTextAsync(method, $"{path}?passcode={code}", $"{{\"{member}\":\"{code}\"}}"));
        }

        private string NewAddress()
        {
            _addresses.Add($"planted.{_addresses.Count}@{Domain}");
            return _addresses[^1];
        }

        /// <summary>A guess that is wrong for all but one of a million million codes, and that occurs nowhere by chance.</summary>
        private string Wrong()
        {
            Guesses.Add($"9182736{_guesses++:00000}");
            return Guesses[^1];
        }

        private async Task<string> MailedAsync(string address, string? other = null)
        {
            Codes.Add(await target.CodeToAsync(address, other));
            return Codes[^1];
        }
    }
}
