using System.Net;
using System.Text;

namespace Otp.Fuzz.Tests.Http;

/// <summary>What the random requests have found, as examples.</summary>
[Collection(FuzzServersCollection.Name)]
public sealed class FoundTests(FuzzServers servers)
{
    [Theory]
    [InlineData("api/v1/deliveries?userId=%00")]
    [InlineData("api/v1/audit?userId=a%00b")]
    public async Task List_WhenTheFilterHoldsWhatPostgreSqlDoesNotStore_ShouldBe422(string path)
    {
        foreach (var server in servers.All)
        {
            var answer = await server.Server.As("login-service", null, ("permissions", "otp.users.read")).GetAsync(path);

            answer.Status.Should().Be(HttpStatusCode.UnprocessableEntity, answer.Text);
            server.TakeErrors().Should().BeEmpty();
        }
    }

    [Theory]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=utf-16BE")]
    [Trait("Requirement", "SEC-22")]
    public async Task Body_WhenItSaysThatItIsNotUtf8_ShouldBe415(string contentType)
    {
        foreach (var server in servers.All)
        {
            foreach (var body in new[] { "{}", "{ }" })
            {
                var answer = await server.Server.As("somebody").SendTextAsync(HttpMethod.Put, "auth/v1/users/me/email", body, contentType);

                answer.Status.Should().Be(HttpStatusCode.UnsupportedMediaType, answer.Text);
                server.TakeErrors().Should().BeEmpty();
            }
        }
    }

    [Theory]
    [InlineData(".", false, HttpStatusCode.UnprocessableEntity)]
    [InlineData("[", false, HttpStatusCode.UnprocessableEntity)]
    [InlineData("a.", true, HttpStatusCode.BadRequest)]
    [InlineData("[", true, HttpStatusCode.BadRequest)]
    [Trait("Requirement", "SEC-22")]
    public async Task Body_WhenAMemberIsNamedByManyDotsOrBrackets_ShouldBeRefused(string piece, bool isBroken, HttpStatusCode status)
    {
        var body = $$"""{"passcode":"123456","{{string.Concat(Enumerable.Repeat(piece, 1_000))}}":{{(isBroken ? "" : "1}")}}""";
        foreach (var server in servers.All)
        {
            var answer = await server.Server.As("somebody").SendTextAsync(HttpMethod.Post, "api/v1/user/me/email/verify", body);

            answer.Status.Should().Be(status, answer.Text);
            server.TakeErrors().Should().BeEmpty();
        }
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Body_WhenItIsAFormThatNobodyAskedFor_ShouldNotBeRead(string contentType)
    {
        foreach (var server in servers.All)
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, "auth/v1/users/me/auth_factors/otp_email") { Content = new ByteArrayContent(Encoding.ASCII.GetBytes("broken%")) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);

            var answer = await server.Server.As("somebody").SendAsync(request);

            answer.Status.Should().Be(HttpStatusCode.NotFound, answer.Text);
        }
    }
}
