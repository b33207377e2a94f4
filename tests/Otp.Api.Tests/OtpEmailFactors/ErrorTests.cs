using System.Net;
using Otp.Api.Http;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

/// <summary>Every error of the google.rpc families that can be provoked, by the code of the domain's error or the bare status that it stands for.</summary>
public sealed class ErrorTests(SharedOtpServer shared) : IClassFixture<SharedOtpServer>
{
    private const string NotReady = "Multifactor OTP (OneTimePassword) isn't ready";
    private const string AlreadySetUp = "Multifactor OTP (OneTimePassword) is already set up";
    private const string DoesNotExist = "Multifactor OTP (OneTimePassword) doesn't exist";

    /// <summary>Not to be provoked from outside, or only elsewhere.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["EmailVerification.AlreadyVerified"] = "a code for a verified address is answered with success (rule 15), a guess as one without a code",
        ["User.PermissionDenied"] = "the same as 403",
        ["Recipient.Suppressed"] = "in SuppressionTests",
        ["Client.TooManyRequests"] = "in ClientLimitTests",
        ["429"] = "by extensions, whose errors are not in the list",
        ["500"] = "in FrameworkErrorTests",
        ["503"] = "in FrameworkErrorTests",
    };

    private static readonly Dictionary<string, Case> Table = new()
    {
        ["OtpEmailFactor.AlreadyExists, me"] = new(HttpStatusCode.Conflict, 6, "COMMAND-MKL2s", AlreadySetUp, async world =>
            await (await world.WithFactorAsync()).AddContactFactorAsync()),
        ["OtpEmailFactor.AlreadyExists, v2"] = new(HttpStatusCode.Conflict, 6, "COMMAND-MKL2s", AlreadySetUp, async world =>
            await (await world.WithFactorAsync()).PostAsync($"v2/users/{world.User}/otp_email", new { })),
        ["OtpEmailFactor.AlreadyExists, v2beta"] = new(HttpStatusCode.Conflict, 6, "COMMAND-MKL2s", AlreadySetUp, async world =>
            await (await world.WithFactorAsync()).PostAsync($"v2beta/users/{world.User}/otp_email")),
        ["OtpEmailFactor.AlreadyExists, v3alpha"] = new(HttpStatusCode.Conflict, 6, "COMMAND-MKL2s", AlreadySetUp, async world =>
            await (await world.WithFactorAsync()).AddFactorAsync(world.User, new { address = world.Address.ToUpperInvariant() })),
        ["OtpEmailFactor.AlreadyExists, v3alpha isVerified"] = new(HttpStatusCode.Conflict, 6, "COMMAND-MKL2s", AlreadySetUp, async world =>
        {
            await world.WithFactorAsync();
            return await world.Operator.AddFactorAsync(world.User, new { address = world.Address, isVerified = true });
        }),
        ["OtpEmailFactor.AlreadyExists, checked before not verified"] = new(HttpStatusCode.Conflict, 6, "COMMAND-MKL2s", AlreadySetUp, async world =>
        {
            var user = await world.WithFactorAsync();
            await user.SetEmailAsync($"new-{world.Address}").OkAsync();
            return await user.AddContactFactorAsync();
        }),
        ["OtpEmailFactor.AddressNotVerified, no address"] = new(HttpStatusCode.BadRequest, 9, "COMMAND-KLJ2d", NotReady, world => world.Caller.AddContactFactorAsync()),
        ["OtpEmailFactor.AddressNotVerified, v2"] = new(HttpStatusCode.BadRequest, 9, "COMMAND-KLJ2d", NotReady, async world =>
        {
            await world.Caller.SetEmailAsync(world.Address).OkAsync();
            return await world.Caller.PostAsync($"v2/users/{world.User}/otp_email");
        }),
        ["OtpEmailFactor.AddressNotVerified, v3alpha"] = new(HttpStatusCode.BadRequest, 9, "COMMAND-KLJ2d", NotReady, world => world.Caller.AddFactorAsync(world.User)),
        ["OtpEmailFactor.NotFound, me"] = new(HttpStatusCode.NotFound, 5, "COMMAND-b312D", DoesNotExist, world => world.Caller.RemoveContactFactorAsync()),
        ["OtpEmailFactor.NotFound, v2"] = new(HttpStatusCode.NotFound, 5, "COMMAND-b312D", DoesNotExist, world => world.Caller.DeleteAsync($"v2/users/{world.User}/otp_email")),
        ["OtpEmailFactor.NotFound, v2beta"] = new(HttpStatusCode.NotFound, 5, "COMMAND-b312D", DoesNotExist, world => world.Caller.DeleteAsync($"v2beta/users/{world.User}/otp_email")),
        ["OtpEmailFactor.NotFound, v3alpha"] = new(HttpStatusCode.NotFound, 5, "COMMAND-b312D", DoesNotExist, world => world.Caller.RemoveFactorAsync(world.User, Guid.Empty.ToString())),
        ["OtpEmailFactor.NotFound, checked before the code"] = new(HttpStatusCode.NotFound, 5, "COMMAND-b312D", DoesNotExist, world => world.Caller.VerifyFactorAsync(world.User, "x", "")),
        ["OtpEmailFactor.AlreadyReady"] = new(HttpStatusCode.BadRequest, 9, "COMMAND-qRd7y", null, async world =>
        {
            var (id, code) = await world.RegisteredAsync();
            await world.Caller.VerifyFactorAsync(world.User, id, code).OkAsync();
            return await world.Caller.VerifyFactorAsync(world.User, id, code);
        }),
        ["OtpEmailFactor.TooMany"] = new(HttpStatusCode.BadRequest, 9, "COMMAND-x9LmF", "A user can have at most 10 of Multifactor OTP (OneTimePassword)", async world =>
        {
            await world.Caller.AddContactFactorAsync();
            for (var number = 0; number < 10; number++)
            {
                await world.Operator.AddFactorAsync(world.User, new { address = $"{number}-{world.Address}", isVerified = number % 2 == 0, returnCode = number % 2 == 0 ? null : new { } }).OkAsync();
            }

            return await world.Caller.AddFactorAsync(world.User, new { address = world.Address });
        }),
        ["Passcode.Wrong, registration"] = new(HttpStatusCode.BadRequest, 3, "CODE-woT0xc", "Code is invalid", async world =>
        {
            var (id, code) = await world.RegisteredAsync();
            return await world.Caller.VerifyFactorAsync(world.User, id, FactorSteps.WrongFor(code).First());
        }),
        ["Passcode.Wrong, me"] = new(HttpStatusCode.BadRequest, 3, "CODE-woT0xc", "Code is invalid", world => world.GuessWrongAsync("auth/v1/users/me/email/_verify", "code")),
        ["Passcode.Wrong, v2"] = new(HttpStatusCode.BadRequest, 3, "CODE-woT0xc", "Code is invalid", world => world.GuessWrongAsync($"v2/users/{world.User}/email/verify", "verificationCode")),
        ["Passcode.Wrong, v3alpha"] = new(HttpStatusCode.BadRequest, 3, "CODE-woT0xc", "Code is invalid", world => world.GuessWrongAsync($"v3alpha/users/{world.User}/email/verify", "verificationCode")),
        ["Passcode.BadShape"] = new(HttpStatusCode.BadRequest, 3, "CODE-woT0xc", "Code is invalid", async world =>
        {
            var (id, code) = await world.RegisteredAsync();
            var answer = await world.Caller.VerifyFactorAsync(world.User, id, "1234567");
            (await world.Server.StoredFactorsAsync(world.User)).Budget.FailedAttempts.Should().Be(0);
            await world.Caller.VerifyFactorAsync(world.User, id, code).OkAsync();
            return answer;
        }),
        ["Passcode.Missing"] = new(HttpStatusCode.BadRequest, 3, "CODE-woT0xc", "Code is invalid", async world =>
        {
            var (id, code) = await world.RegisteredAsync();
            await world.Operator.UnlockAsync(world.User).OkAsync();
            return await world.Caller.VerifyFactorAsync(world.User, id, code);
        }),
        ["Passcode.Missing, verified already"] = new(HttpStatusCode.BadRequest, 3, "CODE-woT0xc", "Code is invalid", async world =>
        {
            var (_, code) = await world.Server.MailedAsync(world.Address, () => world.Caller.SetEmailAsync(world.Address));
            await world.Caller.VerifyEmailAsync(code).OkAsync();
            return await world.Caller.VerifyEmailAsync(code);
        }),
        ["Passcode.Empty, registration"] = new(HttpStatusCode.BadRequest, 3, "COMMAND-SJl2g", "Code is empty", async world =>
            await world.Caller.VerifyFactorAsync(world.User, (await world.RegisteredAsync()).Id, " - ")),
        ["Passcode.Empty, me"] = new(HttpStatusCode.BadRequest, 3, "COMMAND-SJl2g", "Code is empty", async world =>
        {
            await world.Caller.SetEmailAsync(world.Address).OkAsync();
            return await world.Caller.PostAsync("auth/v1/users/me/email/_verify", new { });
        }),
        ["Passcode.Expired, registration"] = new(HttpStatusCode.BadRequest, 9, "CODE-QvUQ4P", "Code is expired", async world =>
        {
            var (id, code) = await world.RegisteredAsync();
            world.Server.Time.Advance(TimeSpan.FromMinutes(15));
            return await world.Caller.VerifyFactorAsync(world.User, id, code);
        }),
        ["Passcode.Expired, v2"] = new(HttpStatusCode.BadRequest, 9, "CODE-QvUQ4P", "Code is expired", async world =>
        {
            var (_, code) = await world.Server.MailedAsync(world.Address, () => world.Caller.SetEmailAsync(world.Address));
            world.Server.Time.Advance(TimeSpan.FromMinutes(15));
            return await world.Caller.PostAsync($"v2/users/{world.User}/email/verify", new { verificationCode = code });
        }),
        ["Passcode.Locked"] = new(HttpStatusCode.TooManyRequests, 8, "COMMAND-S6h4R", "Too many attempts", async world =>
        {
            var (id, code) = await world.RegisteredAsync();
            foreach (var guess in FactorSteps.WrongFor(code).Take(5))
            {
                (await world.Caller.VerifyFactorAsync(world.User, id, guess)).ShouldBeRpcError(HttpStatusCode.BadRequest, 3, "CODE-woT0xc", "Code is invalid");
            }

            return await world.Caller.VerifyFactorAsync(world.User, id, code);
        }),
        ["Passcode.TooSoon, me"] = new(HttpStatusCode.TooManyRequests, 8, "COMMAND-tN4sQ", null, async world =>
        {
            await world.Caller.SetEmailAsync(world.Address).OkAsync();
            return await world.Caller.SetEmailAsync($"new-{world.Address}");
        }),
        ["Passcode.TooSoon, v3alpha"] = new(HttpStatusCode.TooManyRequests, 8, "COMMAND-tN4sQ", null, async world =>
        {
            await world.RegisteredAsync();
            return await world.Caller.AddFactorAsync(world.User, new { address = world.Address });
        }),
        ["EmailVerification.NotFound, me"] = new(HttpStatusCode.NotFound, 5, "COMMAND-2M9fs", "Cannot find matching verification status for user's email", world => world.Caller.MyEmailAsync()),
        ["EmailVerification.NotFound, v2"] = new(HttpStatusCode.NotFound, 5, "COMMAND-2M9fs", "Cannot find matching verification status for user's email", world =>
            world.Caller.PostAsync($"v2/users/{world.User}/email/resend")),
        ["EmailVerification.AddressUnchanged, me"] = new(HttpStatusCode.BadRequest, 9, "COMMAND-2b7fM", "Email not changed", async world =>
        {
            await world.Caller.SetEmailAsync(world.Address).OkAsync();
            return await world.Caller.SetEmailAsync(world.Address.ToUpperInvariant());
        }),
        ["EmailVerification.AddressUnchanged, v2"] = new(HttpStatusCode.BadRequest, 9, "COMMAND-2b7fM", "Email not changed", async world =>
        {
            // Once an operator can vouch for the address that is set; then there is nothing left to change.
            await world.Caller.SetEmailAsync(world.Address).OkAsync();
            await world.Operator.PostAsync($"v2/users/{world.User}/email", new { email = world.Address, isVerified = true }).OkAsync();
            return await world.Operator.PostAsync($"v2/users/{world.User}/email", new { email = world.Address, isVerified = true });
        }),
        ["EmailVerification.AddressOwnedByProvider, me"] = new(HttpStatusCode.BadRequest, 9, "COMMAND-pR5oW", null, world =>
            world.Server.As(world.User, world.Address).SetEmailAsync($"new-{world.Address}")),
        ["EmailVerification.AddressOwnedByProvider, v2"] = new(HttpStatusCode.BadRequest, 9, "COMMAND-pR5oW", null, async world =>
        {
            await world.Server.As(world.User, world.Address).RequestCodeAsync().OkAsync();
            return await world.Operator.PostAsync($"v2/users/{world.User}/email", new { email = $"new-{world.Address}", isVerified = true });
        }),
        ["EmailVerification.AddressOwnedByProvider, v3alpha"] = new(HttpStatusCode.BadRequest, 9, "COMMAND-pR5oW", null, async world =>
        {
            await world.Server.As(world.User, world.Address).RequestCodeAsync().OkAsync();
            return await world.Caller.PutAsync($"v3alpha/users/{world.User}/email", new { email = new { address = $"new-{world.Address}" } });
        }),
        ["User.NotFound, v2"] = new(HttpStatusCode.NotFound, 5, "COMMAND-ieJ2e", "User could not be found", world => world.Operator.PostAsync($"v2/users/{world.User}/otp_email")),
        ["User.NotFound, v2beta"] = new(HttpStatusCode.NotFound, 5, "COMMAND-ieJ2e", "User could not be found", world => world.Operator.DeleteAsync($"v2beta/users/{world.User}/otp_email")),
        ["User.NotFound, v3alpha"] = new(HttpStatusCode.NotFound, 5, "COMMAND-ieJ2e", "User could not be found", world =>
            world.Operator.AddFactorAsync(world.User, new { address = world.Address })),
        ["Request.Invalid, me"] = new(HttpStatusCode.BadRequest, 3, "REQUEST-v4LdM", "email must be one e-mail address", world => world.Caller.SetEmailAsync("Gigi <gigi@mouse.com>")),
        ["Request.Invalid, missing"] = new(HttpStatusCode.BadRequest, 3, "REQUEST-v4LdM", "email is required", world => world.Caller.PutAsync("auth/v1/users/me/email", new { })),
        ["Request.Invalid, v3alpha"] = new(HttpStatusCode.BadRequest, 3, "REQUEST-v4LdM", "email.address must be one e-mail address", world =>
            world.Caller.AddFactorAsync(world.User, new { address = "a@b.co,c@d.co" })),
        ["401, me"] = new(HttpStatusCode.Unauthorized, 16, "AUTH-7fs1e", "Token is invalid", world => world.Server.Anonymous().MyEmailAsync()),
        ["401, bad token"] = new(HttpStatusCode.Unauthorized, 16, "AUTH-7fs1e", "Token is invalid", world => new OtpCaller(world.Server.Client, "x.y.z").MyFactorsAsync()),
        ["403"] = new(HttpStatusCode.Forbidden, 7, "AUTH-HKJwe", "No matching permissions found", world => world.Caller.PostAsync("v2/users/somebody/otp_email")),
        ["403, returnCode"] = new(HttpStatusCode.Forbidden, 7, "AUTH-HKJwe", "No matching permissions found", world =>
            world.Caller.PostAsync($"v2/users/{world.User}/email", new { email = world.Address, returnCode = new { } })),
        ["400"] = new(HttpStatusCode.BadRequest, 3, "REQUEST-jS0nX", null, world => world.Caller.SendTextAsync(HttpMethod.Put, "auth/v1/users/me/email", "{")),
        ["404"] = new(HttpStatusCode.NotFound, 5, "REQUEST-nF04d", null, world => world.Caller.GetAsync("v2/nothing")),
        ["405"] = new(HttpStatusCode.MethodNotAllowed, 12, "REQUEST-mT05d", null, world => world.Caller.DeleteAsync("auth/v1/users/me/email")),
        ["406"] = new(HttpStatusCode.NotAcceptable, 3, "REQUEST-aC06t", null, async world =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "auth/v1/users/me/email");
            request.Headers.Accept.ParseAdd("text/html");
            return await world.Caller.SendAsync(request);
        }),
        ["413"] = new(HttpStatusCode.RequestEntityTooLarge, 3, "REQUEST-sZ13e", null, world =>
            world.Caller.SetEmailAsync(new string('a', 17_000))),
        ["415"] = new(HttpStatusCode.UnsupportedMediaType, 3, "REQUEST-mD15a", null, world =>
            world.Caller.SendTextAsync(HttpMethod.Put, "auth/v1/users/me/email", $$"""{"email":"{{world.Address}}"}""", "text/plain")),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Error_WhenProvoked_ShouldHaveItsCodeIdAndText(string name)
    {
        var expected = Table[name];
        var answer = await expected.Provoke(new World(shared.Server, shared.NewUser()));
        answer.ShouldBeRpcError(expected.Status, expected.Code, expected.Id, expected.Message);
    }

    [Fact]
    public async Task Error_WhenTheRecipientGetsTooManyMails_ShouldSayWhenToTryAgain()
    {
        await using var server = await OtpServer.StartAsync(Infrastructure.Persistence.DatabaseProvider.Sqlite);
        var victim = new { address = "victim@mouse.com" };
        for (var number = 0; number < 5; number++)
        {
            await server.As($"user-{number}").AddFactorAsync($"user-{number}", victim).OkAsync();
        }

        var refused = await server.As("user-5").AddFactorAsync("user-5", new { address = "victim+tag@mouse.com" });

        refused.ShouldBeRpcError(HttpStatusCode.TooManyRequests, 8, "COMMAND-hB8vW");
        (await server.As("user-5").MyFactorsAsync()).Status.Should().Be(HttpStatusCode.OK);
        (await server.As("user-5").PostAsync("v2/users/user-5/authentication_factors/_search")).Results["result"]!.AsArray().Should().BeEmpty("what is refused changes nothing");
        server.Time.Advance(refused.RetryAfter);
        await server.As("user-5").AddFactorAsync("user-5", victim).OkAsync();
    }

    [Fact]
    public void Errors_WhenListed_ShouldAllBeProvokedSomewhere()
    {
        var provoked = Table.Keys.Select(name => name.Split(',')[0]).Append("Recipient.TooManyMails").Concat(Elsewhere.Keys);
        GoogleRpcErrorFamily.Errors.Keys.Except(provoked).Should().BeEmpty("a new error needs a row here");
        provoked.Distinct().Except(GoogleRpcErrorFamily.Errors.Keys).Should().BeEmpty();
    }

    private sealed record Case(HttpStatusCode Status, int Code, string Id, string? Message, Func<World, Task<OtpAnswer>> Provoke);

    private sealed record World(OtpServer Server, string User)
    {
        public string Address => $"{User}@mouse.com";

        public OtpCaller Caller => Server.As(User);

        public OtpCaller Operator => Server.AsOperator();

        public Task<OtpCaller> WithFactorAsync() => Server.AsUserWithFactorAsync(User, Address);

        public async Task<(string Id, string Code)> RegisteredAsync()
        {
            var (added, code) = await Server.MailedAsync(Address, () => Caller.AddFactorAsync(User, new { address = Address }));
            return (added.Result("otpEmailId"), code);
        }

        public async Task<OtpAnswer> GuessWrongAsync(string route, string member)
        {
            var (_, code) = await Server.MailedAsync(Address, () => Caller.SetEmailAsync(Address));
            var answer = await Caller.PostAsync(route, new Dictionary<string, string> { [member] = FactorSteps.WrongFor(code).First() });
            (await Server.StoredVerificationAsync(User))!.Budget.FailedAttempts.Should().Be(1);
            return answer;
        }
    }
}
