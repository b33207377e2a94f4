using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Otp.Api.Tests.Errors;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Development;

public sealed partial class DevelopmentPagesTests : IAsyncLifetime
{
    private const string Messages = "dev/mailbox/messages";
    private const string Previews = "dev/mails/previews";

    private OtpServer _server = null!;

    [Theory]
    [InlineData("", "text/html; charset=utf-8")]
    [InlineData("demo", "text/html; charset=utf-8")]
    [InlineData("dev/mailbox", "text/html; charset=utf-8")]
    [InlineData("dev/mails", "text/html; charset=utf-8")]
    [InlineData("dev/otp.css", "text/css; charset=utf-8")]
    [InlineData("dev/demo.css", "text/css; charset=utf-8")]
    [InlineData("dev/clipboard.js", "text/javascript; charset=utf-8")]
    [InlineData("dev/demo.js", "text/javascript; charset=utf-8")]
    [InlineData("dev/landing.js", "text/javascript; charset=utf-8")]
    [InlineData("dev/mails.js", "text/javascript; charset=utf-8")]
    [InlineData("dev/tabs.js", "text/javascript; charset=utf-8")]
    [InlineData("dev/mailbox.js", "text/javascript; charset=utf-8")]
    [InlineData("dev/favicon.svg", "image/svg+xml; charset=utf-8")]
    [Trait("Requirement", "SEC-28")]
    public async Task Get_WhenItIsAPageOrAnAsset_ShouldAnswerWithAStrictPolicy(string path, string contentType)
    {
        var answer = await _server.Anonymous().SendAsync(HttpMethod.Get, path);

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Headers["Content-Type"].Should().Be(contentType);
        answer.Text.Should().NotBeEmpty();
        var policy = answer.Headers["Content-Security-Policy"];
        policy.Should().Contain("default-src 'none'").And.Contain("script-src 'self'").And.Contain("base-uri 'none'").And.NotContain("unsafe").And.NotContain("*");
    }

    [Theory]
    [InlineData("")]
    [InlineData("demo")]
    [InlineData("dev/mailbox")]
    [InlineData("dev/mails")]
    public async Task Get_WhenAPageLinksToSomething_ShouldBeThereAndKeepThePolicy(string path)
    {
        var page = (await _server.Anonymous().SendAsync(HttpMethod.Get, path)).Text;

        page.Should().NotMatchRegex("(?i)<script(?![^>]*\\ssrc=)", "the policy forbids inline scripts");
        page.Should().NotMatchRegex("(?i)\\s(style|on[a-z]+)=\"", "the policy forbids inline styles and handlers");
        var links = Link().Matches(page).Select(match => match.Groups[1].Value).Where(link => link[0] != '#').Distinct().ToList();
        links.Should().HaveCountGreaterThan(5).And.OnlyContain(link => link[0] == '/', "nothing is loaded from elsewhere");
        foreach (var link in links)
        {
            (await _server.Anonymous().SendAsync(HttpMethod.Get, link.TrimStart('/'))).Status.Should().Be(HttpStatusCode.OK, $"{path} links to {link}");
        }
    }

    [Fact]
    public async Task Swagger_WhenShown_ShouldBeAllowedItsOwnScriptsByThePolicy()
    {
        var answer = await _server.Anonymous().SendAsync(HttpMethod.Get, "swagger/index.html");

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Headers["Content-Security-Policy"].Should().Contain("script-src 'self'").And.NotContain("*");
        var scripts = Script().Matches(answer.Text).Select(match => match.Groups[1].Value).ToList();
        scripts.Should().NotBeEmpty();
        foreach (var script in scripts)
        {
            (await _server.Anonymous().SendAsync(HttpMethod.Get, $"swagger/{script.Replace("./", "", StringComparison.Ordinal)}")).Status.Should().Be(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Tokens_WhenAskedFor_ShouldAnswerOneThatTheServiceAccepts()
    {
        var answer = await _server.Anonymous().SendAsync(HttpMethod.Post, "dev/tokens", new { sub = "ada", email = "ada@example.com", name = "Ada", resourceOwner = "org-1" });

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Json.Select(member => member.Key).Should().Equal("results", "status");
        ((string)answer.Results["expiresAt"]!).Should().Be("2026-01-01T01:00:00.000Z");
        var ada = new OtpCaller(_server.Client, (string)answer.Results["token"]!);
        ((string)(await ada.StatusAsync()).Results["email"]!).Should().Be("ada@example.com");
        _server.Time.Advance(TimeSpan.FromMinutes(61));
        (await ada.StatusAsync()).Status.Should().Be(HttpStatusCode.Unauthorized, "it expires");
    }

    [Theory]
    [InlineData("{}", "is required")]
    [InlineData("{\"email\":\"ada@example.com\"}", "is required")]
    [InlineData("{\"sub\":null}", "is required")]
    public async Task Tokens_WhenTheSubjectIsMissing_ShouldAnswer422(string body, string message) =>
        (await _server.Anonymous().SendTextAsync(HttpMethod.Post, "dev/tokens", body)).ShouldRefuseMember("sub", message);

    [Fact]
    public async Task Tokens_WhenTheSubjectIsTooLong_ShouldAnswer422() =>
        (await _server.Anonymous().SendAsync(HttpMethod.Post, "dev/tokens", new { sub = new string('s', 201) })).ShouldRefuseMember("sub", "must be 1 to 200 characters");

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"sub\":1}")]
    [InlineData("{\"sub\":\"a\",\"permissions\":\"x\"}")]
    public async Task Tokens_WhenTheBodyIsMalformed_ShouldAnswer400(string body) =>
        (await _server.Anonymous().SendTextAsync(HttpMethod.Post, "dev/tokens", body)).ShouldBeError(HttpStatusCode.BadRequest, "ParameterError");

    [Fact]
    public async Task Tokens_WhenTheBodyIsNoJson_ShouldAnswer415() =>
        (await _server.Anonymous().SendTextAsync(HttpMethod.Post, "dev/tokens", "sub=ada", "application/x-www-form-urlencoded"))
            .ShouldBeError(HttpStatusCode.UnsupportedMediaType, "UnsupportedMediaTypeError");

    [Fact]
    public async Task Tokens_WhenAnIdentityProviderIssuesThem_ShouldAnswer409()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, issuer.Settings);

        (await server.Anonymous().SendAsync(HttpMethod.Post, "dev/tokens", new { sub = "ada" })).ShouldBeError(HttpStatusCode.Conflict, "ConflictError");
    }

    [Fact]
    public async Task Passcodes_WhenAskedFor_ShouldAnswerTheSettingsOfTheVerificationsCodes()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, new()
        {
            ["Passcodes:EmailVerification:Length"] = "9",
            ["Passcodes:EmailVerification:Alphabet"] = "Alphanumeric",
            ["Passcodes:EmailVerification:MaxAttempts"] = "3",
        });

        (await _server.Anonymous().GetAsync("dev/passcodes")).Text.Should().Be("""{"results":{"length":6,"alphabet":"digits","maxAttempts":5},"status":"ok"}""");
        (await server.Anonymous().GetAsync("dev/passcodes")).Text.Should().Be("""{"results":{"length":9,"alphabet":"alphanumeric","maxAttempts":3},"status":"ok"}""");
    }

    [Theory, BothDatabases]
    public async Task Mailbox_WhenListed_ShouldShowNewestFirstByAddress(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.As("ada", "Ada@example.com").RequestCodeAsync();
        await server.DeliverAsync();
        server.Time.Advance(TimeSpan.FromMinutes(1));
        await server.As("bob", "bob@example.com").RequestCodeAsync();
        await server.DeliverAsync();
        server.Time.Advance(TimeSpan.FromMinutes(1));
        await server.As("ada", "Ada@example.com").RequestCodeAsync();
        await server.DeliverAsync();

        var all = await ListAsync(server, "");
        all.Select(mail => (string)mail!["to"]!).Should().Equal("Ada@example.com", "bob@example.com", "Ada@example.com");
        all[0]!.AsObject().Select(member => member.Key).Should().BeEquivalentTo("id", "to", "subject", "text", "html", "sentAt", "passcode");
        ((string)all[0]!["sentAt"]!).Should().Be("2026-01-01T00:02:00.000Z");
        (await ListAsync(server, "?to=ADA@example.com")).Should().HaveCount(2);
        (await ListAsync(server, "?to=bob@example.com")).Should().HaveCount(1);
        (await ListAsync(server, "?to=nobody@example.com")).Should().BeEmpty();
        (await ListAsync(server, "?to=not an address")).Should().BeEmpty();

        var cleared = await server.Anonymous().SendAsync(HttpMethod.Delete, Messages);
        cleared.Text.Should().Be("""{"status":"ok"}""");
        (await ListAsync(server, "")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("?wait=soon")]
    [InlineData("?wait=99999999999")]
    public async Task Mailbox_WhenTheQueryIsBad_ShouldAnswer400(string query) =>
        (await _server.Anonymous().SendAsync(HttpMethod.Get, Messages + query)).ShouldBeError(HttpStatusCode.BadRequest, "ParameterError");

    [Fact]
    [Trait("Requirement", "SEC-19")]
    [Trait("Requirement", "SEC-28")]
    public async Task Mailbox_WhenAMailIsShown_ShouldBeInert()
    {
        await _server.As("eve", "eve@example.com", ("name", "<script>alert(1)</script>{{7*7}}")).RequestCodeAsync();
        await _server.DeliverAsync();
        var mail = (await ListAsync(_server, "?to=eve@example.com"))[0]!;

        var answer = await _server.Anonymous().SendAsync(HttpMethod.Get, $"{Messages}/{mail["id"]}/html");

        answer.Headers["Content-Type"].Should().Be("text/html; charset=utf-8");
        answer.Headers["Content-Security-Policy"].Should().Contain("default-src 'none'").And.Contain("sandbox").And.NotContain("script-src");
        answer.Text.Should().Be((string)mail["html"]!);
        // Shown as it was given. The product, 49, is not looked for: a code holds these digits now and then.
        answer.Text.Should().NotContain("<script").And.Contain("&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}},");
    }

    [Fact]
    public async Task Mailbox_WhenTheMailIsUnknown_ShouldAnswer404()
    {
        (await _server.Anonymous().SendAsync(HttpMethod.Get, $"{Messages}/01890000-0000-7000-8000-000000000000/html")).ShouldBeError(HttpStatusCode.NotFound, "NotFoundError");
        (await _server.Anonymous().SendAsync(HttpMethod.Get, $"{Messages}/1/html")).ShouldBeError(HttpStatusCode.NotFound, "NotFoundError");
    }

    [Fact]
    public async Task Mails_WhenListed_ShouldShowEveryKindInEveryLanguageAndVariant()
    {
        var mails = (await _server.Anonymous().SendAsync(HttpMethod.Get, Previews)).Json["results"]!.AsArray();

        mails.Select(mail => (string)mail!["language"]!).Distinct().Should().Equal("en", "de");
        foreach (var language in mails.GroupBy(mail => (string)mail!["language"]!))
        {
            language.Select(mail => (string)mail!["kind"]!).Distinct().Should().Equal(
                "email-verification", "factor-registration", "login-challenge", "address-changed", "factor-added", "factor-removed");
            language.Select(mail => (string)mail!["id"]!).Should().OnlyHaveUniqueItems().And.HaveCount((3 * 4) + (3 * 3));
            language.Where(mail => (string)mail!["variant"]! == "summary").Should().HaveCount(3);
        }

        mails[0]!.AsObject().Select(member => member.Key).Should().BeEquivalentTo("id", "kind", "variant", "language", "subject", "text", "html");
    }

    [Theory]
    [InlineData("", "@media (prefers-color-scheme: dark)", "content=\"light dark\"", "color-scheme: light dark")]
    [InlineData("?scheme=light", "@media (max-width: 0)", "content=\"light\"", "color-scheme: light;")]
    [InlineData("?scheme=dark", "@media (min-width: 0)", "content=\"dark\"", "color-scheme: dark;")]
    [InlineData("?scheme=%3Cscript%3E", "@media (prefers-color-scheme: dark)", "content=\"light dark\"", "color-scheme: light dark")]
    [Trait("Requirement", "SEC-28")]
    public async Task Mails_WhenOneIsShown_ShouldBeInertAndInTheChosenMode(string query, string media, string meta, string style)
    {
        var answer = await _server.Anonymous().SendAsync(HttpMethod.Get, $"{Previews}/de/login-challenge-link/html{query}");

        answer.Headers["Content-Type"].Should().Be("text/html; charset=utf-8");
        answer.Headers["Content-Security-Policy"].Should().Contain("default-src 'none'").And.Contain("sandbox").And.NotContain("script-src");
        answer.Text.Should().Contain("Ihr Anmeldecode").And.Contain(media).And.Contain(meta).And.Contain(style).And.NotContain("<script");
    }

    [Theory]
    [InlineData("fr/login-challenge")]
    [InlineData("de/login")]
    [InlineData("de/../en")]
    public async Task Mails_WhenThereIsNoSuchMail_ShouldAnswer404(string path) =>
        (await _server.Anonymous().SendAsync(HttpMethod.Get, $"{Previews}/{path}/html")).ShouldBeError(HttpStatusCode.NotFound, "NotFoundError");

    [Fact]
    public async Task Mails_WhenTheOperatorHasTemplatesAndBranding_ShouldShowThem()
    {
        var folder = Directory.CreateTempSubdirectory("otp-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "de"));
        await File.WriteAllTextAsync(Path.Combine(folder, "de", "factor-added.subject.hbs"), "Neu bei {{product}}");
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, new() { ["Email:Templates:Folder"] = folder, ["Email:Branding:ProductName"] = "Acme ID" });

        var mails = (await server.Anonymous().SendAsync(HttpMethod.Get, Previews)).Json["results"]!.AsArray();

        mails.Single(mail => (string)mail!["id"]! == "factor-added" && (string)mail["language"]! == "de")!["subject"]!.GetValue<string>().Should().Be("Neu bei Acme ID");
        mails.Should().OnlyContain(mail => ((string)mail!["text"]!).Contains("Acme ID"));
        Directory.Delete(folder, recursive: true);
    }

    public async Task InitializeAsync() => _server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private static async Task<JsonArray> ListAsync(OtpServer server, string query) =>
        (await server.Anonymous().SendAsync(HttpMethod.Get, Messages + query)).Json["results"]!.AsArray();

    [GeneratedRegex("(?:href|src)=\"([^\"]+)\"")]
    private static partial Regex Link();

    [GeneratedRegex("<script[^>]* src=\"([^\"]+)\"")]
    private static partial Regex Script();
}
