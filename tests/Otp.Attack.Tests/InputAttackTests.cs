using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Otp.Attack.Tests.Targets;
using Otp.TestKit;

namespace Otp.Attack.Tests;

/// <summary>Codes and bodies that no honest client sends: refused, never an accident, never counted.</summary>
[Collection(SharedTargets.Name)]
public sealed class InputAttackTests(SharedTargets targets)
{
    private const int MaxBody = 16 * 1024;

    private static readonly string[] UnusualMethods = ["TRACE", "PATCH", "PROPFIND", "FOO", "LINK", "QUERY", "M-SEARCH"];
    private static readonly string[] UsualMethods = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS"];

    /// <summary>What stands for a code, as JSON.</summary>
    private static readonly string[] OddCodes =
    [
        "\"١٢٣٤٥٦\"", "\"١٢٣٤٥٦٧٨\"", "\"１２３４５６\"", "\"１２３４５６７８\"", "\"𝟏𝟐𝟑𝟒𝟓𝟔\"", "\"①②③④⑤⑥⑦⑧\"", "\"12345٦\"", "\"1234567٨\"", "\"१२३४५६७८\"",
        "\"+12345\"", "\"-1234567\"", "\"+1234567\"", "\"1e5\"", "\"1E000007\"", "\"0x1234\"", "\"12.345\"", "\"1_000_000\"", "\"NaN\"", "\"Infinity\"", "\"1,234,56\"",
        "123456", "12345678", "1e5", "1.0", "-1", "0", "9999999999999999999999999", "null", "true", "false",
        "[]", "[\"123456\"]", "[\"12345678\"]", "[1,2,3,4,5,6]", "[null]", "{}", "{\"$ne\":null}", "{\"value\":\"123456\"}", "{\"length\":8}",
        "\"\\ud83d\"", "\"\\udc00\\ud800\"", "\"12345\\ud83d\"", "\"\\u0000\"", "\"123456\\u0000\"", "\"1234567\\u0000\"", "\"123\\u0000456\"",
        "\"\"", "\" \"", "\"\\t\\r\\n\"", "\"-\"", "\"- - -\"", "\"12345\\u200b6\"", "\"123456\\r\\nX: y\"", "\"%00\"", "\"%31%32%33%34%35%36\"",
        "\"' OR '1'='1\"", "\"1; DROP TABLE user_factors\"", "\"{{.Code}}\"", "\"${jndi:ldap://127.0.0.1/x}\"", "\"../../etc/passwd\"", "\"*\"", "\"______\"", "\"%%%%%%%%\"",
    ];

    /// <summary>All routes that guess by a body, and the member that holds the code.</summary>
    private static readonly (string Path, string Member)[] GuessRoutes =
    [
        ("api/v1/user/me/email/verify", "passcode"), ("auth/v1/users/me/email/_verify", "code"), ("v2/users/{user}/email/verify", "verificationCode"),
        ("v3alpha/users/{user}/email/verify", "verificationCode"), ("v3alpha/users/{user}/otp_email/{factor}/verify", "code"),
        ("api/v1/user/me/otp_email/challenges/{challenge}/verify", "passcode"), ("api/v1/users/{user}/otp_email/challenges/{challenge}/verify", "passcode"),
    ];

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-23")]
    public async Task Code_WhenOdd_ShouldBeRefusedEverywhereAndNotCount(Setup setup)
    {
        var (victim, challenge, factor) = await PrepareAsync(setup);
        var before = await victim.SequencesAsync();
        string[] tooLong = [$"\"{new string('9', 201)}\"", $"\"{new string('1', 12_000)}\"", $"\"{string.Concat(Enumerable.Repeat("\\u0031", 2_000))}\""];
        foreach (var (path, member) in GuessRoutes.Select(route => (Fill(route.Path, victim, challenge, factor), route.Member)))
        {
            foreach (var code in OddCodes.Concat(tooLong))
            {
                var answer = await victim.Caller.SendTextAsync(HttpMethod.Post, path, $"{{\"{member}\":{code}}}");

                ((int)answer.Status).Should().BeOneOf([400, 422], "{0} gets the code {1} and answers {2}", path, code, answer.Text);
            }
        }

        (await victim.SequencesAsync()).Should().Be(before, "what is badly shaped does not count");
        await victim.Target.ShouldBeUnharmedAsync();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-23")]
    public async Task Code_WhenTheRightOneInOtherDigits_ShouldNotVerify(Setup setup)
    {
        var (victim, code) = await Victim.WithCodeAsync(await targets.GetAsync(setup));
        var before = await victim.SequencesAsync();
        foreach (var zero in new[] { '\u0660', '\u06F0', '\u0966', '\uFF10' })
        {
            var same = string.Concat(code.Select(digit => (char)(zero + digit - '0')));
            (await victim.Caller.VerifyAsync(same)).Status.Should().Be(HttpStatusCode.UnprocessableEntity);
            (await victim.Caller.VerifyEmailAsync(same)).RpcId.Should().Be("CODE-woT0xc");
        }

        foreach (var almost in new[] { $"0{code}", $"{code}0", $"+{code}", code[1..], $"{code}.0", $"{code}\0", $"{code},{code}" })
        {
            (await victim.Caller.VerifyAsync(almost)).Status.Should().Be(HttpStatusCode.UnprocessableEntity, almost);
        }

        (await victim.SequencesAsync()).Should().Be(before);
        (await victim.Caller.VerifyAsync(code)).IsVerified.Should().BeTrue();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-23")]
    public async Task PasscodeInTheQuery_WhenOdd_ShouldNeverVerifyNorFail(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        foreach (var query in new[]
        {
            "passcode=%00", "passcode=%ff%fe", "passcode=%ud83d", "passcode=%", "passcode=%zz", "passcode[]=123456", "passcode[0]=123456", "passcode=1&passcode=2",
            "passcode=%EF%BC%91", "passcode=%D9%A1", "passcode=" + new string('9', 200), "passcode=" + new string('9', 201), "passcode=" + new string('9', 7_000),
            "passcode=%0d%0aSet-Cookie:%20x=y", "passcode='%20OR%20'1'='1", "passcode=1e5", "passcode=%2b12345", "passcode=-1", "PASSCODE=000000", "passcode", "passcode==", "?passcode=%20",
        })
        {
            var answer = await target.As(target.NewUser("query"), "query@mouse.example").GetAsync($"api/v1/user/me/email/status?{query}");

            answer.Status.Should().Be(HttpStatusCode.OK, "the query is {0}: {1}", query, answer.Text);
            answer.IsVerified.Should().BeFalse();
            answer.Headers.Keys.Should().NotContain("Set-Cookie");
        }

        await target.ShouldBeUnharmedAsync();
    }

    /// <summary>Bodies by name, with the statuses that are right for a route that takes <c>{"passcode":"…"}</c>.</summary>
    private static IEnumerable<(string Name, byte[] Body, string? Type, string? Encoding, int[] Statuses)> Bodies()
    {
        const string Json = "application/json";
        static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
        var good = """{"passcode":"000000"}""";
        foreach (var (name, body) in new[]
        {
            ("nothing", ""), ("blank", " \r\n"), ("null", "null"), ("a text", "\"000000\""), ("a number", "000000"), ("an array", "[{\"passcode\":\"000000\"}]"), ("cut off", "{\"passcode\":\"0000"),
            ("a comment", "/* x */" + good), ("a trailing comma", "{\"passcode\":\"000000\",}"), ("single quotes", "{'passcode':'000000'}"), ("no quotes", "{passcode:000000}"),
            ("two values", good + good), ("a form", "passcode=000000"), ("NaN", "{\"passcode\":NaN}"), ("a NUL", "{\"passcode\":\"00\0000\"}"), ("a raw line break", "{\"passcode\":\"00\n0000\"}"),
            ("deep arrays", new string('[', 8_000) + new string(']', 8_000)), ("deep objects", string.Concat(Enumerable.Repeat("{\"a\":", 2_500))),
            ("deep in a member", "{\"passcode\":" + new string('[', 20) + new string(']', 20) + "}"), ("only openings", new string('[', MaxBody)),
            ("another member", "{\"passcode\":\"000000\",\"isVerified\":true}"), ("a prototype", "{\"__proto__\":{\"isVerified\":true},\"passcode\":\"000000\"}"),
            ("a type", "{\"$type\":\"System.Diagnostics.Process\",\"passcode\":\"000000\"}"), ("a reference", "{\"$ref\":\"1\",\"passcode\":\"000000\"}"),
            ("many members", "{" + string.Join(',', Enumerable.Range(0, 1_200).Select(number => $"\"m{number}\":1")) + "}"),
        })
        {
            yield return (name, Text(body), Json, null, [400, 422]);
        }

        yield return ("invalid UTF-8", [.. Text("{\"passcode\":\""), 0xC3, 0x28, 0xFF, .. Text("\"}")], Json, null, [400]);
        yield return ("overlong UTF-8", [.. Text("{\"passcode\":\"00000"), 0xC0, 0xB0, .. Text("\"}")], Json, null, [400]);
        yield return ("surrogates as UTF-8", [.. Text("{\"passcode\":\""), 0xED, 0xA0, 0x80, .. Text("\"}")], Json, null, [400]);
        yield return ("UTF-16", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(good)], Json, null, [400]);
        yield return ("binary", [.. Enumerable.Range(0, 256).Select(number => (byte)number)], Json, null, [400]);
        foreach (var type in new[] { "text/plain", "application/xml", "text/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/octet-stream", "*/*", "json", null })
        {
            yield return ($"the type {type}", Text(good), type, null, [415]);
        }

        foreach (var encoding in new[] { "gzip", "br", "deflate" })
        {
            yield return ($"encoded as {encoding}", Compress(Text(good)), Json, encoding, [400, 415]);
        }

        yield return ("a bomb", Compress(new byte[8 * 1024 * 1024]), Json, "gzip", [400, 413, 415]);
        yield return ("one byte too large", Padded(MaxBody + 1), Json, null, [413]);
        yield return ("1 MiB", Padded(1024 * 1024), Json, null, [413]);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-22")]
    public async Task Body_WhenOdd_ShouldBeRefusedAndChangeNothing(Setup setup)
    {
        var (victim, _, _) = await PrepareAsync(setup);
        var before = await victim.SequencesAsync();
        foreach (var (name, body, type, encoding, statuses) in Bodies())
        {
            var answer = await SendUntilAnsweredAsync(victim.Caller, () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/user/me/email/verify") { Content = new ByteArrayContent(body) };
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
                request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
                return request;
            });

            ((int)answer.Status).Should().BeOneOf(statuses, "the body is {0}: {1}", name, answer.Text);
        }

        (await victim.SequencesAsync()).Should().Be(before);
        await victim.Target.ShouldBeUnharmedAsync();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-22")]
    public async Task Body_WhenAtTheLimit_ShouldBeTakenAndOneByteMoreRefused(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var caller = target.As(target.NewUser());

        // The server counts what frames the chunks, too.
        foreach (var route in Route.All.Where(route => route.Body is not null && route.Kind == RouteKind.Me))
        {
            foreach (var (length, isChunked) in new[] { (MaxBody, false), (MaxBody - 64, true), (MaxBody + 1, false), (MaxBody + 1, true), (40 * MaxBody, true) })
            {
                var answer = await SendUntilAnsweredAsync(caller, () =>
                {
                    var request = new HttpRequestMessage(new HttpMethod(route.Method), route.PathOf("", Guid.Empty.ToString(), "")) { Content = new ByteArrayContent(Padded(length)) };
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                    request.Headers.TransferEncodingChunked = isChunked;
                    return request;
                });

                (answer.Status == HttpStatusCode.RequestEntityTooLarge).Should().Be(length > MaxBody, "{0} gets {1} bytes, chunked {2}: {3}", route.Name, length, isChunked, answer.Status);
                ((int)answer.Status).Should().BeLessThan(500);
            }
        }

        await target.ShouldBeUnharmedAsync();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-22")]
    public async Task Body_WhenItsMembersAreGivenTwice_ShouldBeRefused(Setup setup)
    {
        var (victim, code) = await Victim.WithCodeAsync(await targets.GetAsync(setup));
        var wrong = Guesses.Except(code).Take(2).ToList();

        var answer = await victim.Caller.SendTextAsync(HttpMethod.Post, "api/v1/user/me/email/verify", $$"""{"passcode":"{{wrong[0]}}","passcode":"{{wrong[1]}}","PASSCODE":"{{wrong[0]}}"}""");

        answer.Status.Should().Be(HttpStatusCode.BadRequest, "who reads the first and who reads the last must not see two guesses");
        (await victim.CountedAsync()).Should().Be(0);
        (await victim.Caller.StatusAsync()).IsVerified.Should().BeFalse();
        await victim.Target.ShouldBeUnharmedAsync();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-21")]
    public async Task Method_WhenUnusual_ShouldBeRefusedAndChangeNothing(Setup setup)
    {
        var (victim, challenge, factor) = await PrepareAsync(setup);
        var before = await victim.StateAsync();
        foreach (var route in Route.All.Where(route => route.Kind != RouteKind.Open))
        {
            var path = route.PathOf(victim.User, challenge, factor);
            var others = Route.All.Where(other => other.Pattern == route.Pattern).Select(other => other.Method).ToHashSet();
            foreach (var method in UnusualMethods.Concat(UsualMethods.Except(others)))
            {
                var answer = await victim.Operator.SendAsync(new HttpMethod(method), path);

                // HEAD of what can be read is a read.
                (method == "HEAD" && others.Contains("GET") ? answer.Status.IsSuccess() || (int)answer.Status is >= 400 and < 500 : (int)answer.Status is >= 400 and < 500)
                    .Should().BeTrue("{0} {1} is answered with {2}", method, path, answer.Status);
            }
        }

        (await victim.StateAsync()).Should().Be(before);
        await victim.Target.ShouldBeUnharmedAsync();
    }

    /// <summary>
    /// Sends again where the connection ended before the whole body was sent: the server has refused the body by then and answered, and the client may see its
    /// own broken pipe first.
    /// </summary>
    private static async Task<OtpAnswer> SendUntilAnsweredAsync(OtpCaller caller, Func<HttpRequestMessage> create)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = create();
            try
            {
                return await caller.SendAsync(request);
            }
            catch (HttpRequestException exception) when (attempt < 10 && exception.InnerException is IOException)
            {
            }
        }
    }

    private static byte[] Padded(int length) => Encoding.ASCII.GetBytes("{\"x\":1" + new string(' ', length - 7) + "}");

    private static byte[] Compress(byte[] data)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal))
        {
            gzip.Write(data);
        }

        return target.ToArray();
    }

    private static string Fill(string path, Victim victim, string challenge, string factor) => path.Replace("{user}", victim.User, StringComparison.Ordinal)
        .Replace("{challenge}", challenge, StringComparison.Ordinal).Replace("{factor}", factor, StringComparison.Ordinal);

    /// <summary>Somebody with a live code of each purpose, and permission to guess at all of them.</summary>
    private async Task<(Victim Victim, string Challenge, string Factor)> PrepareAsync(Setup setup)
    {
        var verified = await Victim.WithFactorAsync(await targets.GetAsync(setup));
        var victim = verified with { Caller = verified.Target.As(verified.User, null, ("permissions", new[] { Target.Write, Target.Read })) };
        var (challenge, _) = await victim.ChallengedByOperatorAsync();
        var (factor, _) = await victim.RegisteredAsync($"second-{victim.Address}");
        await victim.Caller.SetEmailAsync($"other-{victim.Address}").OkAsync();
        await victim.Target.DeliveredAsync(victim.User);
        return (victim, challenge, factor);
    }
}
