using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Otp.Api.Tests.Errors;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Delivery;

public sealed class DeliveriesTests
{
    private const string List = "api/v1/deliveries";

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-15")]
    public async Task List_WhenFiltered_ShouldShowThoseMailsOfTheCallersUsersAlone(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        foreach (var (user, email, owner) in new[] { ("ada", "ada@example.com", "home"), ("bob", "Bob@Example.com", "home"), ("eve", "ada@example.com", "away") })
        {
            await server.As(user, email, ("org_id", owner)).RequestCodeAsync();
            server.Time.Advance(TimeSpan.FromSeconds(61));
        }

        await server.DeliverAsync();
        await server.As("ada", "ada@example.com", ("org_id", "home")).RequestCodeAsync();
        var home = Reader(server, "home");

        (await UsersAsync(home, "")).Should().Equal("ada", "bob", "ada");
        (await UsersAsync(home, "?userId=ada")).Should().Equal("ada", "ada");
        (await UsersAsync(home, "?userId=eve")).Should().BeEmpty("she is of another organisation");
        (await UsersAsync(home, "?userId=nobody")).Should().BeEmpty();
        (await UsersAsync(home, "?email=ADA%40example.com")).Should().Equal("ada", "ada");
        (await UsersAsync(home, "?email=bob%40example.com&state=Sent")).Should().Equal("bob");
        (await UsersAsync(home, "?state=queued")).Should().Equal("ada");
        (await UsersAsync(home, "?state=bounced")).Should().BeEmpty();
        (await UsersAsync(Reader(server, "away"), "?email=ada%40example.com")).Should().Equal("eve");
        (await UsersAsync(Reader(server, "none"), "")).Should().BeEmpty();
        (await UsersAsync(Reader(server, "none", "otp.users.read", "otp.instance"), "")).Should().Equal("ada", "eve", "bob", "ada");
        (await UsersAsync(Reader(server, "home", "otp.users.write"), "")).Should().HaveCount(3, "who may write may read");

        var item = (await home.GetAsync($"{List}?userId=bob")).Results["items"]![0]!.AsObject();
        item.Select(member => member.Key).Should().Equal("deliveryId", "userId", "kind", "state", "changedAt", "createdAt", "expiresAt", "attempts");
        ((string)item["kind"]!, (string)item["state"]!, (int)item["attempts"]!).Should().Be(("emailVerification", "sent", 1));
    }

    [Theory, BothDatabases]
    public async Task List_WhenAMailCarriesACode_ShouldExpireWithIt(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var code = (await server.As("ada", "ada@example.com").RequestCodeAsync()).Results["otp"]!;

        var mail = (await Reader(server, "default").GetAsync(List)).Results["items"]![0]!;

        ((string)mail["expiresAt"]!).Should().Be((string)code["expiresAt"]!);
    }

    [Theory, BothDatabases]
    public async Task List_WhenThereAreMoreThanFit_ShouldGiveThemInPartsWithoutGapOrRepetition(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        for (var number = 0; number < 103; number++)
        {
            await server.As($"user{number:000}", $"user{number:000}@example.com").RequestCodeAsync();
            server.Time.Advance(TimeSpan.FromMilliseconds(number % 2));
        }

        var reader = Reader(server, "default");
        List<string> listed = [];
        List<int> sizes = [];
        for (string? path = List; path is not null;)
        {
            var page = (await reader.GetAsync(path)).Results;
            sizes.Add(page["items"]!.AsArray().Count);
            listed.AddRange(page["items"]!.AsArray().Select(item => (string)item!["userId"]!));
            path = (string?)page["next"] is { } next ? $"{List}?after={next}" : null;

            // What is queued between two parts is newer than all that follows.
            await server.As("late", "late@example.com").RequestCodeAsync();
            server.Time.Advance(TimeSpan.FromSeconds(61));
        }

        sizes.Should().Equal(50, 50, 3);
        listed.Should().OnlyHaveUniqueItems().And.HaveCount(103).And.NotContain("late");
        listed[0].Should().Be("user102", "the newest comes first");
        listed[1..3].Should().BeEquivalentTo(["user101", "user100"], "they are of one millisecond");
    }

    [Theory]
    [InlineData("state=lost", "state")]
    [InlineData("state=1", "state")]
    [InlineData("email=x", "email")]
    [InlineData("email=a%40b.co%2Cc%40d.co", "email")]
    [InlineData("after=x", "after")]
    public async Task List_WhenAFilterIsBadlyShaped_ShouldBe422AndNameIt(string query, string field)
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);

        var answer = await Reader(server, "home").GetAsync($"{List}?{query}");

        answer.ShouldBeError(HttpStatusCode.UnprocessableEntity, "ValidateError");
        answer.Error["data"]!.AsObject().Select(member => member.Key).Should().Equal(field);
    }

    [Theory, BothDatabases]
    public async Task Retry_WhenAFailedMailsCodeLives_ShouldSendItWithTheSameCode(DatabaseProvider provider)
    {
        var sender = new Refusing();
        await using var server = await OtpServer.StartAsync(provider, extend: sender.Extend);
        var ada = server.As("ada", "ada@example.com");
        await ada.RequestCodeAsync();
        await server.DeliverAsync();
        var failed = (await Reader(server, "default").GetAsync($"{List}?state=failed")).Results["items"]![0]!;
        ((string)failed["reason"]!, (int)failed["attempts"]!).Should().Be(("HTTP 401", 1));
        var retry = $"{List}/{failed["deliveryId"]}/retry";

        sender.IsMended = true;
        (await Reader(server, "default").PostAsync(retry)).ShouldBeError(HttpStatusCode.Forbidden, "ForbiddenError");
        (await Reader(server, "away", "otp.users.write").PostAsync(retry)).ShouldBeError(HttpStatusCode.NotFound, "NotFoundError");
        var writer = Reader(server, "default", "otp.users.write");
        var signal = server.Services.GetRequiredService<OutboxSignal>();
        await signal.WaitAsync(TimeSpan.Zero, server.Time, CancellationToken.None);
        var awake = signal.WaitAsync(TimeSpan.FromDays(1), server.Time, CancellationToken.None);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => writer.PostAsync(retry)));
        answers.Select(answer => answer.Status).Should().ContainSingle(status => status == HttpStatusCode.OK);
        answers.Where(answer => answer.Status != HttpStatusCode.OK).Should().OnlyContain(answer => answer.ErrorName == "ConflictError");
        await awake.WaitAsync(TimeSpan.FromSeconds(30));
        ((string)(await ada.StatusAsync()).Results["delivery"]!["state"]!).Should().Be("queued");

        (await server.CountAsync("audit_entries WHERE action = 13 AND user_id = 'ada' AND actor_id = 'operator'")).Should().Be(1);
        (await server.DeliverAsync()).Should().Be(1);
        sender.Codes.Should().HaveCount(2);
        sender.Codes[1].Should().Be(sender.Codes[0]);
        (await ada.VerifyAsync(sender.Codes[1])).IsVerified.Should().BeTrue();
        (await writer.PostAsync(retry)).ShouldBeError(HttpStatusCode.Conflict, "ConflictError");
    }

    [Theory, BothDatabases]
    public async Task Retry_WhenTheCodeIsDead_ShouldBeRefused(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, extend: new Refusing().Extend);
        var ada = server.As("ada", "ada@example.com");
        await ada.RequestCodeAsync();
        await server.DeliverAsync();
        server.Time.Advance(TimeSpan.FromSeconds(60));
        await ada.RequestCodeAsync();
        await server.DeliverAsync();
        var writer = Reader(server, "default", "otp.users.write");
        var failed = (await writer.GetAsync($"{List}?state=failed")).Results["items"]!.AsArray().Select(item => (string)item!["deliveryId"]!).ToList();
        failed.Should().HaveCount(2);

        (await writer.PostAsync($"{List}/{failed[1]}/retry")).ShouldBeError(HttpStatusCode.Conflict, "ConflictError");
        server.Time.Advance(TimeSpan.FromMinutes(15));
        (await writer.PostAsync($"{List}/{failed[0]}/retry")).ShouldBeError(HttpStatusCode.Conflict, "ConflictError");
        (await writer.PostAsync($"{List}/{Guid.CreateVersion7(server.Time.GetUtcNow())}/retry")).ShouldBeError(HttpStatusCode.NotFound, "NotFoundError");
        (await writer.PostAsync($"{List}/x/retry")).ShouldBeError(HttpStatusCode.NotFound, "NotFoundError");
        (await server.DeliverAsync()).Should().Be(0, "nothing was queued again");
    }

    private static OtpCaller Reader(OtpServer server, string owner, params string[] permissions) =>
        server.As("operator", null, ("org_id", owner), ("permissions", permissions.Length == 0 ? ["otp.users.read"] : permissions));

    private static async Task<IEnumerable<string>> UsersAsync(OtpCaller caller, string query)
    {
        var answer = await caller.GetAsync(List + query);
        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        return answer.Results["items"]!.AsArray().Select(item => (string)item!["userId"]!);
    }

    /// <summary>A provider that refuses for good until it is mended.</summary>
    private sealed class Refusing : IEmailSender
    {
        public bool IsMended { get; set; }

        public List<string> Codes { get; } = [];

        public void Extend(WebApplicationBuilder builder) => builder.Services.Replace(ServiceDescriptor.Scoped<IEmailSender>(_ => this));

        public Task<SendOutcome> SendAsync(EmailMessage message, CancellationToken cancellationToken)
        {
            Codes.Add(message.Passcode!.Reveal());
            return Task.FromResult<SendOutcome>(IsMended ? new SendOutcome.Accepted() : new SendOutcome.PermanentFailure("HTTP 401"));
        }
    }
}
