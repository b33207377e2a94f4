using System.Globalization;
using FluentAssertions.Execution;
using Otp.Attack.Tests.Targets;

namespace Otp.Attack.Tests;

/// <summary>What is wrong below HTTP's surface: request lines, headers, lengths, paths, sent byte by byte.</summary>
[Collection(SharedTargets.Name)]
[Trait("Requirement", "SEC-22")]
public sealed class ProtocolAttackTests(SharedTargets targets)
{
    private const string Guess = """{"passcode":"000000"}""";

    /// <summary>Those that would wait for more.</summary>
    private static readonly string[] Incomplete = ["a body shorter than its length", "no last chunk", "a TLS greeting", "garbage"];

    /// <summary>
    /// Requests by name; <c>{auth}</c> is a header with a good token, so that none is refused for that alone. A length of <c>+21</c> is not among them: the
    /// server reads it as 21 before any code of the service sees it.
    /// </summary>
    private static readonly Dictionary<string, string> Malformed = new()
    {
        ["two lengths"] = Post("Content-Length: 21\r\nContent-Length: 20", Guess),
        ["two equal lengths"] = Post("Content-Length: 21\r\nContent-Length: 21", Guess),
        ["a list of lengths"] = Post("Content-Length: 21, 20", Guess),
        ["a negative length"] = Post("Content-Length: -1", Guess),
        ["a hexadecimal length"] = Post("Content-Length: 0x15", Guess),
        ["a length too large for a number"] = Post("Content-Length: 99999999999999999999", Guess),
        ["a length as text"] = Post("Content-Length: many", Guess),
        ["an empty length"] = Post("Content-Length: ", Guess),
        ["a body shorter than its length"] = Post("Content-Length: 500", Guess),
        ["chunked but not last"] = Post("Transfer-Encoding: chunked, identity", "15\r\n" + Guess + "\r\n0\r\n\r\n"),
        ["an unknown coding"] = Post("Transfer-Encoding: xchunked", "15\r\n" + Guess + "\r\n0\r\n\r\n"),
        ["chunked behind a control character"] = Post("Transfer-Encoding: \u000bchunked", "15\r\n" + Guess + "\r\n0\r\n\r\n"),
        ["chunked with a space before the colon"] = Post("Transfer-Encoding : chunked", "15\r\n" + Guess + "\r\n0\r\n\r\n"),
        ["a chunk size that is none"] = Post("Transfer-Encoding: chunked", "zz\r\n" + Guess + "\r\n0\r\n\r\n"),
        ["a negative chunk"] = Post("Transfer-Encoding: chunked", "-15\r\n" + Guess + "\r\n0\r\n\r\n"),
        ["a huge chunk size"] = Post("Transfer-Encoding: chunked", "FFFFFFFFFFFFFFFF\r\n" + Guess + "\r\n0\r\n\r\n"),
        ["a chunk longer than its size"] = Post("Transfer-Encoding: chunked", "5\r\n" + Guess + "\r\n0\r\n\r\n"),
        ["no last chunk"] = Post("Transfer-Encoding: chunked", "15\r\n" + Guess + "\r\n"),
        ["a space before a colon"] = Get("X-Bad : x"),
        ["a header without colon"] = Get("X-Bad"),
        ["a header without name"] = Get(": x"),
        ["a folded header"] = Get("X-Bad: x\r\n folded"),
        ["a NUL in a header"] = Get("X-Bad: a\0b"),
        ["a bare CR in a header"] = Get("X-Bad: a\rX-Other: b"),
        ["a NUL in a header's name"] = Get("X-B\0ad: x"),
        ["a header with a line break in its name"] = Get("X-Bad\n: x"),
        ["two hosts"] = "GET /api/v1/user/me/email/status HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n{auth}\r\n\r\n",
        ["no host"] = "GET /api/v1/user/me/email/status HTTP/1.1\r\nConnection: close\r\n{auth}\r\n\r\n",
        ["a host that is none"] = "GET /api/v1/user/me/email/status HTTP/1.1\r\nHost: a b/c?d@e\r\nConnection: close\r\n{auth}\r\n\r\n",
        ["another host in the line"] = "GET http://evil.example/api/v1/user/me/email/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{auth}\r\n\r\n",
        ["two spaces in the line"] = "GET  /api/v1/user/me/email/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{auth}\r\n\r\n",
        ["a tab in the line"] = "GET\t/api/v1/user/me/email/status\tHTTP/1.1\r\nHost: a\r\nConnection: close\r\n{auth}\r\n\r\n",
        ["no path"] = "GET HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        ["a path without a slash"] = "GET api/v1/user/me/email/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{auth}\r\n\r\n",
        ["a NUL in the path"] = "GET /api/v1/user/me/email/status\0 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{auth}\r\n\r\n",
        ["bytes above ASCII in the path"] = "GET /api/v1/user/m\u00e9/email/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{auth}\r\n\r\n",
        ["a CONNECT"] = "CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n",
        ["an OPTIONS of all"] = "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        ["a GET of all"] = "GET * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        ["a long method"] = new string('X', 1_000) + " / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        ["a method with a colon"] = "GE:T / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        ["another protocol"] = "GET / ICY/1.0\r\nHost: a\r\n\r\n",
        ["no protocol"] = "GET /\r\n\r\n",
        ["a TLS greeting"] = "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
        ["garbage"] = string.Concat(Enumerable.Range(0, 256).Select(number => (char)number)) + "\r\n\r\n",
        ["an SMTP greeting"] = "EHLO evil.example\r\nMAIL FROM:<x@evil.example>\r\n\r\n",
        ["a URL of 9 KiB"] = "GET /" + new string('x', 9 * 1024) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        ["a header of 40 KiB"] = Get("X-Long: " + new string('x', 40 * 1024)),
        ["1,000 headers"] = Get(string.Join("\r\n", Enumerable.Range(0, 1_000).Select(number => $"X-{number}: x"))),
        ["a token of 30 KiB"] = "GET /api/v1/user/me/email/status HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + new string('x', 30 * 1024) + "\r\n\r\n",
        ["an upgrade that is none"] = "PUT /api/v1/user/me/email/status HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n{auth}\r\n\r\n",
    };

    /// <summary>Paths by which somebody else's token might get to the user <c>{victim}</c>.</summary>
    private static readonly string[] Paths =
    [
        "/v2/users/{victim}/otp_email", "/v2/users/{me}/../{victim}/otp_email", "/v2/users/{me}/%2e%2e/{victim}/otp_email", "/v2/users/{me}%2f..%2f{victim}/otp_email",
        "/v2/users/{me}/%252e%252e/{victim}/otp_email", "/v2/users/{me}/..;/{victim}/otp_email", "/v2/users/{me};{victim}/otp_email", "/v2/users/{victim};x={me}/otp_email",
        "/v2/users/{me}/..%5c{victim}/otp_email", "/v2/users/{me}\\..\\{victim}/otp_email", "//v2/users/{victim}/otp_email", "/./v2/users/{victim}/otp_email", "/V2/USERS/{victim}/OTP_EMAIL",
        "/v2/users/{victim}%00{me}/otp_email", "/v2/users/{me}%00/../{victim}/otp_email", "/v2/users/{victim}%20/otp_email", "/v2/users/%20{victim}/otp_email", "/v2/users/{victim}/otp_email/",
        "/v2/users/{victim}/otp_email?userId={me}", "/v2/users/{victim}/otp_email?sub={me}", "/v2/users/{victim}/otp_email%3FuserId={me}", "/v2/users/{victim}/otp_email%23", "/v2/users//{victim}/otp_email",
        "/health/../v2/users/{victim}/otp_email", "/dev/../v2/users/{victim}/otp_email", "/swagger/%2e%2e/v2/users/{victim}/otp_email", "/v2/users/{victim}/%6ftp_email", "/v2%2fusers%2f{victim}%2fotp_email",
        "/v2/users/%ff%fe/otp_email", "/v2/users/%c0%ae%c0%ae/otp_email", "/v2/users/%/otp_email", "/v2/users/%zz/otp_email", "/../../../../etc/passwd", "/swagger/..%2f..%2f..%2fetc/passwd", "/dev/otp.css/../../otp.db",
        "/swagger/%2e%2e/%2e%2e/otp.db", "/dev/mails/previews/..%2f..%2f/x/html", "/openapi/..%2fv1.json/x",
    ];

    [Theory, BothTargets]
    public async Task Request_WhenMalformed_ShouldBeRefused(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var (victim, _) = await Victim.WithCodeAsync(target);
        var before = await victim.SequencesAsync();
        using var all = new AssertionScope();
        foreach (var (name, request) in Malformed)
        {
            var process = target.Processes[name.Length % target.Processes.Count];

            var answer = await RawConnection.SendAsync(process, request.Replace("{auth}", $"Authorization: Bearer {victim.Caller.Token}", StringComparison.Ordinal), Incomplete.Contains(name));

            // An incomplete request may be cut off without a word. A protocol that is not HTTP has a status of its own.
            RawConnection.StatusesIn(answer).Where(status => status is not ((>= 400 and < 500) or 505)).Should().BeEmpty("{0} is answered with {1}", name, answer);
            if (!Incomplete.Contains(name))
            {
                RawConnection.StatusesIn(answer).Should().ContainSingle("{0} is answered with {1}", name, answer);
            }

            answer.Should().NotContain("Server:").And.NotContain("   at ").And.NotContain("Exception");
            process.HasExited.Should().BeFalse(name);
        }

        (await victim.SequencesAsync()).Should().Be(before, "no such request counts as a guess");
        await target.ShouldBeUnharmedAsync();
    }

    [Theory, BothTargets]
    public async Task Request_WhenItSmugglesAnother_ShouldNotServeTheOther(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var (victim, _) = await Victim.WithCodeAsync(target);
        var before = await victim.SequencesAsync();
        var smuggled = $"PUT /api/v1/user/me/email/otp HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {victim.Caller.Token}\r\nConnection: close\r\n\r\n";
        foreach (var (name, headers, body) in new[]
        {
            // A proxy in front that goes by the one, and a service that goes by the other, see different requests.
            ("length first", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {smuggled.Length + 5}\r\nTransfer-Encoding: chunked"), "0\r\n\r\n" + smuggled),
            ("chunked first", string.Create(CultureInfo.InvariantCulture, $"Transfer-Encoding: chunked\r\nContent-Length: {smuggled.Length + 5}"), "0\r\n\r\n" + smuggled),
            ("two codings", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {smuggled.Length + 5}\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked"), "0\r\n\r\n" + smuggled),
            ("two lengths", string.Create(CultureInfo.InvariantCulture, $"Content-Length: 0\r\nContent-Length: {smuggled.Length}"), smuggled),
            ("a bad header", "Content-Length: 0\r\nX-Bad : x", smuggled),
        })
        {
            foreach (var line in new[] { "POST /nothing", "POST /api/v1/user/me/email/verify", "GET /health/live" })
            {
                var request = $"{line} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{headers}\r\n\r\n{body}";

                var answer = await RawConnection.SendAsync(target.Processes[0], request);

                // A length beside chunks is no error by RFC 9112, as long as the connection ends there.
                RawConnection.StatusesIn(answer).Should().ContainSingle("{0} ({1}) is answered with {2}", line, name, answer).Which.Should().BeInRange(200, 499, "{0} ({1})", line, name);
                answer.Should().NotContain(RawConnection.WaitsForMore, "{0} ({1})", line, name);
            }
        }

        (await victim.SequencesAsync()).Should().Be(before);
        await target.ShouldBeUnharmedAsync();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-16")]
    public async Task Path_WhenItIsATrick_ShouldNotLeadToAnotherUserOrAFile(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var victim = await Victim.WithFactorAsync(target);
        var eve = await Victim.WithFactorAsync(target);
        var before = await victim.StateAsync();
        foreach (var path in Paths)
        {
            foreach (var method in new[] { "DELETE", "POST", "GET" })
            {
                var line = path.Replace("{victim}", victim.User, StringComparison.Ordinal).Replace("{me}", eve.User, StringComparison.Ordinal);

                var answer = await RawConnection.SendAsync(target.Processes[^1], $"{method} {line} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\nAuthorization: Bearer {eve.Caller.Token}\r\n\r\n");

                RawConnection.StatusesIn(answer).Should().ContainSingle("{0} {1}", method, line).Which.Should().BeInRange(400, 499, "{0} {1} is answered with {2}", method, line, answer);
                answer.Should().NotContain("root:").And.NotContain("SQLite format");
            }
        }

        (await victim.StateAsync()).Should().Be(before);
        (await eve.Caller.MyFactorsAsync()).Text.Should().Contain("READY", "nor was anything done to the caller's own");
        await target.ShouldBeUnharmedAsync();
    }

    private static string Post(string headers, string body) => $"POST /api/v1/user/me/email/verify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n{{auth}}\r\n{headers}\r\n\r\n{body}";

    private static string Get(string headers) => $"GET /api/v1/user/me/email/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{{auth}}\r\n{headers}\r\n\r\n";
}
