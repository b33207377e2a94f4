using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Otp.Attack.Tests.Targets;
using Otp.TestKit;

namespace Otp.Attack.Tests;

/// <summary>Text that means more than text to whatever it ends in: mail headers, pages, links, SQL.</summary>
[Collection(SharedTargets.Name)]
public sealed partial class InjectionAttackTests(SharedTargets targets)
{
    private const string Evil = "evil.example";

    private static readonly string[] OddAddresses =
    [
        "a@b.example\r\nBcc: x@evil.example", "a@b.example\nBcc: x@evil.example", "a@b.example\rX: y", "a\r\n@b.example", "a@b.example\0", "a\0@b.example", "a@b.example\0@evil.example",
        "a@b.example,x@evil.example", "a@b.example, x@evil.example", "a@b.example;x@evil.example", "a@b.example x@evil.example", "a@b.example\tx@evil.example",
        "A <a@b.example>", "<a@b.example>", "\"A\" <a@b.example>", "a@b.example (comment)", "(x)a@b.example", "a@b.example>", "mailto:a@b.example", "group: a@b.example;",
        "\"a\"@b.example", "\"a@evil.example\"@b.example", "\"a b\"@b.example", "\"a\\\"b\"@b.example", "a＠b.example", "a@evil.example＠b.example", "a﹫b.example", "a@b＠evil.example",
        "a@@b.example", "a@evil.example@b.example", "@b.example", "a@", "a", "", " ", "a@[127.0.0.1]", "a@[IPv6:::1]", "a@127.0.0.1", "a@localhost", "a@b..example",
        "a@.b.example", "a@b.example.", "a@-b.example",
        "a@b_c.example", ".a@b.example", "a.@b.example", "a..b@b.example", "a@b.example%0d%0aBcc:x@evil.example", "a%b.example@evil.example\u2028", "a\u202e@b.example", "a\u200b@b.example",
        "a@b\u3002example\u0000", "a\u0085@b.example", "a@b\u00a0.example", "a@b.example\u2029x", "\ufeffa@b.example\u0007",
        "a@" + new string('b', 250) + ".example", new string('a', 65) + "@b.example",
        "=?utf-8?q?a=40evil.example?=@b.example,c", "a@b.example\u001b[31m", "a@b.example/../x", "a@b.example?bcc=x@evil.example", "a@b.example#", "a@b.example:25", "a@b,example", "a@b example",
    ];

    /// <summary>What might end a string, a statement or a row in a database, and what some reader might take for a template or a path.</summary>
    private static readonly string[] Metacharacters =
    [
        "' OR '1'='1", "'; DROP TABLE email_verifications; --", "\"; DELETE FROM user_factors; --", "x' UNION SELECT * FROM audit_entries --", "') OR 1=1 --",
        "\\'; SELECT 1; --", "1; SELECT pg_sleep(5)",
        "$1", ":p0", "@p0", "%", "_", "%%' ESCAPE '", "/* x */", "x'||(SELECT version())||'", "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0}", "..\\..\\x", "|id",
        "`id`", "$(id)", "\u0001", "\ud83d\ude00", "'\u02bc＇",
    ];

    private static readonly string[] BadTemplates =
    [
        "https://evil.example/{{.Code}}", "//evil.example/{{.Code}}", "https://ok.evil.example/", "https://ok.example.evil.example/", "https://ok.example@evil.example/",
        "https://evil.example\\@ok.example/",
        "javascript:alert('{{.Code}}')", "javascript://ok.example/%0aalert(1)", "data:text/html,<script>1</script>", "http://ok.example/{{.Code}}",
        "https://user:pass@ok.example/", "https://ok.example/\r\nBcc: x@evil.example",
        "https://ok.example/\0", "https://ok.example\u2044.evil.example/", "https://ok\u3002example/", "https://оk.example/", "https://{{.DisplayName}}/",
        "https://ok.example{{.Code}}.evil.example/", "https://ok.example:{{.Code}}/",
        "/{{.Code}}", "https:ok.example", "https:///evil.example", "{{.Code}}", "https://ok.example/{{.Nothing}}", "https://ok.example/{{7*7}}",
        "https://ok.example/{{.Code", "https://ok.example/" + "x".PadRight(200, 'x'),
        "https://127.0.0.1/{{.Code}}", "https://[::1]/", "https://ok.example%2eevil.example/", "https://evil.example#@ok.example/", "https://evil.example?@ok.example/",
    ];

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-18")]
    public async Task Address_WhenNotExactlyOnePlainMailbox_ShouldBeRefusedEverywhereAndMailNobody(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var user = target.NewUser();
        var caller = target.As(user, null, ("permissions", new[] { Target.Write }));
        foreach (var address in OddAddresses)
        {
            foreach (var (name, answer) in new[]
            {
                ("SetMyEmail", await caller.SetEmailAsync(address)),
                ("SetEmail", await caller.PostAsync($"v2/users/{user}/email", new { email = address })),
                ("SetEmail, verified", await caller.PostAsync($"v2/users/{user}/email", new { email = address, isVerified = true })),
                ("SetContactEmail", await caller.PutAsync($"v3alpha/users/{user}/email", new { email = new { address } })),
                ("AddOTPEmailAuthenticator", await caller.AddFactorAsync(user, new { address })),
            })
            {
                ((int)answer.Status).Should().BeInRange(400, 422, "{0} gets {1}: {2}", name, address, answer.Text);
            }

            // In a token, an address that is none is as if the token named none.
            var claimed = await target.As(target.NewUser("claim"), address).RequestCodeAsync();
            claimed.Status.Should().Be(HttpStatusCode.NotFound, "a token claims {0}: {1}", address, claimed.Text);
        }

        (await target.Database.ReadNumberAsync($"SELECT COUNT(*) FROM outbox_messages WHERE user_id = '{user}' OR user_id LIKE 'claim-%'")).Should().Be(0);
        (await target.MailsToAsync($"x@{Evil}")).Should().BeEmpty();
        await target.ShouldBeUnharmedAsync();
    }

    [Theory]
    [BothTargets("<script>alert(1)</script>")]
    [BothTargets("\"><img src=x onerror=alert(1)>")]
    [BothTargets("{{1337*1337}} ${1337*1337} {{{code}}} {{#if name}}")]
    [BothTargets("\u202Egnp\u2066exe\u2067\u2069\u200E\u200F\u061C")]
    [BothTargets("Eve\r\nBcc: x@evil\r\n\r\n<b>body</b>")]
    [BothTargets("Your code is 111111. Call https://evil.example/login or visit evil.example")]
    [BothTargets("&lt;script&gt; &#60;b&#62; javascript:alert(1)")]
    [Trait("Requirement", "SEC-19")]
    public async Task DisplayName_WhenHostile_ShouldBeInertInTheMail(Setup setup, string name)
    {
        var target = await targets.GetAsync(setup);
        var user = target.NewUser("hostile");
        var address = $"{user}@mouse.example";
        await target.As(user, address, ("name", name)).RequestCodeAsync().OkAsync();
        var code = await target.CodeToAsync(address);
        await target.As(user, address, ("name", name)).VerifyEmailAsync(code).OkAsync();
        await target.As(user, address, ("name", name)).AddContactFactorAsync().OkAsync();
        await target.As(user, address, ("name", name)).CreateChallengeAsync(new { sendCode = new { urlTemplate = "https://ok.example/x?name={{.DisplayName}}&login={{.LoginName}}&code={{.Code}}" } }).OkAsync();
        await target.DeliveredAsync(user);

        var mails = await target.MailsToAsync(address);

        mails.Should().HaveCountGreaterThan(1);
        foreach (var mail in mails)
        {
            mail.To.Should().Be(address);
            mail.Subject.Should().NotMatchRegex(@"[\r\n\p{Cc}]");
            foreach (var part in new[] { mail.Subject, mail.Text, mail.Html })
            {
                part.Should().NotContain("1787569", "nothing is calculated").And.NotMatchRegex("[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]");
            }

            mail.Html.Should().NotContain("<script").And.NotContain("<img src=x").And.NotContain("<b>body").And.NotMatchRegex("(href|src)=\"[^\"/]*//[^\"/]*evil");
            foreach (Match link in Link().Matches(mail.Html))
            {
                new Uri(WebUtility.HtmlDecode(link.Groups[1].Value)).Host.Should().Be("ok.example");
            }
        }

        // A name that a reader would take for a link is left out.
        var isShown = !name.Contains(Evil, StringComparison.Ordinal);
        mails.Should().OnlyContain(mail => mail.Text.Contains("Hello ") == isShown, "else the name was looked at in no mail");
        mails.Should().Contain(mail => mail.Html.Contains("https://ok.example/x?name=", StringComparison.Ordinal), "else no link was looked at");
        (await target.MailsToAsync($"x@{Evil}")).Should().BeEmpty();
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-20")]
    public async Task UrlTemplate_WhenATrick_ShouldBeRefusedEverywhereAndSendNothing(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var victim = await Victim.WithFactorAsync(target);
        await victim.Target.DeliveredAsync(victim.User);
        var before = await victim.SequencesAsync();
        var mails = await target.DeliveredAsync(victim.User);
        var address = $"other-{victim.Address}";
        foreach (var urlTemplate in BadTemplates)
        {
            var sendCode = new { urlTemplate };
            foreach (var (name, answer, status) in new[]
            {
                ("challenge", await victim.Caller.CreateChallengeAsync(new { sendCode }), HttpStatusCode.UnprocessableEntity),
                ("challenge by id", await victim.Operator.CreateChallengeOfAsync(victim.User, new { sendCode }), HttpStatusCode.UnprocessableEntity),
                ("v2", await victim.Caller.PostAsync($"v2/users/{victim.User}/email", new { email = address, sendCode }), HttpStatusCode.BadRequest),
                ("v3alpha", await victim.Caller.PutAsync($"v3alpha/users/{victim.User}/email", new { email = new { address, sendCode } }), HttpStatusCode.BadRequest),
                ("add", await victim.Caller.AddFactorAsync(victim.User, new { address, sendCode }), HttpStatusCode.BadRequest),
            })
            {
                answer.Status.Should().Be(status, "{0} gets {1}: {2}", name, urlTemplate, answer.Text);
            }
        }

        (await victim.SequencesAsync()).Should().Be(before);
        (await target.DeliveredAsync(victim.User)).Should().Be(mails);
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-20")]
    public async Task Host_WhenSpoofed_ShouldNotGetIntoAMailOrAnAnswer(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var victim = await Victim.WithFactorAsync(target);
        foreach (var body in new[] { "{}", """{"sendCode":{"urlTemplate":"https://ok.example/{{.Code}}"}}""" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/user/me/otp_email/challenges") { Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")) };
            request.Headers.Host = Evil;
            foreach (var header in new[] { "X-Forwarded-Host", "X-Host", "X-Original-Host", "X-Forwarded-Server", "X-HTTP-Host-Override", "Forwarded", "X-Forwarded-Prefix", "X-Forwarded-Proto", "Origin", "Referer" })
            {
                request.Headers.TryAddWithoutValidation(header, header == "Forwarded" ? $"host={Evil};proto=https" : $"https://{Evil}");
            }

            var answer = await victim.Caller.SendAsync(request);

            answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
            answer.Seen().Should().NotContain(Evil);
            answer.Headers.Keys.Should().NotContain(["Location", "Access-Control-Allow-Origin"]);
        }

        await target.DeliveredAsync(victim.User);
        var mails = await target.MailsToAsync(victim.Address);
        mails.Count(mail => mail.Passcode is not null).Should().Be(2);
        mails.Should().OnlyContain(mail => !mail.Html.Contains(Evil) && !mail.Text.Contains(Evil));
    }

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-18")]
    public async Task Text_WhenItHoldsMetacharacters_ShouldStayText(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var victim = await Victim.WithFactorAsync(target);
        await target.DeliveredAsync(victim.User);
        var before = await victim.StateAsync();
        var rows = await target.Database.ReadNumberAsync("SELECT COUNT(*) FROM email_verifications");
        var read = target.AsOperator(Target.Home, Target.Read, Target.Write, Target.Instance);
        foreach (var text in Metacharacters)
        {
            var escaped = Uri.EscapeDataString(text);
            List<OtpAnswer> answers =
            [
                await victim.Caller.GuessAsync(text),
                await victim.Caller.VerifyAsync(text),
                await victim.Caller.ChallengeAsync(escaped),
                await victim.Caller.VerifyChallengeAsync(escaped, "00000000"),
                await victim.Caller.CreateChallengeAsync(new { otpEmailId = text }),
                await victim.Caller.VerifyFactorAsync(victim.User, escaped, "00000000"),
                await victim.Caller.RemoveFactorAsync(victim.User, escaped),
                await read.PostAsync($"v2/users/{escaped}/authentication_factors/_search"),
                await read.PostAsync($"v2/users/{victim.User}/authentication_factors/_search", new { authFactors = new[] { text } }),
                await read.UnlockAsync(escaped),
                await read.GetAsync($"api/v1/deliveries?userId={escaped}"),
                await read.GetAsync($"api/v1/deliveries?email={escaped}"),
                await read.GetAsync($"api/v1/deliveries?state={escaped}"),
                await read.GetAsync($"api/v1/deliveries?after={escaped}"),
                await read.GetAsync($"api/v1/audit?userId={escaped}&action={escaped}&after={escaped}"),
                await read.PostAsync($"api/v1/deliveries/{escaped}/retry"),
                await read.GetAsync($"api/v1/suppressions?after={escaped}"),
                await read.DeleteAsync($"api/v1/suppressions/{escaped}"),
                await target.As(victim.User, null, ("locale", text)).StatusAsync(),
                await target.AsOperator(text).GetAsync($"v2/users/{victim.User}/authentication_methods"),
            ];

            answers.Select(answer => $"{(int)answer.Status} {answer.Path}").Should().OnlyContain(answer => answer[0] == '2' || answer[0] == '4', "the text is {0}", text);
            answers.Should().OnlyContain(answer => answer.Text.Length == 0 || !answer.Text.Contains("SQL") && !answer.Text.Contains("syntax"));
            (await read.GetAsync($"api/v1/audit?userId={escaped}")).Text.Should().NotContain(victim.User);

            if (!text.Any(char.IsControl))
            {
                var user = string.Create(CultureInfo.InvariantCulture, $"{text}{target.NewUser()}");
                var own = target.As(user, "meta@mouse.example", ("name", text), ("org_id", text));
                var status = await own.StatusAsync().OkAsync();
                status.Result("email").Should().Be("meta@mouse.example");
                (await own.VerifyAsync("000000")).Status.Should().Be(HttpStatusCode.OK);
            }
        }

        (await victim.StateAsync()).Should().Be(before);
        (await target.Database.ReadNumberAsync("SELECT COUNT(*) FROM email_verifications")).Should().BeGreaterThanOrEqualTo(rows);
        await target.ShouldBeUnharmedAsync();
    }

    [GeneratedRegex("href=\"(http[^\"]*)\"")]
    private static partial Regex Link();
}
