using System.Net;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.EmailVerifications;

/// <summary>What counts as a guess, and what becomes of it.</summary>
public sealed class GuessTests
{
    private const string Address = "ada@example.com";
    private const string Status = "api/v1/user/me/email/status";

    private static readonly string[] Spellings = ["{0} {1}", "{0}-{1}", " {0}{1} ", "\t{0}{1}\r\n", "\u00a0{0}\u2009{1}\u3000", "- {0} - {1} -"];

    [Theory]
    [BothDatabases("x")]
    [BothDatabases("-")]
    [BothDatabases(" ")]
    [BothDatabases("\t")]
    [BothDatabases("\u00a0\u2003")]
    [BothDatabases("12345")]
    [BothDatabases("1234567")]
    [BothDatabases("١٢٣٤٥٦")]
    [BothDatabases("１２３４５６")]
    [BothDatabases("123\0456")]
    [BothDatabases("' OR 1=1 --")]
    [BothDatabases("😀")]
    [Trait("Rule", "3")]
    public async Task GuessByGet_WhenItHasAnyShape_ShouldCount(DatabaseProvider provider, string guess)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();

        var answer = await ada.GuessAsync(guess);

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.IsVerified.Should().BeFalse();
        answer.Attempts.Should().Be(1);
    }

    [Theory, BothDatabases]
    [Trait("Rule", "3")]
    public async Task GuessByGet_WhenEmptyOrTooLong_ShouldBeIgnored(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync(Address);

        foreach (var query in new[] { "passcode=", "passcode", $"passcode={new string('1', 201)}", $"passcode={new string(' ', 195)}{code}", "other=1", $"passcodes={code}" })
        {
            var answer = await ada.SendAsync(HttpMethod.Get, $"{Status}?{query.Replace(" ", "%20", StringComparison.Ordinal)}");
            answer.Status.Should().Be(HttpStatusCode.OK);
            answer.Attempts.Should().Be(0);
        }

        (await ada.GuessAsync(new string('1', 200))).Attempts.Should().Be(1, "200 characters are a guess");
    }

    [Theory, BothDatabases]
    [Trait("Rule", "3")]
    public async Task Guess_WhenRightWithSpacesAndHyphens_ShouldSucceed(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        foreach (var (number, spelling) in Spellings.Index())
        {
            foreach (var byGet in new[] { true, false })
            {
                var address = $"user-{number}-{byGet}@example.com";
                var user = server.As(address, address);
                await user.RequestCodeAsync();
                var code = await server.CodeToAsync(address);
                var guess = spelling.Replace("{0}", code[..3], StringComparison.Ordinal).Replace("{1}", code[3..], StringComparison.Ordinal);

                var answer = byGet ? await user.GuessAsync(guess) : await user.VerifyAsync(guess);

                answer.Status.Should().Be(HttpStatusCode.OK);
                answer.IsVerified.Should().BeTrue($"'{spelling}' is only a spelling");
            }
        }
    }

    [Theory, BothDatabases]
    [Trait("Rule", "3")]
    public async Task Guess_WhenLettersAreSmall_ShouldSucceed(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new()
        {
            ["Passcodes:EmailVerification:Alphabet"] = "Alphanumeric",
            ["Passcodes:EmailVerification:Length"] = "12",
        });
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync(Address);
        code.Should().MatchRegex("^[0-9A-Z]{12}$");

        (await ada.VerifyAsync(code.ToLowerInvariant())).IsVerified.Should().BeTrue();
    }

    [Theory]
    [BothDatabases(true)]
    [BothDatabases(false)]
    [Trait("Rule", "5")]
    [Trait("Rule", "24")]
    public async Task Guess_WhenTheCodeIsExpired_ShouldFailAndNotCount(DatabaseProvider provider, bool byGet)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync(Address);
        server.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        await GuessAsync(ada, Guesses.Except(code).First(), byGet);
        ((bool)(await ada.StatusAsync()).Results["otp"]!["isExpired"]!).Should().BeFalse();
        server.Time.Advance(TimeSpan.FromMilliseconds(1));

        foreach (var guess in new[] { code, Guesses.Except(code).First() })
        {
            var answer = await GuessAsync(ada, guess, byGet);

            answer.Status.Should().Be(HttpStatusCode.OK);
            answer.IsVerified.Should().BeFalse();
            answer.Attempts.Should().Be(1);
            ((bool)answer.Results["otp"]!["isExpired"]!).Should().BeTrue();
            ((bool)answer.Results["otp"]!["isMaxAttempts"]!).Should().BeFalse();
        }
    }

    [Theory]
    [BothDatabases(true)]
    [BothDatabases(false)]
    [Trait("Rule", "6")]
    [Trait("Rule", "9")]
    [Trait("Rule", "24")]
    [Trait("Requirement", "SEC-05")]
    public async Task Guess_WhenTheBudgetIsUsedUp_ShouldLockAndRefuseTheRightCode(DatabaseProvider provider, bool byGet)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync(Address);
        foreach (var (index, guess) in Guesses.Except(code).Take(5).Index())
        {
            var answer = await GuessAsync(ada, guess, byGet);
            answer.Status.Should().Be(HttpStatusCode.OK, "also the guess that exhausts the budget is answered as wrong");
            answer.Attempts.Should().Be(index + 1);
            ((bool)answer.Results["otp"]!["isMaxAttempts"]!).Should().Be(index == 4);
            answer.Results.ContainsKey("lockedUntil").Should().Be(index == 4);
        }

        foreach (var guess in new[] { code, Guesses.Except(code).Last(), code })
        {
            var answer = await GuessAsync(ada, guess, byGet);
            answer.Status.Should().Be(HttpStatusCode.OK);
            answer.IsVerified.Should().BeFalse();
            answer.Attempts.Should().Be(5);
            ((string)answer.Results["lockedUntil"]!).Should().Be("2026-01-01T00:15:00.000Z");
        }

        server.Time.Advance(TimeSpan.FromMinutes(15));
        var after = await GuessAsync(ada, code, byGet);
        after.IsVerified.Should().BeFalse("the end of a lock does not bring a code back");
        after.Results.ContainsKey("lockedUntil").Should().BeFalse();

        (await ada.RequestCodeAsync()).Attempts.Should().Be(0);
        (await GuessAsync(ada, await server.CodeToAsync(Address), byGet)).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    [Trait("Rule", "9")]
    [Trait("Requirement", "SEC-05")]
    public async Task Guess_WhenLocksFollowEachOther_ShouldDoubleThemAndEndTheSeriesWithASuccess(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        foreach (var minutes in new[] { 15, 30, 60 })
        {
            (await LockAsync(server, Address)).Should().Be(TimeSpan.FromMinutes(minutes));
            server.Time.Advance(TimeSpan.FromMinutes(minutes));
        }

        var ada = server.As("ada", Address);
        await ada.VerifyAddressAsync(server, Address);
        server.Time.Advance(TimeSpan.FromMinutes(1));

        (await LockAsync(server, "new@example.com")).Should().Be(TimeSpan.FromMinutes(15));
    }

    [Theory, BothDatabases]
    [Trait("Rule", "24")]
    public async Task Guess_WhenThereIsNoCode_ShouldAnswerWithoutOneAndNotCount(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);

        foreach (var answer in new[] { await ada.GuessAsync("000000"), await ada.VerifyAsync("000000") })
        {
            answer.Status.Should().Be(HttpStatusCode.OK);
            answer.IsVerified.Should().BeFalse();
            answer.Results.ContainsKey("otp").Should().BeFalse();
        }

        (await ada.RequestCodeAsync()).Attempts.Should().Be(0);
    }

    [Theory, BothDatabases]
    [Trait("Rule", "4")]
    [Trait("Rule", "24")]
    public async Task Guess_WhenVerifiedAlready_ShouldAnswerVerifiedWhateverIsGuessed(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        var code = await ada.VerifyAddressAsync(server, Address);
        var sequence = await server.Database.ReadNumberAsync("SELECT sequence FROM email_verifications");

        foreach (var answer in new[] { await ada.VerifyAsync(code), await ada.GuessAsync(code), await ada.GuessAsync("wrong") })
        {
            answer.Status.Should().Be(HttpStatusCode.OK);
            answer.IsVerified.Should().BeTrue();
            answer.Results.ContainsKey("otp").Should().BeFalse();
        }

        (await server.Database.ReadNumberAsync("SELECT sequence FROM email_verifications")).Should().Be(sequence);
    }

    [Theory, BothDatabases]
    [Trait("Rule", "7")]
    public async Task Guess_WhenTheCodeWasReplaced_ShouldFailAndCount(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        var old = await server.CodeToAsync(Address);
        server.Time.Advance(TimeSpan.FromMinutes(1));
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync(Address);
        old.Should().NotBe(code, "this fails once in a million runs");

        var answer = await ada.VerifyAsync(old);

        answer.IsVerified.Should().BeFalse();
        answer.Attempts.Should().Be(1);
        (await ada.VerifyAsync(code)).IsVerified.Should().BeTrue();
    }

    [Theory]
    [BothDatabases("resend")]
    [BothDatabases("expiry")]
    [BothDatabases("address")]
    [Trait("Rule", "7")]
    [Trait("Rule", "10")]
    [Trait("Requirement", "SEC-04")]
    public async Task Guess_WhenACodeIsRequestedAgain_ShouldNotHaveMoreAttempts(DatabaseProvider provider, string how)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        (await ada.GuessWrongAsync(await server.CodeToAsync(Address), 4)).Attempts.Should().Be(4);

        server.Time.Advance(how == "expiry" ? TimeSpan.FromMinutes(15) : TimeSpan.FromMinutes(1));
        if (how == "address")
        {
            (await server.As("ada", "other@example.com").RequestCodeAsync()).Attempts.Should().Be(4);
            server.Time.Advance(TimeSpan.FromMinutes(1));
        }

        // Issued now, so that its address is the newest.
        ada = server.As("ada", Address);
        var renewed = await ada.RequestCodeAsync();

        renewed.Attempts.Should().Be(4);
        var code = await server.CodeToAsync(Address);
        var last = await ada.GuessWrongAsync(code, 1);
        last.Attempts.Should().Be(5);
        last.Results.ContainsKey("lockedUntil").Should().BeTrue();
        (await ada.VerifyAsync(code)).IsVerified.Should().BeFalse();
    }

    [Theory, BothDatabases]
    [Trait("Rule", "7")]
    public async Task Guess_WhenADayWentByWithoutAWrongOne_ShouldHaveAllAttemptsAgain(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        await ada.GuessWrongAsync(await server.CodeToAsync(Address), 4);

        server.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(61));
        (await server.As("ada", Address).RequestCodeAsync()).Attempts.Should().Be(4);
        server.Time.Advance(TimeSpan.FromSeconds(61));

        (await server.As("ada", Address).RequestCodeAsync()).Attempts.Should().Be(0);
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-07")]
    [Trait("Rule", "2")]
    public async Task Guess_WhenTheCodeIsThatOfAnotherUser_ShouldFailAndCount(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);

        // Also where both name the same address.
        foreach (var address in new[] { "bob@example.com", Address })
        {
            var (ada, bob) = (server.As($"ada of {address}", Address), server.As($"bob of {address}", address));
            await ada.RequestCodeAsync();
            var code = await server.CodeToAsync(Address);
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await bob.RequestCodeAsync();
            (await server.CodeToAsync(address)).Should().NotBe(code, "this fails once in a million runs");

            var answer = await bob.VerifyAsync(code);

            answer.IsVerified.Should().BeFalse();
            answer.Attempts.Should().Be(1);
            (await ada.StatusAsync()).Attempts.Should().Be(0, "a guess concerns the one who makes it");
            (await ada.VerifyAsync(code)).IsVerified.Should().BeTrue();
        }
    }

    private static Task<OtpAnswer> GuessAsync(OtpCaller caller, string guess, bool byGet) => byGet ? caller.GuessAsync(guess) : caller.VerifyAsync(guess);

    /// <summary>Requests a code and guesses until locked.</summary>
    /// <returns>How long the lock lasts.</returns>
    private static async Task<TimeSpan> LockAsync(OtpServer server, string address)
    {
        var ada = server.As("ada", address);
        await ada.RequestCodeAsync();
        var last = await ada.GuessWrongAsync(await server.CodeToAsync(address), 5);
        return (DateTimeOffset)last.Results["lockedUntil"]! - server.Time.GetUtcNow();
    }
}
