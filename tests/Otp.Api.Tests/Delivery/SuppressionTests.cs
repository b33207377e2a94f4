using System.Net;
using Otp.Api.Tests.Errors;
using Otp.Api.Tests.OtpEmailFactors;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Delivery;

public sealed class SuppressionTests : IDisposable
{
    private const string Message = "This email cannot receive mail";

    private readonly WebhookSigner _sendGrid = new();

    public void Dispose() => _sendGrid.Dispose();

    [Theory]
    [BothDatabases("bounce", "bounce", true)]
    [BothDatabases("bounce", "", true)]
    [BothDatabases("spamreport", "", true)]
    [BothDatabases("bounce", "blocked", false)]
    [BothDatabases("dropped", "", false)]
    [BothDatabases("deferred", "", false)]
    [BothDatabases("delivered", "", false)]
    public async Task Report_WhenTheAddressIsDeadOrItsOwnerComplains_ShouldSuppressIt(DatabaseProvider provider, string type, string bounce, bool isSuppressed)
    {
        await using var server = await OtpServer.StartAsync(provider, _sendGrid.Settings);
        var ada = server.As("ada", "Ada@Example.com");
        await SuppressAsync(server, ada, "ADA@example.COM", type, bounce.Length == 0 ? null : bounce);

        var answer = await ada.RequestCodeAsync();

        if (isSuppressed)
        {
            answer.ShouldBeError(HttpStatusCode.Conflict, "ConflictError");
            ((string)answer.Error["message"]!).Should().Be(Message);
        }
        else
        {
            answer.Status.Should().Be(HttpStatusCode.OK);
        }
    }

    /// <summary>The provider names the address in ASCII.</summary>
    [Theory, BothDatabases]
    public async Task Code_WhenTheDomainIsNotInAscii_ShouldBeRefusedWhereTheAddressIsSuppressed(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, _sendGrid.Settings);
        var ada = server.As("ada", "Ada@Exämple.com");
        await SuppressAsync(server, ada, "ada@xn--exmple-cua.com", "bounce", "bounce");

        (await ada.RequestCodeAsync()).ShouldBeError(HttpStatusCode.Conflict, "ConflictError");
    }

    [Theory, BothDatabases]
    public async Task Code_WhenTheAddressIsSuppressed_ShouldBeRefusedInBothFamiliesUntilItIsLifted(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, _sendGrid.Settings);
        var ada = server.As("ada");
        await ada.SetEmailAsync("ada@example.com");
        await ada.VerifyAsync(await server.CodeToAsync("ada@example.com"));
        await ada.AddContactFactorAsync();
        await SuppressAsync(server, ada, "ada@example.com", "bounce", alreadyMailed: true);

        // Within the resend interval and after it: to wait would not help, so the answer does not say so.
        (await ada.CreateChallengeAsync()).ShouldBeError(HttpStatusCode.Conflict, "ConflictError");
        server.Time.Advance(TimeSpan.FromMinutes(2));
        (await ada.CreateChallengeAsync()).ShouldBeError(HttpStatusCode.Conflict, "ConflictError");
        var bob = server.As("bob");
        var refused = await bob.SetEmailAsync("ada@example.com");
        (refused.Status, refused.RpcCode, refused.RpcId).Should().Be((HttpStatusCode.BadRequest, 9, "COMMAND-sP9xR"));
        (await bob.MyEmailAsync()).Status.Should().Be(HttpStatusCode.NotFound, "an address whose code is refused is not set");
        (await server.As("eve", "ada+tag@example.com").RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK, "another address");

        var login = server.With(DeliverySteps.Write);
        (await login.CreateChallengeOfAsync("ada", new { returnCode = new { } })).Status.Should().Be(HttpStatusCode.OK, "no mail is needed");

        var operatorOfAll = server.With(DeliverySteps.Instance);
        (await operatorOfAll.DeleteAsync("api/v1/suppressions/ADA%40Example.com")).Status.Should().Be(HttpStatusCode.OK);
        (await operatorOfAll.DeleteAsync("api/v1/suppressions/ada%40example.com")).ShouldBeError(HttpStatusCode.NotFound, "NotFoundError");
        server.Time.Advance(TimeSpan.FromMinutes(10));
        (await ada.CreateChallengeAsync()).Status.Should().Be(HttpStatusCode.OK);
    }

    [Theory, BothDatabases]
    public async Task Code_WhenTheAddressIsSuppressedWithinTheResendInterval_ShouldNotSayThatWaitingHelps(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, _sendGrid.Settings);
        var ada = server.As("ada", "ada@example.com");
        await ada.RequestCodeAsync();
        await SuppressAsync(server, ada, "ada@example.com", "bounce", alreadyMailed: true);

        (await ada.RequestCodeAsync()).ShouldBeError(HttpStatusCode.Conflict, "ConflictError");
    }

    [Theory, BothDatabases]
    [Trait("Rule", "15")]
    [Trait("Rule", "18")]
    [Trait("Rule", "24")]
    public async Task Code_WhenTheAddressIsSuppressedAndNoCodeIsToBeMadeAnyway_ShouldSayThatFirst(DatabaseProvider provider)
    {
        const string Address = "ada@example.com";
        const string Other = "other@example.com";
        await using var server = await OtpServer.StartAsync(provider, _sendGrid.Settings);
        var ada = await server.AsUserWithFactorAsync("ada", Address);
        var (verified, code) = await server.ChallengedAsync(ada, Address);
        await ada.VerifyChallengeAsync(verified, code).OkAsync();
        var (open, _) = await server.ChallengedAsync(ada, Address);
        await SuppressAsync(server, ada, Address, "bounce", alreadyMailed: true);
        await ada.SetEmailAsync(Other).OkAsync();
        await SuppressAsync(server, ada, Other, "bounce", alreadyMailed: true);

        // To lift the suppression would not help these, as neither would waiting.
        ((string)(await ada.ResendChallengeAsync(verified)).Error["message"]!).Should().Be("The challenge is verified already");
        ((string)(await ada.ResendChallengeAsync(open)).Error["message"]!).Should().Be(Message);
        (await ada.AddFactorAsync("ada", new { address = Address })).RpcId.Should().Be("COMMAND-MKL2s", "a factor is ready there");
        (await ada.AddFactorAsync("ada", new { address = Other })).RpcId.Should().Be("COMMAND-sP9xR");
        (await ada.SetEmailAsync("Other@Example.com")).RpcId.Should().Be("COMMAND-2b7fM", "it is the address already");
        (await ada.PostAsync("auth/v1/users/me/email/_resend_verification")).RpcId.Should().Be("COMMAND-sP9xR");
        var bob = server.As("bob", "bob@example.com");
        (await bob.SetEmailAsync(Address)).RpcId.Should().Be("COMMAND-pR5oW", "the provider owns the address");
        var operatorCaller = server.AsOperator();
        await operatorCaller.PostAsync("v2/users/ada/email", new { email = Other, isVerified = true }).OkAsync();
        (await ada.RequestCodeAsync().OkAsync()).IsVerified.Should().BeTrue("there is nothing to prove");
    }

    [Theory, BothDatabases]
    public async Task Notice_WhenTheAddressIsSuppressed_ShouldNotBeQueuedAndTheChangeStillMade(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, _sendGrid.Settings);
        var ada = server.As("ada");
        await ada.SetEmailAsync("ada@example.com");
        await ada.VerifyAsync(await server.CodeToAsync("ada@example.com"));
        await SuppressAsync(server, ada, "ada@example.com", "spamreport", alreadyMailed: true);
        var before = (await server.MailsToAsync("ada@example.com")).Count;

        server.Time.Advance(TimeSpan.FromMinutes(1));
        (await ada.SetEmailAsync("new@example.com")).Status.Should().Be(HttpStatusCode.OK);

        (await server.MailsToAsync("ada@example.com")).Should().HaveCount(before, "no notice goes to an address that cannot receive mail");
        (await server.MailsToAsync("new@example.com")).Should().ContainSingle();
    }

    [Theory, BothDatabases]
    public async Task List_WhenThereAreMoreThanFit_ShouldGiveThemInPartsWithoutGapOrRepetition(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, _sendGrid.Settings);
        var ada = server.As("ada", "ada@example.com");
        await ada.RequestCodeAsync();
        await server.DeliverAsync();
        var deliveryId = await server.NewestDeliveryAsync();
        var addresses = Enumerable.Range(0, 120).Select(number => $"user{number:000}@example.com").ToList();
        await _sendGrid.PostAsync(server, [.. addresses.Select(address => _sendGrid.Report(server, deliveryId, "spamreport", address))]);
        var operatorOfAll = server.With(DeliverySteps.Instance);

        List<string> listed = [];
        List<int> sizes = [];
        for (string? after = null, path = "api/v1/suppressions"; ; path = $"api/v1/suppressions?after={after}")
        {
            var page = (await operatorOfAll.GetAsync(path)).Results;
            sizes.Add(page["items"]!.AsArray().Count);
            listed.AddRange(page["items"]!.AsArray().Select(item => (string)item!["email"]!));
            ((string)page["items"]![0]!["reason"]!).Should().Be("spamReport");
            if ((after = (string?)page["next"]) is null)
            {
                break;
            }
        }

        listed.Should().Equal(addresses);
        sizes.Should().Equal(50, 50, 20);
        (await operatorOfAll.GetAsync("api/v1/suppressions?after=x")).ShouldBeError(HttpStatusCode.UnprocessableEntity, "ValidateError");
        (await operatorOfAll.DeleteAsync("api/v1/suppressions/x")).ShouldBeError(HttpStatusCode.UnprocessableEntity, "ValidateError");
    }

    private async Task SuppressAsync(OtpServer server, OtpCaller caller, string email, string type, string? bounce = null, bool alreadyMailed = false)
    {
        if (!alreadyMailed)
        {
            await caller.RequestCodeAsync();
        }

        await server.DeliverAsync();
        (await _sendGrid.PostAsync(server, _sendGrid.Report(server, await server.NewestDeliveryAsync(), type, email, bounce))).Status.Should().Be(HttpStatusCode.OK);
        if (!alreadyMailed)
        {
            server.Time.Advance(TimeSpan.FromSeconds(60));
        }
    }
}
