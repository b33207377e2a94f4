using System.Globalization;
using System.Net;
using System.Text;
using Otp.TestKit;

namespace Otp.Api.Tests.Errors;

[Collection(ErrorServers.Name)]
public sealed class BodyErrorTests(ErrorServers servers)
{
    private const string Verify = "api/v1/user/me/email/verify";
    private const int Limit = 16 * 1024;

    /// <summary>What stands in for a guess; it must not come back.</summary>
    private const string Guess = "482913";

    [Theory]
    [BothEnvironments("")]
    [BothEnvironments("   ")]
    [BothEnvironments("{")]
    [BothEnvironments("{\"passcode\":\"482913\"")]
    [BothEnvironments("{\"passcode\":482913x}")]
    [BothEnvironments("{\"passcode\":\"482913\"} x")]
    [BothEnvironments("{\"passcode\":\"482913\"}{}")]
    [BothEnvironments("{\"passcode\":\"482913\",}")]
    [BothEnvironments("{passcode:\"482913\"}")]
    [BothEnvironments("{'passcode':'482913'}")]
    [BothEnvironments("{/* */\"passcode\":\"482913\"}")]
    [BothEnvironments("passcode=482913")]
    [BothEnvironments("{\"passcode\":482913}")]
    [BothEnvironments("{\"passcode\":4.82913e5}")]
    [BothEnvironments("{\"passcode\":[\"482913\"]}")]
    [BothEnvironments("{\"passcode\":{\"passcode\":\"482913\"}}")]
    [BothEnvironments("{\"passcode\":true}")]
    [BothEnvironments("{\"passcode\":false}")]
    [BothEnvironments("[]")]
    [BothEnvironments("[{\"passcode\":\"482913\"}]")]
    [BothEnvironments("\"482913\"")]
    [BothEnvironments("482913")]
    [BothEnvironments("true")]
    [BothEnvironments("null")]
    [BothEnvironments("{\"passcode\":\"000000\",\"passcode\":\"482913\"}")]
    [BothEnvironments("{\"passcode\":\"000000\",\"Passcode\":\"482913\"}")]
    [BothEnvironments("{\"passcode\":\"482913\",\"more\":1,\"more\":2}")]
    [BothEnvironments("{\"passcode\":\"\\ud800\"}")]
    [Trait("Requirement", "SEC-23")]
    public async Task Verify_WhenTheBodyIsNotTheExpectedJson_ShouldAnswer400(string environment, string body)
    {
        var answer = await servers.NewUser(environment).SendTextAsync(HttpMethod.Post, Verify, body);

        answer.ShouldBeError(HttpStatusCode.BadRequest, "ParameterError");
        answer.Text.Should().NotContain(Guess);
    }

    [Theory]
    [BothEnvironments(20, "[", "]")]
    [BothEnvironments(2000, "[", "]")]
    [BothEnvironments(2000, "{\"a\":", "}")]
    [BothEnvironments(8000, "[", "")]
    [Trait("Requirement", "SEC-22")]
    public async Task Verify_WhenTheBodyIsNestedDeeply_ShouldAnswer400(string environment, int depth, string open, string close)
    {
        var nested = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));

        var asMember = await servers.NewUser(environment).SendTextAsync(HttpMethod.Post, Verify, $$"""{"passcode":"482913","more":{{nested}}}""");
        var asPasscode = await servers.NewUser(environment).SendTextAsync(HttpMethod.Post, Verify, $$"""{"passcode":{{nested}}}""");

        asMember.ShouldBeError(HttpStatusCode.BadRequest, "ParameterError");
        asPasscode.ShouldBeError(HttpStatusCode.BadRequest, "ParameterError");
    }

    [Theory, BothEnvironments]
    public async Task Verify_WhenTheBodyIsNotUtf8_ShouldAnswer400(string environment)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Verify) { Content = new ByteArrayContent([.. "{\"passcode\":\""u8, 0xff, 0xfe, .. "\"}"u8]) };
        request.Content.Headers.ContentType = new("application/json");

        (await servers.NewUser(environment).SendAsync(request)).ShouldBeError(HttpStatusCode.BadRequest, "ParameterError");
    }

    [Theory]
    [BothEnvironments("text/plain")]
    [BothEnvironments("text/json")]
    [BothEnvironments("application/xml")]
    [BothEnvironments("application/x-www-form-urlencoded")]
    [BothEnvironments("multipart/form-data; boundary=x")]
    [BothEnvironments("what is this")]
    [BothEnvironments("")]
    public async Task Verify_WhenTheBodyIsNotDeclaredAsJson_ShouldAnswer415(string environment, string contentType)
    {
        var answer = await servers.NewUser(environment).SendTextAsync(
            HttpMethod.Post, Verify, $$"""{"passcode":"{{Guess}}"}""", contentType.Length == 0 ? null : contentType);

        answer.ShouldBeError(HttpStatusCode.UnsupportedMediaType, "UnsupportedMediaTypeError");
    }

    [Theory]
    [BothEnvironments("application/json")]
    [BothEnvironments("application/json; charset=utf-8")]
    [BothEnvironments("application/json; charset=UTF-8")]
    [BothEnvironments("APPLICATION/JSON")]
    public async Task Verify_WhenTheBodyIsDeclaredAsJson_ShouldAnswer(string environment, string contentType)
    {
        var answer = await servers.NewUser(environment).SendTextAsync(HttpMethod.Post, Verify, $$"""{"passcode":"{{Guess}}"}""", contentType);

        answer.Status.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [BothEnvironments(false)]
    [BothEnvironments(true)]
    [Trait("Requirement", "SEC-22")]
    public async Task Verify_WhenTheBodyIsTooLarge_ShouldAnswer413(string environment, bool isChunked)
    {
        (await SendSizedAsync(environment, Limit + 1, isChunked)).ShouldBeError(HttpStatusCode.RequestEntityTooLarge, "PayloadTooLargeError");

        // The server counts what frames the chunks, too.
        (await SendSizedAsync(environment, isChunked ? Limit - 100 : Limit, isChunked)).Status.Should().Be(HttpStatusCode.OK, "the limit itself is allowed");
    }

    [Theory]
    [BothEnvironments(24_000)]
    [BothEnvironments(300_000)]
    [Trait("Requirement", "SEC-22")]
    public async Task Verify_WhenTheBodyIsMuchTooLarge_ShouldLetTheCallerSeeThe413(string environment, int bytes)
    {
        // Whoever is cut off while still sending sees a broken connection instead, now and then.
        for (var time = 0; time < 20; time++)
        {
            (await SendSizedAsync(environment, bytes, isChunked: false)).ShouldBeError(HttpStatusCode.RequestEntityTooLarge, "PayloadTooLargeError");
        }
    }

    [Theory]
    [BothEnvironments("{\"passcode\":\"482913\",\"isVerified\":true}", "isVerified")]
    [BothEnvironments("{\"passcode\":\"482913\",\"state\":\"READY\"}", "state")]
    [BothEnvironments("{\"passcode\":\"482913\",\"sequence\":1}", "sequence")]
    [BothEnvironments("{\"passcode\":\"482913\",\"numberOfAttempts\":0}", "numberOfAttempts")]
    [BothEnvironments("{\"passcode\":\"482913\",\"isAnyShapeCounted\":true}", "isAnyShapeCounted")]
    [BothEnvironments("{\"passcode\":\"482913\",\"unknownMembers\":{}}", "unknownMembers")]
    [BothEnvironments("{\"passcode\":\"482913\",\"code\":\"482913\"}", "code")]
    [BothEnvironments("{\"passcode\":\"482913\",\"$ref\":\"482913\"}", "$ref")]
    [BothEnvironments("{\"passcode\":\"482913\",\"nothing\":null}", "nothing")]
    [Trait("Requirement", "SEC-17")]
    public async Task Verify_WhenAMemberIsUnknown_ShouldAnswer422AndChangeNothing(string environment, string body, string member)
    {
        var user = servers.NewUser(environment);
        await user.RequestCodeAsync();

        var answer = await user.SendTextAsync(HttpMethod.Post, Verify, body);

        answer.ShouldRefuseMember(member, "is not known");
        answer.Text.Should().NotContain(Guess);
        (await user.StatusAsync()).Attempts.Should().Be(0);
    }

    [Theory]
    [BothEnvironments("{}")]
    [BothEnvironments("{\"passcode\":null}")]
    [Trait("Requirement", "SEC-23")]
    public async Task Verify_WhenThePasscodeIsMissing_ShouldAnswer422(string environment, string body) =>
        (await servers.NewUser(environment).SendTextAsync(HttpMethod.Post, Verify, body)).ShouldRefuseMember("passcode", "is required");

    [Theory]
    [BothEnvironments("")]
    [BothEnvironments("   ")]
    [BothEnvironments("-")]
    [BothEnvironments("12345")]
    [BothEnvironments("1234567")]
    [BothEnvironments("12345a")]
    [BothEnvironments("abcdef")]
    [BothEnvironments("+12345")]
    [BothEnvironments("+123456")]
    [BothEnvironments("\u221212345")]
    [BothEnvironments("1e0005")]
    [BothEnvironments("1.2345")]
    [BothEnvironments("123,456")]
    [BothEnvironments("0x1234")]
    [BothEnvironments("0b1010")]
    [BothEnvironments("١٢٣٤٥٦")]
    [BothEnvironments("１２３４５６")]
    [BothEnvironments("१२३४५६")]
    [BothEnvironments("𝟏𝟐𝟑𝟒𝟓𝟔")]
    [BothEnvironments("12345٦")]
    [BothEnvironments("①②③④⑤⑥")]
    [BothEnvironments("12345\0")]
    [BothEnvironments("123456\0")]
    [BothEnvironments("123\u200b456")]
    [BothEnvironments("\u202e123456")]
    [BothEnvironments("12_34_56")]
    [BothEnvironments("null")]
    [BothEnvironments("' OR 1=1 --")]
    [BothEnvironments("<script>alert(1)</script>")]
    [BothEnvironments("{{7*7}}")]
    [Trait("Requirement", "SEC-23")]
    [Trait("Rule", "3")]
    public async Task Verify_WhenThePasscodeIsBadlyShaped_ShouldAnswer422AndNotCount(string environment, string passcode)
    {
        var user = servers.NewUser(environment);
        await user.RequestCodeAsync();

        var answer = await user.VerifyAsync(passcode);

        answer.ShouldRefuseMember("passcode", "must be 6 digits");
        if (!string.IsNullOrWhiteSpace(passcode) && passcode != "-")
        {
            answer.Text.Should().NotContain(passcode, "a secret is never echoed");
        }

        (await user.StatusAsync()).Attempts.Should().Be(0);
    }

    [Theory, BothEnvironments]
    [Trait("Rule", "3")]
    public async Task Verify_WhenThePasscodeIsHuge_ShouldAnswer422AndNotEchoIt(string environment)
    {
        var answer = await servers.NewUser(environment).VerifyAsync(new string('1', 10_000));

        answer.ShouldRefuseMember("passcode", "must be 6 digits");
        answer.Text.Length.Should().BeLessThan(500);
    }

    [Theory]
    [BothEnvironments("Digits", 8, "must be 8 digits")]
    [BothEnvironments("Alphanumeric", 10, "must be 10 letters or digits")]
    [Trait("Rule", "3")]
    public async Task Verify_WhenAnotherShapeIsConfigured_ShouldNameIt(string environment, string alphabet, int length, string message)
    {
        var settings = ErrorServers.SettingsOf(environment);
        settings["Passcodes:EmailVerification:Alphabet"] = alphabet;
        settings["Passcodes:EmailVerification:Length"] = length.ToString(CultureInfo.InvariantCulture);
        await using var server = await OtpServer.StartAsync(Otp.Infrastructure.Persistence.DatabaseProvider.Sqlite, settings);

        (await server.As("ada", "ada@example.com").VerifyAsync("123456")).ShouldRefuseMember("passcode", message);
    }

    private async Task<OtpAnswer> SendSizedAsync(string environment, int bytes, bool isChunked)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"passcode":"{{Guess}}"}""".PadRight(bytes));
        using var request = new HttpRequestMessage(HttpMethod.Post, Verify) { Content = isChunked ? new StreamContent(new MemoryStream(body)) : new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = isChunked;
        return await servers.NewUser(environment).SendAsync(request);
    }
}
