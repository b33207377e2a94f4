using System.Globalization;
using Otp.Application.Common.Ports;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Persistence;

/// <summary>What PostgreSQL says of an allowance, together with the verification, is what it would have said by itself.</summary>
public sealed class VerificationAllowanceTests(SharedServers servers) : IClassFixture<SharedServers>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PasscodePolicy Policy = PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification) with { ResendInterval = TimeSpan.Zero };
    private static readonly RecipientLimit[] Limits = [new(5, TimeSpan.FromMinutes(10))];

    /// <summary>More is counted between the two: who has read it with the verification does not know, who asks anew does. Only who reads ahead for a code has read it.</summary>
    [Theory]
    [InlineData("plain@example.com", null, true)]
    [InlineData("Upper@Example.COM", null, true)]
    [InlineData("own@example.com", "own@example.com", true)]
    [InlineData("Own.Written@Example.com", "own.written@example.com", true)]
    [InlineData("moved@example.com", "before@example.com", true)]
    [InlineData("+name@example.com", null, true)]
    [InlineData("moved.from@example.com", "before@b\u00fccher.example", false)]
    [InlineData("tag+some@example.com", null, false)]
    [InlineData("abroad@b\u00fccher.example", null, false)]
    public async Task Find_WhenTheVerificationWasRead_ShouldGiveTheAllowanceOfItsAddress(string address, string? lastVerified, bool isReadWithIt)
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        var mailbox = EmailAddress.Parse(address);
        var isOwn = lastVerified is not null && mailbox.Equals(EmailAddress.Parse(lastVerified));
        var user = $"{address} of {lastVerified}";
        var (mine, theirs) = isOwn ? (user, RecipientAllowance.AllUsers) : (RecipientAllowance.AllUsers, user);
        var (mineOnce, theirsOnce) = isOwn ? (2, 1) : (1, 2);
        await StartAsync(server, user, mailbox, lastVerified);
        for (var counted = 0; counted < 4; counted++)
        {
            await using var work = new Work(server);
            var isAhead = counted % 2 == 0;
            if (isAhead)
            {
                await AheadAsync(work, user, VerificationUse.NewPasscode);
            }

            await work.FindAsync(user);
            await CountAsync(server, user, mailbox);

            SentTo(await FindAsync(work, mailbox, theirs)).Should().Be(theirsOnce * (counted + 1), "that is another one");
            SentTo(await work.Allowances.FindAsync(mailbox.LimitKey, mine, RecipientCounter.AddressChanged, CancellationToken.None))
                .Should().Be((mineOnce + 2) * (counted + 1), "that is another one, too");
            SentTo(await FindAsync(work, mailbox, mine)).Should().Be(mineOnce * (isAhead && isReadWithIt ? counted : counted + 1));
            if (counted == 0)
            {
                SentTo(await FindAsync(work, mailbox, mine)).Should().Be(mineOnce, "that there was none is told once");
            }
        }
    }

    [Fact]
    public async Task Find_WhenTheVerificationWasRead_ShouldGiveEveryPropertyOfTheAllowance()
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        var address = EmailAddress.Parse("every@example.com");
        await StartAsync(server, "every", address, null);
        await CountAsync(server, "every", address);
        await using var work = new Work(server);
        await AheadAsync(work, "every", VerificationUse.NewPasscode);
        await work.FindAsync("every");

        var found = await FindAsync(work, address, RecipientAllowance.AllUsers);

        await using var later = new Work(server);
        found.Should().BeEquivalentTo(await FindAsync(later, address, RecipientAllowance.AllUsers));
        found!.Sequence.Should().BePositive();
    }

    /// <summary>A guess asks for neither, so neither is read for it.</summary>
    [Fact]
    public async Task Find_WhenTheVerificationWasReadForAGuess_ShouldAsk()
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        var address = EmailAddress.Parse("guessed@example.com");
        await StartAsync(server, "guessed", address, null);
        await using var work = new Work(server);
        await AheadAsync(work, "guessed", VerificationUse.Guess);
        await work.FindAsync("guessed");
        await CountAsync(server, "guessed", address);
        await using (var other = new Work(server))
        {
            other.Get<ISuppressionRepository>().Add(Suppression.Start(address, SuppressionReason.HardBounce, Now));
            (await other.CommitAsync()).Should().BeTrue();
        }

        SentTo(await FindAsync(work, address, RecipientAllowance.AllUsers)).Should().Be(1);
        (await work.Get<ISuppressionRepository>().ContainsAsync(address, CancellationToken.None)).Should().BeTrue();
    }

    /// <summary>What was read with the verification is a basis as any other, also that there was none.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commit_WhenAnotherHasCountedSince_ShouldStoreNothingAndBeFreshInItsTurn(bool isThere)
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        var (user, other) = ($"raced {isThere}", $"faster {isThere}");
        var address = EmailAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"raced.{isThere}@example.com"));
        await StartAsync(server, user, address, null);
        await StartAsync(server, other, address, null);
        if (isThere)
        {
            await SendAsync(server, other, address);
        }

        await using var work = new Work(server);
        await AheadAsync(work, user, VerificationUse.NewPasscode);
        await SendAsync(server, other, address);

        (await CountSendAsync(work, user, address)).Should().Be(isThere ? 2 : 1);
        (await work.CommitAsync()).Should().BeFalse();

        await using (var turn = await work.TakeTurnAsync())
        {
            (await CountSendAsync(work, user, address)).Should().Be(isThere ? 3 : 2);
            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        (await FindAsync(later, address, RecipientAllowance.AllUsers))!.SentAt.Should().HaveCount(isThere ? 3 : 2);
    }

    [Fact]
    public async Task TakeTurn_WhenTheAllowanceWasNotAskedFor_ShouldForgetIt()
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        var address = EmailAddress.Parse("forgotten@example.com");
        await StartAsync(server, "forgotten", address, null);
        await using var work = new Work(server);
        await AheadAsync(work, "forgotten", VerificationUse.NewPasscode);
        var verification = (await work.FindAsync("forgotten"))!;
        await SendAsync(server, "forgotten", address);
        verification.IssuePasscode(new PasscodeHash("key", [2]), null, Policy, Now);
        (await work.CommitAsync()).Should().BeFalse();

        await using var turn = await work.TakeTurnAsync();

        SentTo(await FindAsync(work, address, RecipientAllowance.AllUsers)).Should().Be(1);
    }

    private static async Task StartAsync(OtpServer server, string user, EmailAddress address, string? lastVerified)
    {
        await using var work = new Work(server);
        var verification = EmailVerification.Start(user, "org", Now);
        if (lastVerified is not null)
        {
            verification.ChangeAddress(EmailAddress.Parse(lastVerified), Now);
            verification.MarkVerifiedByAdministrator(Now);
            verification.ChangeAddress(EmailAddress.Parse("between@example.com"), Now);
        }

        verification.ChangeAddress(address, Now);
        work.Verifications.Add(verification);
        (await work.CommitAsync()).Should().BeTrue();
    }

    /// <summary>Counts in all that there may be: one mail for all users, two for the user, three and four of another kind.</summary>
    private static async Task CountAsync(OtpServer server, string user, EmailAddress address)
    {
        await using var work = new Work(server);
        var mails = 0;
        foreach (var counter in (RecipientCounter[])[RecipientCounter.Passcodes, RecipientCounter.AddressChanged])
        {
            foreach (var countedFor in (string[])[RecipientAllowance.AllUsers, user])
            {
                mails++;
                var allowance = await FindOrStartAsync(work, address, countedFor, counter);
                for (var mail = 0; mail < mails; mail++)
                {
                    allowance.RecordSend(Limits, Now);
                }
            }
        }

        (await work.CommitAsync()).Should().BeTrue();
    }

    /// <summary>A code for the user, as far as it is counted.</summary>
    private static async Task SendAsync(OtpServer server, string user, EmailAddress address)
    {
        await using var work = new Work(server);
        await CountSendAsync(work, user, address);
        (await work.CommitAsync()).Should().BeTrue();
    }

    private static async Task<int> CountSendAsync(Work work, string user, EmailAddress address)
    {
        var verification = (await work.FindAsync(user))!;
        verification.IssuePasscode(new PasscodeHash("key", [1]), null, Policy, Now);
        var allowance = await FindOrStartAsync(work, address, RecipientAllowance.AllUsers, RecipientCounter.Passcodes);
        allowance.RecordSend(Limits, Now);
        return allowance.SentAt.Count;
    }

    private static async Task<RecipientAllowance> FindOrStartAsync(Work work, EmailAddress address, string countedFor, RecipientCounter counter)
    {
        if (await work.Allowances.FindAsync(address.LimitKey, countedFor, counter, CancellationToken.None) is { } found)
        {
            return found;
        }

        var started = RecipientAllowance.Start(address.LimitKey, countedFor, counter, Now);
        work.Allowances.Add(started);
        return started;
    }

    private static Task AheadAsync(Work work, string userId, VerificationUse use) => work.Get<IVerificationReadAhead>().ReadAsync(userId, use, CancellationToken.None);

    private static int SentTo(RecipientAllowance? allowance) => allowance?.SentAt.Count ?? 0;

    private static Task<RecipientAllowance?> FindAsync(Work work, EmailAddress address, string countedFor) =>
        work.Allowances.FindAsync(address.LimitKey, countedFor, RecipientCounter.Passcodes, CancellationToken.None);
}
