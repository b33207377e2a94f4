using System.Net;
using System.Text;

namespace Otp.Api.Tests.Errors;

[Collection(ErrorServers.Name)]
public sealed class RoutingErrorTests(ErrorServers servers)
{
    private const string Otp = "api/v1/user/me/email/otp";
    private const string Status = "api/v1/user/me/email/status";
    private const string Verify = "api/v1/user/me/email/verify";

    [Theory]
    [BothEnvironments("nothing")]
    [BothEnvironments("api/v1")]
    [BothEnvironments("api/v1/user/me/email")]
    [BothEnvironments("api/v1/user/me/email/status/more")]
    [BothEnvironments("api/v2/user/me/email/status")]
    [BothEnvironments("health")]
    [BothEnvironments("openapi/v2.json")]
    [BothEnvironments("dev/nothing")]
    [BothEnvironments("swagger/nothing.js")]
    [BothEnvironments("appsettings.json")]
    [BothEnvironments("..%2f..%2fetc%2fpasswd")]
    public async Task Send_WhenTheRouteIsUnknown_ShouldAnswer404(string environment, string path)
    {
        (await servers.NewUser(environment).SendAsync(HttpMethod.Get, path)).ShouldBeError(HttpStatusCode.NotFound, "NotFoundError");
        (await servers[environment].Anonymous().SendAsync(HttpMethod.Get, path)).ShouldBeError(HttpStatusCode.NotFound, "NotFoundError");
    }

    [Theory]
    [BothEnvironments("GET", Otp, "PUT")]
    [BothEnvironments("POST", Otp, "PUT")]
    [BothEnvironments("DELETE", Otp, "PUT")]
    [BothEnvironments("PUT", Status, "GET")]
    [BothEnvironments("POST", Status, "GET")]
    [BothEnvironments("DELETE", Status, "GET")]
    [BothEnvironments("GET", Verify, "POST")]
    [BothEnvironments("PUT", Verify, "POST")]
    [BothEnvironments("PATCH", Verify, "POST")]
    [BothEnvironments("TRACE", Verify, "POST")]
    [BothEnvironments("POST", "health/live", "GET")]
    [BothEnvironments("POST", "openapi/v1.json", "GET")]
    public async Task Send_WhenTheMethodIsNotAllowed_ShouldAnswer405WithAllow(string environment, string method, string path, string allowed)
    {
        var answer = await servers.NewUser(environment).SendAsync(new HttpMethod(method), path);

        answer.ShouldBeError(HttpStatusCode.MethodNotAllowed, "MethodNotAllowedError");
        answer.Headers["Allow"].Should().Be(allowed);
    }

    [Theory]
    [BothEnvironments("PUT", Otp, "text/xml")]
    [BothEnvironments("PUT", Otp, "text/html, application/xml;q=0.9")]
    [BothEnvironments("PUT", Otp, "application/json;q=0")]
    [BothEnvironments("GET", Status, "text/xml")]
    [BothEnvironments("GET", Status + "?passcode=000000", "text/xml")]
    [BothEnvironments("POST", Verify, "text/xml")]
    public async Task Send_WhenTheCallerTakesNoJson_ShouldAnswer406AndDoNothing(string environment, string method, string path, string accept)
    {
        var rows = await servers[environment].Database.CountRowsAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (method == "POST")
        {
            request.Content = new StringContent("""{"passcode":"000000"}""", Encoding.UTF8, "application/json");
        }

        (await servers.NewUser(environment).SendAsync(request)).ShouldBeError(HttpStatusCode.NotAcceptable, "NotAcceptableError");

        (await servers[environment].Database.CountRowsAsync()).Should().Be(rows, "nothing is sent or counted that cannot be answered");
    }

    [Theory]
    [BothEnvironments("*/*")]
    [BothEnvironments("application/*")]
    [BothEnvironments("application/json")]
    [BothEnvironments("application/json;charset=utf-8")]
    [BothEnvironments("text/html, */*;q=0.1")]
    [BothEnvironments("what is this")]
    public async Task Send_WhenTheCallerTakesJsonAmongOthers_ShouldAnswer(string environment, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Status);
        request.Headers.TryAddWithoutValidation("Accept", accept);

        var answer = await servers.NewUser(environment).SendAsync(request);

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Headers["Content-Type"].Should().Be("application/json; charset=utf-8");
    }

    [Theory]
    [BothEnvironments("PUT", Otp)]
    [BothEnvironments("GET", Status)]
    [BothEnvironments("GET", Status + "?passcode=000000")]
    [BothEnvironments("POST", Verify)]
    [Trait("Rule", "13")]
    public async Task Send_WhenNoEmailIsKnown_ShouldAnswer404(string environment, string method, string path)
    {
        var nobody = servers[environment].As($"nobody-{environment}-{method}-{path.Length}");

        var answer = await nobody.SendAsync(new HttpMethod(method), path, method == "POST" ? new { passcode = "000000" } : null);

        answer.ShouldBeError(HttpStatusCode.NotFound, "NotFoundError", "Cannot find matching verification status for user's email");
    }

    [Theory]
    [BothEnvironments("ada@example")]
    [BothEnvironments("ada@example.com, eve@example.com")]
    [BothEnvironments("Ada <ada@example.com>")]
    [BothEnvironments("ada@example.com\r\nBcc: eve@example.com")]
    [BothEnvironments("ada＠example.com")]
    [BothEnvironments("")]
    [Trait("Requirement", "SEC-18")]
    [Trait("Rule", "16")]
    public async Task RequestCode_WhenTheClaimIsNotOneAddress_ShouldKnowNoEmail(string environment, string claim)
    {
        var rows = await servers[environment].Database.ReadNumberAsync("SELECT COUNT(*) FROM outbox_messages");

        var answer = await servers[environment].As("mallory", claim).RequestCodeAsync();

        answer.ShouldBeError(HttpStatusCode.NotFound, "NotFoundError");
        (await servers[environment].Database.ReadNumberAsync("SELECT COUNT(*) FROM outbox_messages")).Should().Be(rows);
    }

    [Theory]
    [BothEnvironments("InvalidArgument", HttpStatusCode.UnprocessableEntity, "ValidateError")]
    [BothEnvironments("NotFound", HttpStatusCode.NotFound, "NotFoundError")]
    [BothEnvironments("AlreadyExists", HttpStatusCode.Conflict, "ConflictError")]
    [BothEnvironments("FailedPrecondition", HttpStatusCode.Conflict, "ConflictError")]
    [BothEnvironments("PermissionDenied", HttpStatusCode.Forbidden, "ForbiddenError")]
    public async Task Send_WhenAHandlerRefuses_ShouldAnswerWithTheNameOfTheKind(string environment, string kind, HttpStatusCode status, string name)
    {
        var answer = await servers.NewUser(environment).SendAsync(HttpMethod.Get, $"test/refusal/{kind}");

        answer.ShouldBeError(status, name, "Refused on purpose");
    }

    [Theory]
    [BothEnvironments("test/fault")]
    [BothEnvironments("test/fault-of-handler")]
    public async Task Send_WhenSomethingThrows_ShouldAnswer500WithNothingOfTheException(string environment, string path)
    {
        var answer = await servers.NewUser(environment).SendAsync(HttpMethod.Get, path);

        answer.ShouldBeError(HttpStatusCode.InternalServerError, "UnexpectedServerError");
        var all = answer.Text + string.Join('\n', answer.Headers.Select(header => $"{header.Key}: {header.Value}"));
        foreach (var part in new[] { "hunter2", "482913", "SELECT", "Exception", "InvalidOperation", "   at ", "Faulty", ".cs" })
        {
            all.Should().NotContain(part);
        }
    }
}
