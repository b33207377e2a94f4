using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Otp.Infrastructure.Email.Mailbox;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

[Trait("Requirement", "SEC-20")]
public sealed partial class LinkTests(SharedOtpServer shared) : IClassFixture<SharedOtpServer>
{
    private readonly OtpServer _server = shared.Server;
    private readonly string _user = shared.NewUser();

    private string Address => $"{_user}@mouse.com";

    public static TheoryData<string> Refused =>
    [
        "",
        " ",
        "//evil.example/{{.Code}}",
        "/path?code={{.Code}}",
        "ok.example/{{.Code}}",
        "javascript:alert('{{.Code}}')",
        "javascript://ok.example/%0aalert(1)",
        "data:text/html,ok.example",
        "file://ok.example/x",
        "ftp://ok.example/{{.Code}}",
        "mailto:x@ok.example",
        "http://ok.example/{{.Code}}",
        "https:ok.example",
        "https:/ok.example",
        "https:///ok.example",
        "https://",
        "https://evil.example/{{.Code}}",
        "https://ok.evil.example/{{.Code}}",
        "https://ok.example.evil.example/{{.Code}}",
        "https://evil.example/ok.example",
        "https://evil.example?ok.example",
        "https://evil.example#@ok.example",
        "https://www.ok.example/",
        "https://ok.example./",
        "https://ok.example%2eevil.example/",
        "https://ok%2eexample/",
        "https://user@ok.example/",
        "https://user:password@ok.example/{{.Code}}",
        "https://@ok.example/",
        "https://ok.example@evil.example/",
        "https://ok.example:443@evil.example/",
        "https://evil.example\\@ok.example/",
        "https://ok.example\\.evil.example/",
        "https:\\\\ok.example\\x",
        "https://ok.example/\\x",
        "https://ok.example/\r\nBcc: x@evil.example",
        "https://ok.example/\t{{.Code}}",
        "https://ok.example/\0",
        "https://ok.example/\u007f",
        "https://ok.example/\u0085",
        "https://ok.example/a b",
        " https://ok.example/",
        "https://ok.example/ ",
        "\u0001https://ok.example/",
        "https://оk.example/", // Cyrillic о
        "https://ok.example\uFF0Fevil.example/",
        "https://evil.example\uFF03.ok.example/",
        "https://ok.example\uFF1A443/",
        "https://ok.example\u200D.evil.example/",
        "https://ok.exam\u200Ble/", // the same host by IDNA, but a mail reader may end the link before the invisible character
        "https://o\u00ADk.example/",
        "https://ok.exampl\uFF45/",
        "https://ok\u3002example/",
        "https://o\u212A.example/", // the Kelvin sign is a k where case is ignored
        "https://bücher.example/", // as xn--bcher-kva.example
        "https://xn--/",
        "https://xn--ok.example-/",
        "https://[::1]/",
        "https://127.0.0.1/",
        "http://127.0.0.1/", // loopback, but not a host that is allowed
        "https://ok.example:port/",
        "https://ok.example:99999/",
        "https://{{.Code}}/",
        "https://{{.Code}}.ok.example/",
        "https://ok.example{{.Code}}/",
        "https://ok.example{{.UserID}}",
        "https://{{.UserID}}@ok.example/",
        "https://ok.example:{{.Code}}/",
        "{{.Code}}://ok.example/",
        "{{.DisplayName}}",
        "https://ok.example/{{.Password}}",
        "https://ok.example/{{.code}}",
        "https://ok.example/{{Code}}",
        "https://ok.example/{{ .Code }}",
        "https://ok.example/{{.Code",
        "https://ok.example/.Code}}",
        "https://ok.example/{{.Code}}}}",
        "https://ok.example/{{.Code}}{{",
        "https://ok.example/{{.Code | html}}",
        "https://ok.example/{{.Code}}" + Filler201,
    ];

    private const string Filler201 = "?xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

    [Fact]
    public void Refused_WhenTooLong_ShouldBeSoByOne() => ("https://ok.example/{{.Code}}" + Filler201).Length.Should().Be(201);

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Template_WhenNotAcceptable_ShouldBeRefusedEverywhereAndSendNothing(string urlTemplate)
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var (id, _) = await _server.ChallengedAsync(user, Address);
        _server.Time.Advance(TimeSpan.FromMinutes(2));
        var sendCode = new { urlTemplate };
        var newAddress = $"new-{Address}";
        var operatorCaller = _server.AsOperator();
        var mails = (await _server.MailsToAsync(Address)).Count;

        foreach (var (answer, field) in new[]
        {
            (await user.PostAsync($"v2/users/{_user}/email", new { email = newAddress, sendCode }), "sendCode.urlTemplate"),
            (await user.PutAsync($"v3alpha/users/{_user}/email", new { email = new { address = newAddress, sendCode } }), "sendCode.urlTemplate"),
            (await user.AddFactorAsync(_user, new { address = newAddress, sendCode }), "sendCode.urlTemplate"),
            (await user.PostAsync($"v2/users/{_user}/email/send", new { sendCode }), "sendCode.urlTemplate"),
            (await user.PostAsync($"v2/users/{_user}/email/resend", new { sendCode }), "sendCode.urlTemplate"),
            (await operatorCaller.PostAsync($"v3alpha/users/{_user}/email/resend", new { sendCode }), "sendCode.urlTemplate"),
        })
        {
            answer.ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "REQUEST-v4LdM");
            answer.Text.Should().Contain(field);
        }

        (await user.CreateChallengeAsync(new { sendCode })).ShouldNameOnly("sendCode.urlTemplate");
        (await operatorCaller.CreateChallengeOfAsync(_user, new { sendCode })).ShouldNameOnly("sendCode.urlTemplate");
        (await operatorCaller.PostAsync($"api/v1/users/{_user}/otp_email/challenges/{id}/resend", new { sendCode })).ShouldNameOnly("sendCode.urlTemplate");
        (await _server.MailsToAsync(Address)).Should().HaveCount(mails);
        (await _server.MailsToAsync(newAddress)).Should().BeEmpty();
        (await _server.StoredFactorsAsync(_user)).Challenges.Should().ContainSingle();
    }

    [Theory]
    [InlineData("https://ok.example/", "https://ok.example/")]
    [InlineData("https://ok.example", "https://ok.example")]
    [InlineData("https://ok.example?c={{.Code}}", "https://ok.example?c=CODE")]
    [InlineData("https://ok.example#{{.Code}}", "https://ok.example#CODE")]
    [InlineData("https://ok.example/{{.Code}}/{{.Code}}", "https://ok.example/CODE/CODE")]
    [InlineData("https://ok.example/a?b=1&c={{.Code}}&d=%20#e", "https://ok.example/a?b=1&c=CODE&d=%20#e")]
    [InlineData("HTTPS://OK.EXAMPLE/{{.Code}}", "HTTPS://OK.EXAMPLE/CODE")]
    [InlineData("https://ok.example:8443/{{.Code}}", "https://ok.example:8443/CODE")]
    [InlineData("https://xn--bcher-kva.example/{{.Code}}", "https://xn--bcher-kva.example/CODE")]
    [InlineData("https://ok.example/ü?q=\"<'>&c={{.Code}}", "https://ok.example/ü?q=\"<'>&c=CODE")]
    [InlineData("https://ok.example/x@evil.example/{{.Code}}", "https://ok.example/x@evil.example/CODE")]
    [InlineData("https://ok.example/{x}/{{.Code}}", "https://ok.example/{x}/CODE")]
    [InlineData("http://localhost:3000/{{.Code}}", "http://localhost:3000/CODE")]
    public async Task Template_WhenAcceptable_ShouldBeTheLinkInTextAndHtml(string urlTemplate, string expected)
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);

        var (_, mails) = await _server.NewMailsAsync(Address, () => user.CreateChallengeAsync(new { sendCode = new { urlTemplate } }));

        var mail = mails.Single();
        ShouldShow(mail, expected.Replace("CODE", mail.Passcode, StringComparison.Ordinal), "ok.example", "xn--bcher-kva.example", "localhost");
    }

    [Fact]
    public async Task Template_WhenOf200Characters_ShouldBeTaken()
    {
        var user = await _server.AsUserWithFactorAsync(_user, Address);
        var template = ("https://ok.example/{{.Code}}" + Filler201)[..200];
        await user.CreateChallengeAsync(new { sendCode = new { urlTemplate = template } }).OkAsync();
    }

    [Fact]
    [Trait("Requirement", "SEC-19")]
    public async Task Template_WhenFilledWithHostileValues_ShouldEncodeThemByContext()
    {
        const string Name = "A&B=\"<ü> '{{.Code}}/../#?%41\\@evil";
        var subject = $"{_user}&u=1#/?\"<é%>'{{{{.OrgID}}}}";
        var owner = "o&\"<x>/é";
        var address = $"{_user}+a&b'c#d?e/f%g@mouse.com";
        var user = _server.As(subject, address, ("name", Name), ("org_id", owner), ("locale", "de-CH"));
        await user.RequestCodeAsync().OkAsync();
        await user.VerifyAsync(await _server.CodeToAsync(address)).OkAsync();
        await user.AddContactFactorAsync().OkAsync();
        const string Template = "https://ok.example/v?c={{.Code}}&u={{.UserID}}&o={{.OrgID}}&l={{.LoginName}}&d={{.DisplayName}}&g={{.PreferredLanguage}}&x={{.ChallengeID}}&f={{.OtpEmailID}}#{{.DisplayName}}";

        var (challenge, mails) = await _server.NewMailsAsync(address, () => user.CreateChallengeAsync(new { sendCode = new { urlTemplate = Template } }));

        var link = ShouldShow(mails.Single(), null, "ok.example");
        link.Should().MatchRegex("^https://ok\\.example/v\\?c=[0-9]{8}&u=[A-Za-z0-9_.~%&=#-]+$");
        var query = QueryHelpers.ParseQuery(new Uri(link).Query);
        query.Keys.Should().BeEquivalentTo("c", "u", "o", "l", "d", "g", "x", "f");
        query["c"].Should().Equal(mails.Single().Passcode);
        query["u"].Should().Equal(subject);
        query["o"].Should().Equal(owner);
        query["l"].Should().Equal(address);
        query["d"].Should().Equal(Name);
        query["g"].Should().Equal("de-CH");
        query["x"].Should().Equal(challenge.Result("challengeId"));
        query["f"].Should().Equal(challenge.Result("otpEmailId"));
        link[link.IndexOf('#', StringComparison.Ordinal)..].Should().Be($"#{Uri.EscapeDataString(Name)}");
    }

    [Fact]
    public async Task Template_WhenOfARegistration_ShouldNameTheFactor()
    {
        var (added, mails) = await _server.NewMailsAsync(Address, () => _server.As(_user).AddFactorAsync(_user, new
        {
            address = Address,
            sendCode = new { urlTemplate = "https://ok.example/{{.OtpEmailID}}/{{.ChallengeID}}/{{.Code}}" },
        }));
        ShouldShow(mails.Single(), $"https://ok.example/{added.Result("otpEmailId")}//{mails.Single().Passcode}", "ok.example");
    }

    [Fact]
    public async Task Template_WhenAValueIsMissing_ShouldLeaveItsPlaceEmpty()
    {
        const string UrlTemplate = "https://ok.example/?d={{.DisplayName}}&g={{.PreferredLanguage}}&x={{.ChallengeID}}&f={{.OtpEmailID}}&l={{.LoginName}}";
        var user = _server.As(_user);
        var (_, verification) = await _server.NewMailsAsync(
            Address, () => user.PostAsync($"v2/users/{_user}/email", new { email = Address, sendCode = new { urlTemplate = UrlTemplate } }));
        ShouldShow(verification.Single(), $"https://ok.example/?d=&g=&x=&f=&l={_user}%40mouse.com", "ok.example");

        await user.VerifyEmailAsync(verification[0].Passcode!).OkAsync();
        var (added, registration) = await _server.NewMailsAsync(
            $"{_user}@xn--bcher-kva.example", () => user.AddFactorAsync(_user, new { address = $"{_user}@bücher.example", sendCode = new { urlTemplate = UrlTemplate } }));
        ShouldShow(registration.Single(), $"https://ok.example/?d=&g=&x=&f={added.Result("otpEmailId")}&l={_user}%40b%C3%BCcher.example", "ok.example");
        registration[0].To.Should().Be($"{_user}@xn--bcher-kva.example", "mail servers take ASCII");
    }

    [Theory, BothDatabases]
    public async Task Template_WhenConfigured_ShouldBeUsedWhereNoneIsNamed(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new(FactorSteps.NoRecipientLimits)
        {
            ["Links:AllowedHosts:0"] = "OK.example",
            ["Links:VerificationUrlTemplate"] = "https://ok.example/verify?user={{.UserID}}&code={{.Code}}",
            ["Links:ChallengeUrlTemplate"] = "https://ok.example/login/{{.ChallengeID}}?code={{.Code}}",
        });
        var gigi = server.As("gigi", "gigi@mouse.com");
        var (_, verification) = await server.NewMailsAsync("gigi@mouse.com", gigi.RequestCodeAsync);
        ShouldShow(verification.Single(), $"https://ok.example/verify?user=gigi&code={verification[0].Passcode}", "ok.example");
        await gigi.VerifyAsync(verification[0].Passcode!).OkAsync();
        await gigi.AddContactFactorAsync().OkAsync();
        var (_, registration) = await server.NewMailsAsync("gigi@second.example", () => gigi.AddFactorAsync("gigi", new { address = "gigi@second.example" }));
        ShouldShow(registration.Single(), $"https://ok.example/verify?user=gigi&code={registration[0].Passcode}", "ok.example");

        var (challenge, mails) = await server.NewMailsAsync("gigi@mouse.com", () => gigi.CreateChallengeAsync());
        var login = mails.Single(mail => mail.Passcode is not null);
        ShouldShow(login, $"https://ok.example/login/{challenge.Result("challengeId")}?code={login.Passcode}", "ok.example");
        server.Time.Advance(TimeSpan.FromSeconds(60));
        var (_, resent) = await server.NewMailsAsync("gigi@mouse.com", () => gigi.ResendChallengeAsync(challenge.Result("challengeId")));
        ShouldShow(resent.Single(), $"https://ok.example/login/{challenge.Result("challengeId")}?code={resent[0].Passcode}", "ok.example");
        var (_, own) = await server.NewMailsAsync("gigi@mouse.com", () => gigi.CreateChallengeAsync(new { sendCode = new { urlTemplate = "https://ok.example/own" } }));
        ShouldShow(own.Single(), "https://ok.example/own", "ok.example");
    }

    [Fact]
    public async Task Link_WhenNoTemplateIsNamedOrConfigured_ShouldNotBeThereWhateverTheHostHeaderSays()
    {
        await _server.AsUserWithFactorAsync(_user, Address);
        var (_, mails) = await _server.NewMailsAsync(Address, async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/user/me/otp_email/challenges");
            request.Headers.Host = "evil.example";
            request.Headers.Add("X-Forwarded-Host", "evil.example");
            return await _server.As(_user).SendAsync(request);
        });
        mails.Single().Text.Should().NotContain("://").And.NotContain("evil");
        mails.Single().Html.Should().NotContain("evil").And.NotContain("href");
    }

    private static string ShouldShow(MailboxMail mail, string? expected, params string[] hosts)
    {
        var link = WebUtility.HtmlDecode(Href().Matches(mail.Html).Should().ContainSingle().Which.Groups[1].Value);
        if (expected is not null)
        {
            link.Should().Be(expected);
        }

        mail.Text.Split('\n').Select(line => line.TrimEnd('\r')).Should().Contain(link, "the text shows it on a line of its own, as it is");
        mail.Html.Should().Contain(mail.Passcode).And.NotContain("\"<");
        mail.Text.Should().Contain(mail.Passcode);
        var url = new Uri(link, UriKind.Absolute);
        url.IdnHost.Should().BeOneOf(hosts);
        url.UserInfo.Should().BeEmpty();
        return link;
    }

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Href();
}
