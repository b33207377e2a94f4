using Microsoft.EntityFrameworkCore;
using Otp.Application.Delivery;
using Otp.Domain.Emails;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;
using static Otp.Infrastructure.Tests.Purging.PurgeSteps;

namespace Otp.Infrastructure.Tests.Purging;

/// <summary>What is purged, and from when on.</summary>
[Trait("Requirement", "SEC-27")]
public sealed class PurgeTests
{
    private static readonly EmailAddress Other = EmailAddress.Parse("other@example.com");

    [Theory]
    [BothDatabases(null!, 30)]
    [BothDatabases("2.00:00:00", 2)]
    public async Task Purge_WhenMailsAreFinished_ShouldDeleteThemAfterTheRetention(DatabaseProvider provider, string? retention, int days)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Retention:Deliveries"] = retention });
        var start = server.Now();
        foreach (var state in Enum.GetValues<DeliveryState>())
        {
            await server.AddAsync(Mail(start, state, start), Mail(start, state, start + Tick));
        }

        server.Time.Advance(TimeSpan.FromDays(days) - Tick);
        await server.PurgeAsync();
        (await MailsAsync(server)).Should().HaveCount(2 * Enum.GetValues<DeliveryState>().Length, "none is old enough");

        server.Time.Advance(Tick);
        await server.PurgeAsync();
        (await MailsAsync(server)).Should().BeEquivalentTo(
            Enum.GetValues<DeliveryState>().Select(state => (state, start + Tick)).Append((DeliveryState.Queued, start)),
            "what changed later stays, and what is not finished");

        server.Time.Advance(Tick);
        await server.PurgeAsync();
        (await MailsAsync(server)).Should().HaveCount(2).And.OnlyContain(mail => mail.State == DeliveryState.Queued);
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenAMailHasJustFailed_ShouldLeaveItWithItsContentAndReason(DatabaseProvider provider)
    {
        var sender = new Delivery.ScriptedSender();
        sender.Always(new Application.Common.Ports.SendOutcome.PermanentFailure("HTTP 400"));
        await using var server = await OtpServer.StartAsync(
            provider, new() { ["Retention:Deliveries"] = "1.00:00:00", ["Passcodes:EmailVerification:Lifetime"] = "1.00:00:00" }, sender.Register);
        await server.As("ada", "ada@example.com").RequestCodeAsync();
        await server.DeliverAsync();

        server.Time.Advance(TimeSpan.FromDays(1) - Tick);
        await server.PurgeAsync();

        var mail = (await Delivery.OutboxContractTests.RowsAsync(server)).Single();
        (mail.State, mail.Reason, mail.ExpiresAt > server.Now()).Should().Be((DeliveryState.Failed, "HTTP 400", true));
        mail.Content.Should().NotBeNull("its code lives: it can be tried again by hand");
    }

    [Theory]
    [BothDatabases(null!, 30)]
    [BothDatabases("365.00:00:00", 365)]
    public async Task Purge_WhenReportsAreOld_ShouldDeleteThem(DatabaseProvider provider, string? retention, int days)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Retention:Deliveries"] = retention });
        await server.AddAsync(Report("first", server.Now()), Report("second", server.Now() + Tick));
        var remaining = () => server.ReadAsync(work => work.Context.DeliveryReports.Select(report => report.EventId).ToListAsync());

        server.Time.Advance(TimeSpan.FromDays(days) - Tick);
        await server.PurgeAsync();
        (await remaining()).Should().BeEquivalentTo("first", "second");

        server.Time.Advance(Tick);
        await server.PurgeAsync();
        (await remaining()).Should().Equal("second");
    }

    [Theory]
    [BothDatabases(null!, 365)]
    [BothDatabases("1.00:00:00", 1)]
    [Trait("Requirement", "SEC-24")]
    public async Task Purge_WhenAuditEntriesAreOld_ShouldDeleteThem(DatabaseProvider provider, string? retention, int days)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Retention:Audit"] = retention });
        var start = server.Now();
        await server.AddAsync(Entry(start), Entry(start + Tick));
        var remaining = () => server.ReadAsync(work => work.Context.AuditEntries.Select(entry => entry.OccurredAt).ToListAsync());

        server.Time.Advance(TimeSpan.FromDays(days) - Tick);
        await server.PurgeAsync();
        (await remaining()).Should().HaveCount(2);

        server.Time.Advance(Tick);
        await server.PurgeAsync();
        (await remaining()).Should().Equal(start + Tick);
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenAChallengeIsGone_ShouldDeleteItAndItsCodeBefore(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var start = server.Now();
        var id = Guid.CreateVersion7(start);
        var later = Guid.CreateVersion7(start);
        var factors = UserFactors.Start("ada", start);
        var factor = factors.AddReady(Guid.CreateVersion7(start), Address, start);
        factors.IssueChallengePasscode(factors.StartChallenge(id, factor, start), Right, Guid.CreateVersion7(start), ChallengePolicy, start);
        factors.IssueChallengePasscode(factors.StartChallenge(later, factor, start + Tick), Right, null, ChallengePolicy, start + Tick);
        await server.AddAsync(factors);
        var codeForgottenAfter = ChallengePolicy.Lifetime + PasscodeSlot.ExpiredMemory;

        server.Time.Advance(codeForgottenAfter - Tick);
        await server.PurgeAsync();
        var before = await server.FactorsAsync("ada", id);
        (before.Sequence, before.Challenges.Single().Slot.Passcode is null).Should().Be((factors.Sequence, false), "it is not over for long enough");

        server.Time.Advance(Tick);
        await server.PurgeAsync();
        var after = await server.FactorsAsync("ada", id);
        var challenge = after.Challenges.Single();
        (after.Sequence, challenge.Slot.Passcode, challenge.Slot.DeliveryId, challenge.PasscodeExpiresAt)
            .Should().Be((factors.Sequence + 1, null, factors.Challenges.First().Slot.DeliveryId, start + ChallengePolicy.Lifetime));
        (await server.FactorsAsync("ada", later)).Challenges.Single().Slot.Passcode.Should().NotBeNull();

        server.Time.Advance(TimeSpan.FromHours(24) - codeForgottenAfter - Tick);
        await server.PurgeAsync();
        (await server.FactorsAsync("ada", id)).FindChallenge(id, server.Now()).Should().NotBeNull("it is there for a day");

        server.Time.Advance(Tick);
        await server.PurgeAsync();
        (await server.ReadAsync(work => work.Context.OtpEmailChallenges.Select(one => one.Id).ToListAsync())).Should().Equal(later);
        (await server.FactorsAsync("ada")).Factors.Should().ContainSingle("factors stay");
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenARegistrationCodeIsOver_ShouldForgetItAndLeaveTheFactors(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var start = server.Now();
        var policy = PasscodePolicy.DefaultFor(PasscodePurpose.FactorRegistration);
        var factors = UserFactors.Start("ada", start);
        factors.AddReady(Guid.CreateVersion7(start), EmailAddress.Parse("ready@example.com"), start);
        var removed = factors.AddForRegistration(Guid.CreateVersion7(start), EmailAddress.Parse("removed@example.com"), Right, null, policy, start);
        factors.Remove(removed, start);
        var old = factors.AddForRegistration(Guid.CreateVersion7(start), Address, Right, Guid.CreateVersion7(start), policy, start);
        var live = factors.AddForRegistration(Guid.CreateVersion7(start), Other, Right, null, policy with { Lifetime = TimeSpan.FromHours(24) }, start);
        await server.AddAsync(factors);

        server.Time.Advance(policy.Lifetime + PasscodeSlot.ExpiredMemory);
        await server.PurgeAsync();

        var after = await server.FactorsAsync("ada");
        (after.Sequence, after.ChangedAt).Should().Be((factors.Sequence + 1, server.Now()));
        (after.Find(old.Id)!.Slot.Passcode, after.Find(old.Id)!.Slot.DeliveryId, after.Find(old.Id)!.State).Should().Be((null, old.Slot.DeliveryId, FactorState.NotReady));
        after.Find(live.Id)!.Slot.Passcode!.IsLiveIn(after.Budget, server.Now()).Should().BeTrue();
        (await server.ReadAsync(work => work.Context.OtpEmailFactors.CountAsync())).Should().Be(4);
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenAFactorsBudgetIsOver_ShouldForgetIt(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var start = server.Now();
        var factors = UserFactors.Start("ada", start);
        var factor = factors.AddForRegistration(Guid.CreateVersion7(start), Address, Right, null, Policy, start);
        for (var guess = 0; guess < Policy.MaxAttempts; guess++)
        {
            factors.GuessRegistration(factor, Wrong, Policy, start);
        }

        factors.Remove(factor, start);
        await server.AddAsync(factors);

        await ShouldForgetTheBudgetInTimeAsync(server, start + Policy.Lifetime, async () => (await server.FactorsAsync("ada")).Budget);
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenAVerificationsBudgetIsOver_ShouldForgetIt(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var start = server.Now();
        var verification = WithCode("ada", start, Policy.MaxAttempts);
        verification.WithdrawPasscode(start);
        await server.AddAsync(verification);

        await ShouldForgetTheBudgetInTimeAsync(server, start + Policy.Lifetime, async () => (await server.VerificationAsync("ada")).Budget);
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenACodeIsOver_ShouldForgetItAndNothingElse(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var start = server.Now();
        var old = WithCode("old", start, wrongGuesses: 3);
        var young = WithCode("young", start + Tick);
        var verified = WithCode("verified", start);
        verified.Guess(Right, Policy, start);
        await server.AddAsync(old, young, verified);

        server.Time.Advance(Policy.Lifetime + PasscodeSlot.ExpiredMemory - Tick);
        await server.PurgeAsync();
        (await server.VerificationAsync("old")).Should().BeEquivalentTo(old, "for an hour everybody can see that it is expired");

        server.Time.Advance(Tick);
        await server.PurgeAsync();

        var after = await server.VerificationAsync("old");
        (after.Slot.Passcode, after.Slot.DeliveryId, after.Budget, after.Sequence, after.ChangedAt).Should().Be((null, old.Slot.DeliveryId, old.Budget, old.Sequence + 1, server.Now()));
        after.Address.Should().Be(Address);
        (await server.VerificationAsync("young")).Should().BeEquivalentTo(young);
        (await server.VerificationAsync("verified")).Should().BeEquivalentTo(verified);
        (await server.ReadAsync(work => work.Context.AuditEntries.CountAsync())).Should().Be(0, "nobody did anything");
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenNothingIsOver_ShouldLeaveLiveCodesAndLocks(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Passcodes:EmailVerification:Lifetime"] = "1.00:00:00" });
        var live = server.As("live", "live@example.com");
        var locked = server.As("locked", "locked@example.com");
        await live.RequestCodeAsync();
        await locked.RequestCodeAsync();
        for (var guess = 0; guess < Policy.MaxAttempts; guess++)
        {
            await locked.GuessAsync("not the code");
        }

        var code = await server.CodeToAsync("live@example.com");
        server.Time.Advance(TimeSpan.FromDays(1) - Tick);
        var status = (await server.As("locked", "locked@example.com").StatusAsync()).Text;
        await server.PurgeAsync();

        (await server.As("locked", "locked@example.com").StatusAsync()).Text.Should().Be(status);
        (await server.As("locked", "locked@example.com").RequestCodeAsync()).Status.Should().Be(System.Net.HttpStatusCode.TooManyRequests);
        (await server.As("live", "live@example.com").VerifyAsync(code)).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenACodeIsForgotten_ShouldShowNoneAndAnswerGuessesAtNone(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.As("ada", "ada@example.com").RequestCodeAsync();
        var code = await server.CodeToAsync("ada@example.com");
        server.Time.Advance(Policy.Lifetime + PasscodeSlot.ExpiredMemory);
        ((bool)(await server.As("ada", "ada@example.com").StatusAsync()).Results["otp"]!["isExpired"]!).Should().BeTrue();

        await server.PurgeAsync();

        var ada = server.As("ada", "ada@example.com");
        var status = await ada.StatusAsync();
        (status.Results["otp"], (string)status.Results["delivery"]!["state"]!).Should().Be((null, "sent"));
        var guess = await ada.VerifyAsync(code);
        (guess.IsVerified, guess.Results["otp"]).Should().Be((false, null));
        (await ada.RequestCodeAsync()).Status.Should().Be(System.Net.HttpStatusCode.OK);
        (await server.As("ada", "ada@example.com").VerifyAsync(await server.CodeToAsync("ada@example.com"))).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenAllWindowsAreOver_ShouldDeleteTheAllowance(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Limits:RecipientDaily:Window"] = "02:00:00", ["Limits:RecipientNotices:Window"] = "05:00:00" });
        var start = server.Now();
        RecipientLimit[] limits = [new(1, TimeSpan.FromHours(5))];
        var summary = Allowance("summary", RecipientCounter.FactorAdded);
        summary.AdmitNotice(limits, start)!.IsSummary.Should().BeFalse();
        summary.AdmitNotice(limits, start + TimeSpan.FromHours(1))!.IsSummary.Should().BeTrue("one is due five hours after the start");
        await server.AddAsync(summary, Sent("codes", RecipientCounter.Passcodes), Sent("later", RecipientCounter.Passcodes, Tick), Sent("notices", RecipientCounter.AddressChanged));

        await ShouldRemainAsync(TimeSpan.FromHours(2) - Tick, "codes", "later", "notices", "summary");
        await ShouldRemainAsync(TimeSpan.FromHours(2), "later", "notices", "summary");
        await ShouldRemainAsync(TimeSpan.FromHours(5) - Tick, "notices", "summary");
        await ShouldRemainAsync(TimeSpan.FromHours(5), "summary");
        await ShouldRemainAsync(TimeSpan.FromHours(10) - Tick, "summary");
        await ShouldRemainAsync(TimeSpan.FromHours(10));

        RecipientAllowance Allowance(string recipient, RecipientCounter counter) => RecipientAllowance.Start(recipient, RecipientAllowance.AllUsers, counter, start);

        RecipientAllowance Sent(string recipient, RecipientCounter counter, TimeSpan after = default)
        {
            var allowance = Allowance(recipient, counter);
            allowance.RecordSend([], start + after);
            return allowance;
        }

        async Task ShouldRemainAsync(TimeSpan after, params string[] recipients)
        {
            server.Time.Advance(start + after - server.Now());
            await server.PurgeAsync();
            (await server.ReadAsync(work => work.Context.RecipientAllowances.Select(allowance => allowance.Recipient).ToListAsync())).Should().BeEquivalentTo(recipients, $"after {after}");
        }
    }

    [Theory, BothDatabases]
    public async Task Purge_WhenYearsGoBy_ShouldNeverLiftASuppression(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.AddAsync(Suppression.Start(Address, SuppressionReason.HardBounce, server.Now()));

        server.Time.Advance(TimeSpan.FromDays(3650));
        await server.PurgeAsync();

        (await server.ReadAsync(work => work.Context.Suppressions.CountAsync())).Should().Be(1);
    }

    private static Task<List<(DeliveryState State, DateTimeOffset ChangedAt)>> MailsAsync(OtpServer server) => server.ReadAsync(async work =>
        (await work.Context.OutboxMessages.AsNoTracking().ToListAsync()).ConvertAll(mail => (mail.State, mail.StateChangedAt)));

    /// <summary>The count goes a day after the last guess, the series 30 days after the lock.</summary>
    private static async Task ShouldForgetTheBudgetInTimeAsync(OtpServer server, DateTimeOffset lockedUntil, Func<Task<AttemptBudget>> read)
    {
        var start = server.Now();
        var stored = await read();
        (stored.FailedAttempts, stored.LastFailedAt, stored.LockedUntil, stored.GuessedAddress, stored.Epoch).Should().Be((5, start, lockedUntil, Address.Canonical, 1));

        server.Time.Advance(AttemptBudget.QuietPeriod - Tick);
        await server.PurgeAsync();
        (await read()).Should().Be(stored);

        server.Time.Advance(Tick);
        await server.PurgeAsync();
        (await read()).Should().BeEquivalentTo(new { FailedAttempts = 0, LastFailedAt = (DateTimeOffset?)null, stored.LockedUntil, stored.LastLock, stored.GuessedAddress, stored.Epoch });

        server.Time.Advance(lockedUntil + AttemptBudget.SeriesMemory - server.Now() - Tick);
        await server.PurgeAsync();
        (await read()).Should().BeEquivalentTo(new { stored.LockedUntil, stored.LastLock, stored.GuessedAddress });

        server.Time.Advance(Tick);
        await server.PurgeAsync();
        (await read()).Should().BeEquivalentTo(new
        {
            FailedAttempts = 0,
            LastFailedAt = (DateTimeOffset?)null,
            LockedUntil = (DateTimeOffset?)null,
            LastLock = (TimeSpan?)null,
            GuessedAddress = (string?)null,
            stored.Epoch,
        });
    }
}
