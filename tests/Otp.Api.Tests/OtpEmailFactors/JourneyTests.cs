using System.Net;
using System.Text.Json.Nodes;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

public sealed class JourneyTests
{
    private const string User = "gigi";
    private const string Address = "gigi@mouse.com";
    private const string OtherAddress = "gigi@second.example";
    private const string NewAddress = "gigi@new.example";
    private const string AddressChanged = "Your email address was changed";
    private const string FactorAdded = "A second factor was added";
    private const string FactorRemoved = "A second factor was removed";

    private static readonly string[] ReadyOrRemoved = ["AUTH_FACTOR_STATE_READY", "AUTH_FACTOR_STATE_REMOVED"];

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-25")]
    public async Task ContactFactor_WhenAddressIsVerified_ShouldBeAddedAndProven(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);

        var (set, code) = await server.MailedAsync(Address, () => gigi.SetEmailAsync(Address));
        set.Results.Select(member => member.Key).Should().Equal("details");
        (await gigi.MyEmailAsync()).Results["email"]!.ToJsonString().Should().Be($$"""{"email":"{{Address}}","isEmailVerified":false}""");
        await gigi.VerifyEmailAsync(code).OkAsync();
        (await gigi.MyEmailAsync()).Results["email"]!.ToJsonString().Should().Be($$"""{"email":"{{Address}}","isEmailVerified":true}""");
        (await gigi.MyFactorsAsync()).Results.ToJsonString().Should().Be("""{"result":[]}""");

        var (added, notices) = await server.NewMailsAsync(Address, gigi.AddContactFactorAsync);
        added.Results["details"]!.AsObject().Select(member => member.Key).Should().BeEquivalentTo("sequence", "creationDate", "changeDate", "resourceOwner");
        added.Results["details"]!["sequence"]!.GetValueKind().Should().Be(System.Text.Json.JsonValueKind.String);
        ((string)added.Results["details"]!["resourceOwner"]!).Should().Be("default");
        notices.Select(mail => (mail.Subject, mail.Passcode)).Should().Equal((FactorAdded, null));
        (await gigi.MyFactorsAsync()).Results.ToJsonString().Should().Be("""{"result":[{"state":"AUTH_FACTOR_STATE_READY","otpEmail":{}}]}""");
        (await gigi.GetAsync($"v2/users/{User}/authentication_methods")).Results.ToJsonString()
            .Should().Be("""{"details":{"totalResult":"1"},"authMethodTypes":["AUTHENTICATION_METHOD_TYPE_OTP_EMAIL"]}""");

        var (created, mails) = await server.NewMailsAsync(Address, () => gigi.CreateChallengeAsync());
        mails.Should().ContainSingle().Which.Subject.Should().Be("Your sign-in code");
        var id = created.Result("challengeId");
        var verified = await gigi.VerifyChallengeAsync(id, mails[0].Passcode!).OkAsync();
        verified.IsVerified.Should().BeTrue();
        (await gigi.ChallengeAsync(id)).IsVerified.Should().BeTrue();
        (await gigi.VerifyChallengeAsync(id, mails[0].Passcode!)).Status.Should().Be(HttpStatusCode.Conflict);
    }

    [Theory, BothDatabases]
    public async Task Factor_WhenAddedAtAnotherAddress_ShouldBeReadyOnlyAfterItsCode(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);
        await server.VerifyAddressAsync(gigi, Address);

        var (added, code) = await server.MailedAsync(OtherAddress, () => gigi.AddFactorAsync(User, new { address = OtherAddress, sendCode = new { } }));
        added.Results.Select(member => member.Key).Should().BeEquivalentTo("details", "otpEmailId");
        var id = added.Result("otpEmailId");
        code.Should().MatchRegex("^[0-9]{8}$");
        FactorSteps.StatesOf(await gigi.MyFactorsAsync()).Should().BeEmpty("only those that are ready are listed");
        FactorSteps.StatesOf(await gigi.PostAsync($"v2/users/{User}/authentication_factors/_search")).Should().Equal("AUTH_FACTOR_STATE_NOT_READY");
        (await gigi.CreateChallengeAsync()).Status.Should().Be(HttpStatusCode.NotFound, "no factor is ready");
        (await gigi.CreateChallengeAsync(new { otpEmailId = id })).Status.Should().Be(HttpStatusCode.NotFound);

        var (verified, notices) = await server.NewMailsAsync(Address, () => gigi.VerifyFactorAsync(User, id, code));
        verified.Results.Select(member => member.Key).Should().Equal("details");
        notices.Should().ContainSingle().Which.Subject.Should().Be(FactorAdded);
        (await server.MailsToAsync(OtherAddress)).Should().ContainSingle("the notice goes to the verified address of the user");

        var (challenge, challengeCode) = await server.ChallengedAsync(gigi, OtherAddress);
        (await gigi.ChallengeAsync(challenge)).Result("otpEmailId").Should().Be(id, "there is no contact factor, and it is the oldest");
        (await gigi.VerifyChallengeAsync(challenge, challengeCode)).IsVerified.Should().BeTrue();

        await gigi.AddContactFactorAsync().OkAsync();
        var (_, contact) = (await server.ChallengedAsync(gigi, Address)).ToTuple();
        contact.Should().NotBeNull("where none is named it is the contact factor's turn");
        (await server.ChallengedAsync(gigi, OtherAddress, new { otpEmailId = id })).Code.Should().NotBeNull();
        FactorSteps.StatesOf(await gigi.MyFactorsAsync()).Should().Equal("AUTH_FACTOR_STATE_READY", "AUTH_FACTOR_STATE_READY");
    }

    [Theory, BothDatabases]
    public async Task Factor_WhenNoAddressIsNamed_ShouldStandAtTheVerifiedOne(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);
        (await gigi.AddFactorAsync(User)).RpcId.Should().Be("COMMAND-KLJ2d");
        await server.VerifyAddressAsync(gigi, Address);

        var (added, code) = await server.MailedAsync(Address, () => gigi.AddFactorAsync(User));
        await gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), code).OkAsync();

        (await gigi.AddContactFactorAsync()).RpcId.Should().Be("COMMAND-MKL2s");
        (await gigi.AddFactorAsync(User)).RpcId.Should().Be("COMMAND-MKL2s");
    }

    [Theory, BothDatabases]
    public async Task ContactFactor_WhenOneIsNotReadyThere_ShouldKeepItsId(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);
        await server.VerifyAddressAsync(gigi, Address);
        var (added, code) = await server.MailedAsync(Address, () => gigi.AddFactorAsync(User, new { address = "GIGI@Mouse.com" }));

        await gigi.AddContactFactorAsync().OkAsync();

        var (challenge, _) = await server.ChallengedAsync(gigi, Address);
        (await gigi.ChallengeAsync(challenge)).Result("otpEmailId").Should().Be(added.Result("otpEmailId"));
        (await gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), code)).RpcId.Should().Be("COMMAND-qRd7y");
        (await server.StoredFactorsAsync(User)).Factors.Should().ContainSingle();
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-25")]
    public async Task ContactFactor_WhenAddressChanges_ShouldFollowOnceTheNewOneIsVerified(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var (first, firstCode) = await server.ChallengedAsync(gigi, Address);
        var id = (await gigi.ChallengeAsync(first)).Result("otpEmailId");

        var (_, oldMails) = await server.NewMailsAsync(Address, () => gigi.SetEmailAsync(NewAddress));
        oldMails.Select(mail => (mail.Subject, mail.Passcode)).Should().Equal((AddressChanged, null));
        var code = await server.CodeToAsync(NewAddress);
        (await gigi.AddContactFactorAsync()).RpcId.Should().Be("COMMAND-MKL2s", "the contact factor stands at the last verified address");
        FactorSteps.StatesOf(await gigi.MyFactorsAsync()).Should().Equal("AUTH_FACTOR_STATE_READY");
        var (between, betweenCode) = await server.ChallengedAsync(gigi, Address);
        (await gigi.ChallengeAsync(between)).Result("otpEmailId").Should().Be(id);
        (await gigi.VerifyChallengeAsync(between, betweenCode)).IsVerified.Should().BeTrue();

        await gigi.VerifyEmailAsync(code).OkAsync();
        (await gigi.VerifyChallengeAsync(first, firstCode)).Status.Should().Be(HttpStatusCode.NotFound, "its code went to the old address");
        var (after, afterCode) = await server.ChallengedAsync(gigi, NewAddress);
        (await gigi.ChallengeAsync(after)).Result("otpEmailId").Should().Be(id);
        (await gigi.VerifyChallengeAsync(after, afterCode)).IsVerified.Should().BeTrue();

        var (_, notices) = await server.NewMailsAsync(NewAddress, gigi.RemoveContactFactorAsync);
        notices.Should().ContainSingle().Which.Subject.Should().Be(FactorRemoved);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-25")]
    public async Task ContactFactor_WhenAnotherStandsAtTheNewAddress_ShouldGiveWay(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var (added, factorCode) = await server.MailedAsync(NewAddress, () => gigi.AddFactorAsync(User, new { address = NewAddress }));
        await gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), factorCode).OkAsync();
        server.Time.Advance(TimeSpan.FromSeconds(1));
        var (_, code) = await server.MailedAsync(NewAddress, () => gigi.SetEmailAsync(NewAddress));

        var (_, notices) = await server.NewMailsAsync(NewAddress, () => gigi.VerifyEmailAsync(code));

        notices.Should().ContainSingle().Which.Subject.Should().Be(FactorRemoved);
        FactorSteps.StatesOf(await gigi.PostAsync($"v2/users/{User}/authentication_factors/_search", new { states = ReadyOrRemoved }))
            .Should().BeEquivalentTo(ReadyOrRemoved);
        var (challenge, _) = await server.ChallengedAsync(gigi, NewAddress);
        (await gigi.ChallengeAsync(challenge)).Result("otpEmailId").Should().Be(added.Result("otpEmailId"));
    }

    [Theory, BothDatabases]
    public async Task ContactFactor_WhenTheTokenNamesAnotherAddress_ShouldStayUntilThatIsVerified(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User, Address);
        await gigi.RequestCodeAsync().OkAsync();
        await gigi.VerifyAsync(await server.CodeToAsync(Address)).OkAsync();
        await gigi.AddContactFactorAsync().OkAsync();
        server.Time.Advance(TimeSpan.FromSeconds(1));

        var moved = server.As(User, NewAddress);
        var (_, mails) = await server.NewMailsAsync(Address, () => moved.CreateChallengeAsync());
        mails.Select(mail => mail.Subject).Should().BeEquivalentTo(AddressChanged, "Your sign-in code");
        (await server.MailsToAsync(NewAddress)).Should().BeEmpty("nobody asked for a mail to it");

        await moved.RequestCodeAsync().OkAsync();
        await moved.VerifyAsync(await server.CodeToAsync(NewAddress)).OkAsync();
        (await server.ChallengedAsync(moved, NewAddress)).Code.Should().NotBeNull();
    }

    [Theory, BothDatabases]
    public async Task SetEmail_WhenAnOperatorDoesIt_ShouldSendReturnOrTrust(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);
        await gigi.AddContactFactorAsync();
        var admin = server.AsOperator();
        const string Path = $"v2/users/{User}/email";

        var (sent, code) = await server.MailedAsync(Address, () => admin.PostAsync(Path, new { email = Address, sendCode = new { } }));
        sent.Results.Select(member => member.Key).Should().Equal("details");
        await gigi.PostAsync($"{Path}/verify", new { verificationCode = code }).OkAsync();
        (await IsVerifiedAsync(gigi)).Should().BeTrue();

        var returned = await admin.PostAsync(Path, new { email = NewAddress, returnCode = new { } }).OkAsync();
        (await server.MailsToAsync(NewAddress)).Should().BeEmpty();
        (await IsVerifiedAsync(gigi)).Should().BeFalse();
        await admin.PostAsync($"{Path}/verify", new { verificationCode = returned.Result("verificationCode") }).OkAsync();
        (await IsVerifiedAsync(gigi)).Should().BeTrue();

        var trusted = await admin.PostAsync(Path, new { email = OtherAddress, isVerified = true }).OkAsync();
        trusted.Results.Select(member => member.Key).Should().Equal("details");
        (await gigi.MyEmailAsync()).Results["email"]!.ToJsonString().Should().Be($$"""{"email":"{{OtherAddress}}","isEmailVerified":true}""");
        (await server.MailsToAsync(OtherAddress)).Should().BeEmpty();
        (await server.MailsToAsync(NewAddress)).Should().ContainSingle().Which.Subject.Should().Be(AddressChanged);
    }

    [Theory, BothDatabases]
    public async Task SetContactEmail_WhenResentByEveryRoute_ShouldVerifyWithTheNewestCodeAlone(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);
        var (_, oldest) = await server.MailedAsync(
            Address, () => gigi.PutAsync($"v3alpha/users/{User}/email", new { email = new { address = Address } }));
        var newest = oldest;
        foreach (var route in new[] { $"v2/users/{User}/email/resend", $"v2/users/{User}/email/send", $"v3alpha/users/{User}/email/resend", "auth/v1/users/me/email/_resend_verification" })
        {
            var tooSoon = await gigi.PostAsync(route);
            tooSoon.RpcId.Should().Be("COMMAND-tN4sQ");
            server.Time.Advance(tooSoon.RetryAfter);
            (_, newest) = await server.MailedAsync(Address, () => gigi.PostAsync(route));
        }

        (await gigi.PostAsync($"v3alpha/users/{User}/email/verify", new { verificationCode = oldest })).RpcId.Should().Be("CODE-woT0xc");
        await gigi.PostAsync($"v3alpha/users/{User}/email/verify", new { verificationCode = newest }).OkAsync();
        (await IsVerifiedAsync(gigi)).Should().BeTrue();
        foreach (var route in new[] { $"v2/users/{User}/email/resend", $"v3alpha/users/{User}/email/resend", "auth/v1/users/me/email/_resend_verification" })
        {
            (await server.NewMailsAsync(Address, () => gigi.PostAsync(route))).Mails.Should().BeEmpty("there is nothing to prove (rule 15)");
        }
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-04")]
    public async Task Remove_WhenAChallengeIsOpen_ShouldKillItAndKeepTheBudget(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        var (id, code) = await server.ChallengedAsync(gigi, Address);
        foreach (var guess in FactorSteps.WrongFor(code).Take(3))
        {
            (await gigi.VerifyChallengeAsync(id, guess)).ErrorName.Should().Be("InvalidPasscodeError");
        }

        var (removed, notices) = await server.NewMailsAsync(Address, gigi.RemoveContactFactorAsync);
        removed.Results["details"]!.AsObject().ContainsKey("changeDate").Should().BeTrue();
        notices.Should().ContainSingle().Which.Subject.Should().Be(FactorRemoved);
        foreach (var dead in new[] { await gigi.ChallengeAsync(id), await gigi.VerifyChallengeAsync(id, code), await gigi.ResendChallengeAsync(id), await gigi.CreateChallengeAsync() })
        {
            dead.Status.Should().Be(HttpStatusCode.NotFound);
            dead.ErrorName.Should().Be("NotFoundError");
        }

        (await gigi.RemoveContactFactorAsync()).RpcId.Should().Be("COMMAND-b312D");
        FactorSteps.StatesOf(await gigi.MyFactorsAsync()).Should().BeEmpty();
        (await gigi.GetAsync($"v2/users/{User}/authentication_methods")).Results.ToJsonString().Should().Be("""{"details":{"totalResult":"0"},"authMethodTypes":[]}""");

        await gigi.AddContactFactorAsync().OkAsync();
        var (again, _) = await server.ChallengedAsync(gigi, Address);
        var status = await gigi.ChallengeAsync(again);
        ((int)status.Results["numberOfAttempts"]!).Should().Be(3);
        (await gigi.VerifyChallengeAsync(id, code)).Status.Should().Be(HttpStatusCode.NotFound, "the challenge belonged to the factor that was removed");
    }

    [Theory, BothDatabases]
    public async Task Remove_WhenTheFactorIsNotReady_ShouldKillItsCode(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);
        await server.VerifyAddressAsync(gigi, Address);
        var (added, code) = await server.MailedAsync(OtherAddress, () => gigi.AddFactorAsync(User, new { address = OtherAddress }));
        var id = added.Result("otpEmailId");

        await gigi.RemoveFactorAsync(User, id).OkAsync();

        (await gigi.VerifyFactorAsync(User, id, code)).RpcId.Should().Be("COMMAND-b312D");
        (await gigi.RemoveFactorAsync(User, id)).RpcId.Should().Be("COMMAND-b312D");
        server.Time.Advance(TimeSpan.FromSeconds(1));
        var (again, newCode) = await server.MailedAsync(OtherAddress, () => gigi.AddFactorAsync(User, new { address = OtherAddress }));
        again.Result("otpEmailId").Should().NotBe(id);
        (await gigi.VerifyFactorAsync(User, again.Result("otpEmailId"), code)).RpcId.Should().Be("CODE-woT0xc");
        await gigi.VerifyFactorAsync(User, again.Result("otpEmailId"), newCode).OkAsync();
    }

    [Theory, BothDatabases]
    public async Task AddFactor_WhenRepeatedBeforeItIsReady_ShouldReplaceTheCodeAndKeepTheId(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);
        var (added, oldCode) = await server.MailedAsync(OtherAddress, () => gigi.AddFactorAsync(User, new { address = OtherAddress }));
        var tooSoon = await gigi.AddFactorAsync(User, new { address = OtherAddress });
        tooSoon.RpcId.Should().Be("COMMAND-tN4sQ");
        server.Time.Advance(tooSoon.RetryAfter);

        var (again, newCode) = await server.MailedAsync(OtherAddress, () => gigi.AddFactorAsync(User, new { address = OtherAddress }));

        var id = added.Result("otpEmailId");
        again.Result("otpEmailId").Should().Be(id);
        (await gigi.VerifyFactorAsync(User, id, oldCode)).RpcId.Should().Be("CODE-woT0xc");
        await gigi.VerifyFactorAsync(User, id, newCode).OkAsync();
    }

    [Theory, BothDatabases]
    public async Task AddFactor_WhenAnOperatorVouches_ShouldBeReadyAtOnce(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = server.As(User);
        await server.VerifyAddressAsync(gigi, Address);
        var admin = server.AsOperator();

        var (trusted, notices) = await server.NewMailsAsync(Address, () => admin.AddFactorAsync(User, new { address = OtherAddress, isVerified = true }));
        notices.Should().ContainSingle().Which.Subject.Should().Be(FactorAdded);
        var challenge = await admin.CreateChallengeOfAsync(User, new { otpEmailId = trusted.Result("otpEmailId"), returnCode = new { } }).OkAsync();
        (await admin.PostAsync($"api/v1/users/{User}/otp_email/challenges/{challenge.Result("challengeId")}/verify", new { passcode = challenge.Result("passcode") })).IsVerified.Should().BeTrue();

        var returned = await admin.AddFactorAsync(User, new { address = NewAddress, returnCode = new { } }).OkAsync();
        await gigi.VerifyFactorAsync(User, returned.Result("otpEmailId"), returned.Result("verificationCode")).OkAsync();
        (await server.MailsToAsync(NewAddress)).Should().BeEmpty();
        (await server.MailsToAsync(OtherAddress)).Should().BeEmpty();
    }

    [Theory, BothDatabases]
    public async Task Mail_WhenItCarriesACode_ShouldGreetTheUserAndSayHowLongTheCodeLives(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new()
        {
            ["Passcodes:EmailVerification:Lifetime"] = "00:11:00",
            ["Passcodes:FactorRegistration:Lifetime"] = "00:12:00",
            ["Passcodes:LoginChallenge:Lifetime"] = "00:07:00",
        });
        var gigi = server.As(User, null, ("name", "Gigi Giraffe"));

        var (_, verification) = await server.NewMailsAsync(Address, () => gigi.SetEmailAsync(Address));
        await gigi.VerifyEmailAsync(verification.Single().Passcode!).OkAsync();
        await gigi.AddContactFactorAsync().OkAsync();
        var (_, registration) = await server.NewMailsAsync(OtherAddress, () => gigi.AddFactorAsync(User, new { address = OtherAddress }));
        var (_, challenge) = await server.NewMailsAsync(Address, () => gigi.CreateChallengeAsync());

        foreach (var (mails, lifetime) in new[] { (verification, "11 minutes"), (registration, "12 minutes"), (challenge, "7 minutes") })
        {
            var mail = mails.Single(mail => mail.Passcode is not null);
            mail.Text.Should().StartWith("Hello Gigi Giraffe,").And.Contain($"valid for {lifetime} ");
            mail.Html.Should().Contain("Hello Gigi Giraffe,").And.Contain(lifetime);
        }
    }

    [Theory, BothDatabases]
    [Trait("Rule", "3")]
    public async Task Code_WhenEachPurposeHasAnotherLength_ShouldBeJudgedByItsOwn(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new()
        {
            ["Passcodes:EmailVerification:Length"] = "7",
            ["Passcodes:FactorRegistration:Length"] = "9",
            ["Passcodes:LoginChallenge:Length"] = "10",
        });
        var gigi = server.As(User);

        var (_, verification) = await server.MailedAsync(Address, () => gigi.SetEmailAsync(Address));
        verification.Should().HaveLength(7);
        (await gigi.VerifyEmailAsync("123456789")).RpcId.Should().Be("CODE-woT0xc");
        (await gigi.VerifyAsync("1234567890")).Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        (await server.StoredVerificationAsync(User))!.Budget.FailedAttempts.Should().Be(0, "a badly shaped guess does not count");
        await gigi.VerifyEmailAsync(verification).OkAsync();
        await gigi.AddContactFactorAsync().OkAsync();

        var (added, registration) = await server.MailedAsync(OtherAddress, () => gigi.AddFactorAsync(User, new { address = OtherAddress }));
        registration.Should().HaveLength(9);
        (await gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), "1234567890")).RpcId.Should().Be("CODE-woT0xc");
        var (id, challenge) = await server.ChallengedAsync(gigi, Address);
        challenge.Should().HaveLength(10);
        (await gigi.VerifyChallengeAsync(id, registration)).Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        (await server.StoredFactorsAsync(User)).Budget.FailedAttempts.Should().Be(0);
        await gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), registration).OkAsync();
        (await gigi.VerifyChallengeAsync(id, challenge)).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    public async Task Delivery_WhenMailsGoTheirWay_ShouldSayWhereTheyAre(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var gigi = await server.AsUserWithFactorAsync(User, Address);
        await server.DeliverAsync();

        var sent = await gigi.CreateChallengeAsync().OkAsync();
        StateOf(sent).Should().Be("queued");
        server.Time.Advance(TimeSpan.FromSeconds(2));
        await server.DeliverAsync();
        var read = await gigi.ChallengeAsync(sent.Result("challengeId"));
        StateOf(read).Should().Be("sent");
        ((string)read.Results["delivery"]!["changedAt"]!).Should().Be("2026-01-01T00:00:02.000Z");

        var expiring = await gigi.CreateChallengeAsync().OkAsync();
        server.Time.Advance(TimeSpan.FromMinutes(5));
        await server.DeliverAsync();
        StateOf(await gigi.ChallengeAsync(expiring.Result("challengeId"))).Should().Be("expired");

        var killed = await gigi.CreateChallengeAsync().OkAsync();
        await server.AsOperator().UnlockAsync(User).OkAsync();
        await server.DeliverAsync();
        StateOf(await gigi.ChallengeAsync(killed.Result("challengeId"))).Should().Be("superseded");
    }

    private static string StateOf(OtpAnswer challenge) => (string)challenge.Results["delivery"]!["state"]!;

    private static async Task<bool> IsVerifiedAsync(OtpCaller user) => (bool)(JsonNode)(await user.MyEmailAsync().OkAsync()).Results["email"]!["isEmailVerified"]!;
}
