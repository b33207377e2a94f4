using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Persistence;

/// <summary>What the repositories and the unit of work promise, on every database alike.</summary>
public sealed class RepositoryContractTests(SharedServers servers) : IClassFixture<SharedServers>
{
    private static readonly DateTimeOffset Now = new(2026, 3, 29, 1, 59, 59, 987, TimeSpan.Zero);
    private static readonly PasscodePolicy Policy = PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification);
    private static readonly PasscodeHash Hash = new("key-1", [.. Enumerable.Range(0, 32).Select(number => (byte)(number * 8))]);
    private static readonly PasscodeHash WrongHash = new("key-1", new byte[32]);
    private static readonly EmailAddress Old = EmailAddress.Parse("Ada.Lovelace+Otp@Exämple.com");
    private static readonly EmailAddress New = EmailAddress.Parse("ada@example.org");

    private static readonly PropertyInfo Sequence = typeof(AggregateRoot).GetProperty(nameof(AggregateRoot.Sequence))!;
    private const string Later = "2026-03-30T00:00:00.001Z";

    private static readonly Dictionary<string, Func<string, EmailVerification>> States = new()
    {
        ["new"] = user => EmailVerification.Start(user, "org-1", Now),
        ["identified"] = Identified,
        ["without passcode"] = user => WithAddress(user, Old),
        ["live"] = Live,
        ["without mail"] = user =>
        {
            var verification = WithAddress(user, Old);
            verification.IssuePasscode(Hash, null, Policy, Now);
            return verification;
        },
        ["guessed"] = user => Guessed(Live(user), 2),
        ["locked"] = user => Guessed(Live(user), 5),
        ["live after a lock"] = user =>
        {
            var verification = Guessed(Live(user), 5);
            verification.IssuePasscode(Hash, Guid.CreateVersion7(Now), Policy, Now.AddHours(1));
            return Guessed(verification, 1, Now.AddHours(1));
        },
        ["verified"] = user =>
        {
            var verification = Live(user);
            verification.Guess(Hash, Policy, Now.AddSeconds(7)).Should().Be(GuessOutcome.Right);
            return verification;
        },
        ["moved after it was verified"] = user =>
        {
            var verification = Live(user);
            verification.Guess(Hash, Policy, Now.AddSeconds(7));
            verification.ChangeAddress(New, Now.AddSeconds(8));
            return verification;
        },
        ["moved with a live code"] = user =>
        {
            var verification = Live(user);
            verification.ChangeAddress(New, Now.AddSeconds(8));
            return verification;
        },
        ["mixed"] = user =>
        {
            var verification = Guessed(Live(user), 2);
            verification.ChangeAddress(New, Now.AddMinutes(2));
            verification.IssuePasscode(Hash, Guid.CreateVersion7(Now), Policy, Now.AddMinutes(3));
            Guessed(verification, 1, Now.AddMinutes(4)).Budget.GuessedAddress.Should().Be(AttemptBudget.MixedAddresses);
            return verification;
        },
    };

    [Theory]
    [BothDatabases("new")]
    [BothDatabases("identified")]
    [BothDatabases("without passcode")]
    [BothDatabases("live")]
    [BothDatabases("without mail")]
    [BothDatabases("guessed")]
    [BothDatabases("locked")]
    [BothDatabases("live after a lock")]
    [BothDatabases("verified")]
    [BothDatabases("moved after it was verified")]
    [BothDatabases("moved with a live code")]
    [BothDatabases("mixed")]
    public async Task Find_WhenAVerificationWasStored_ShouldGiveBackEveryProperty(DatabaseProvider provider, string state)
    {
        var server = await servers.GetAsync(provider);
        var stored = States[state]($"{state} stored");
        await using (var work = new Work(server))
        {
            work.Verifications.Add(stored);
            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        ShouldBeTheSame((await later.FindAsync(stored.UserId))!, stored);
        ShouldBeTheSame((await later.Verifications.ReadAsync(stored.UserId, CancellationToken.None))!, stored);
        ShouldBeTheSame(await later.Context.EmailVerifications.AsNoTracking().SingleAsync(item => item.UserId == stored.UserId), stored);
    }

    [Theory]
    [BothDatabases("asked for", "org-1", true)]
    [BothDatabases("asked for", "org-2", false)]
    [BothDatabases("asked for", "", true)]
    [BothDatabases("Asked for", "", false)]
    public async Task Knows_WhenAskedForAUserOfAnOwnerOrOfAny_ShouldSayIt(DatabaseProvider provider, string user, string owner, bool isKnown)
    {
        var server = await servers.GetAsync(provider);
        await using (var work = new Work(server))
        {
            if (await work.FindAsync("asked for") is null)
            {
                work.Verifications.Add(States["new"]("asked for"));
            }

            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        (await later.Get<IUserDirectory>().KnowsAsync(user, owner.Length > 0 ? new OwnerScope(owner) : OwnerScope.Everyone, CancellationToken.None)).Should().Be(isKnown);
    }

    [Theory]
    [BothDatabases(nameof(EmailVerification.ResourceOwner), "org-2")]
    [BothDatabases(nameof(EmailVerification.Address), "ADA@example.org")]
    [BothDatabases(nameof(EmailVerification.VerifiedAt), Later)]
    [BothDatabases(nameof(EmailVerification.LastVerifiedAddress), "Ada@example.org")]
    [BothDatabases(nameof(EmailVerification.IsAddressOwnedByProvider), true)]
    [BothDatabases(nameof(EmailVerification.IdentityAsOf), Later)]
    [BothDatabases(nameof(EmailVerification.DisplayName), "Ada")]
    [BothDatabases(nameof(EmailVerification.Locale), "de")]
    [BothDatabases(nameof(EmailVerification.Budget), "locked")]
    [BothDatabases(nameof(EmailVerification.Slot), "live")]
    public async Task Commit_WhenOneThingOfAVerificationChanges_ShouldStoreItAndNothingElse(DatabaseProvider provider, string name, object changed)
    {
        var server = await servers.GetAsync(provider);
        var user = $"only {name}";
        var property = typeof(EmailVerification).GetProperty(name)!;
        var value = changed switch
        {
            "locked" or "live" => property.GetValue(States[(string)changed](user)),
            Later => DateTimeOffset.Parse(Later, CultureInfo.InvariantCulture),
            string text when property.PropertyType == typeof(EmailAddress) => EmailAddress.Parse(text),
            _ => changed,
        };
        var stored = States["mixed"](user);
        await using (var work = new Work(server))
        {
            work.Verifications.Add(stored);
            (await work.CommitAsync()).Should().BeTrue();
        }

        await using (var work = new Work(server))
        {
            var loaded = (await work.FindAsync(user))!;
            foreach (var aggregate in new[] { loaded, stored })
            {
                property.SetValue(aggregate, value);
                Sequence.SetValue(aggregate, aggregate.Sequence + 1);
            }

            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        ShouldBeTheSame((await later.FindAsync(user))!, stored);
    }

    [Theory]
    [BothDatabases("new", "mixed")]
    [BothDatabases("live", "verified")]
    [BothDatabases("locked", "new")]
    [BothDatabases("mixed", "identified")]
    [BothDatabases("verified", "live")]
    public async Task Commit_WhenEverythingOfAVerificationChanges_ShouldStoreAll(DatabaseProvider provider, string before, string after)
    {
        var server = await servers.GetAsync(provider);
        var user = $"{before} to {after}";
        await using (var work = new Work(server))
        {
            work.Verifications.Add(States[before](user));
            await work.CommitAsync();
        }

        var wanted = States[after](user);
        await using (var work = new Work(server))
        {
            var loaded = (await work.FindAsync(user))!;
            var properties = typeof(EmailVerification).GetProperties().Select(property => property.DeclaringType!.GetProperty(property.Name)!);
            foreach (var property in properties.Where(property => property.GetSetMethod(nonPublic: true) is not null))
            {
                property.SetValue(loaded, property.GetValue(wanted));
            }

            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        ShouldBeTheSame((await later.FindAsync(user))!, wanted);
    }

    [Fact]
    public void States_TakenTogether_ShouldUseEveryPropertyOfAVerification()
    {
        HashSet<string> known = [];
        HashSet<string> used = [];
        foreach (var state in States.Values)
        {
            Collect(typeof(EmailVerification), state("somebody"), "", known, used);
        }

        known.Should().Contain("Slot.Passcode.Hash.KeyId").And.HaveCountGreaterThan(20);
        known.Except(used).Should().BeEmpty("a property that no state sets is not proven to be stored");
    }

    [Theory, BothDatabases]
    public async Task Find_WhenAnAllowanceWasStored_ShouldGiveBackEveryProperty(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        RecipientLimit[] limits = [new(2, TimeSpan.FromHours(1))];
        var stored = RecipientAllowance.Start("round@example.com", "some user", RecipientCounter.AddressChanged, Now);
        stored.AdmitNotice(limits, Now);
        stored.AdmitNotice(limits, Now.AddMilliseconds(1));
        stored.AdmitNotice(limits, Now.AddMilliseconds(2));
        stored.SummaryDueAt.Should().NotBeNull();
        await using (var work = new Work(server))
        {
            work.Allowances.Add(stored);
            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        var loaded = await later.Allowances.FindAsync("round@example.com", "some user", RecipientCounter.AddressChanged, CancellationToken.None);
        loaded.Should().BeEquivalentTo(stored, options => options.WithStrictOrdering());
        loaded!.SentAt.Should().StartWith([Now.ToUnixTimeMilliseconds(), Now.ToUnixTimeMilliseconds() + 1]);
    }

    [Theory, BothDatabases]
    public async Task Find_WhenAnAllowanceChangedAgain_ShouldGiveBackTheNewSends(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        RecipientLimit[] limits = [new(1000, TimeSpan.FromDays(7))];
        await using (var work = new Work(server))
        {
            work.Allowances.Add(RecipientAllowance.Start("again@example.com", RecipientAllowance.AllUsers, RecipientCounter.Passcodes, Now));
            await work.CommitAsync();
        }

        for (var second = 0; second < 3; second++)
        {
            await using var work = new Work(server);
            (await FindAllowanceAsync(work, "again@example.com"))!.RecordSend(limits, Now.AddSeconds(second));
            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        var loaded = (await FindAllowanceAsync(later, "again@example.com"))!;
        loaded.SentAt.Should().HaveCount(3).And.BeInAscendingOrder();
        loaded.Sequence.Should().Be(4);
    }

    [Theory, BothDatabases]
    public async Task Find_WhenAllowancesDifferInOnePartOfTheKey_ShouldKeepThemApart(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        (string Recipient, string User, RecipientCounter Counter)[] keys =
        [
            ("apart@example.com", "", RecipientCounter.Passcodes),
            ("apart@example.com", "u", RecipientCounter.Passcodes),
            ("apart@example.com", "U", RecipientCounter.Passcodes),
            ("apart@example.com", "", RecipientCounter.AddressChanged),
            ("other@example.com", "", RecipientCounter.Passcodes),
        ];
        await using (var work = new Work(server))
        {
            foreach (var (recipient, user, counter) in keys)
            {
                work.Allowances.Add(RecipientAllowance.Start(recipient, user, counter, Now));
            }

            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        foreach (var (recipient, user, counter) in keys)
        {
            var found = await later.Allowances.FindAsync(recipient, user, counter, CancellationToken.None);
            (found!.Recipient, found.UserId, found.Counter).Should().Be((recipient, user, counter));
        }

        (await later.Allowances.FindAsync("apart@example.com", "", RecipientCounter.FactorAdded, CancellationToken.None)).Should().BeNull();
    }

    [Theory, BothDatabases]
    public async Task Find_WhenUserIdsDifferInCase_ShouldKeepThemApart(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        await AddAsync(server, "case");
        await using var work = new Work(server);

        (await work.FindAsync("CASE")).Should().BeNull("a user id is no word of a language");
        (await work.FindAsync("case ")).Should().BeNull();
        (await work.FindAsync("case")).Should().NotBeNull();
    }

    [Theory]
    [BothDatabases("' OR 1=1 --")]
    [BothDatabases("名前 😀 ́")]
    [BothDatabases("back\\slash \"quoted\" %_")]
    public async Task Find_WhenTheUserIdHasOddCharacters_ShouldGiveBackExactlyThatUser(DatabaseProvider provider, string user)
    {
        var server = await servers.GetAsync(provider);
        await AddAsync(server, user);
        await using var work = new Work(server);

        (await work.FindAsync(user))!.UserId.Should().Be(user);
    }

    [Theory, BothDatabases]
    public async Task Find_WhenNothingIsStored_ShouldBeNull(DatabaseProvider provider)
    {
        await using var work = new Work(await servers.GetAsync(provider));

        (await work.FindAsync("nobody")).Should().BeNull();
        (await work.Verifications.ReadAsync("nobody", CancellationToken.None)).Should().BeNull();
        (await FindAllowanceAsync(work, "nobody@example.com")).Should().BeNull();
    }

    [Theory, BothDatabases]
    public async Task Read_WhenWhatWasReadIsChanged_ShouldNotBeStored(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        await AddAsync(server, "read only");
        await using (var work = new Work(server))
        {
            (await work.Verifications.ReadAsync("read only", CancellationToken.None))!.ChangeAddress(New, Now);
            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        (await later.FindAsync("read only"))!.Address.Should().BeNull();
    }

    [Theory, BothDatabases]
    public async Task Commit_WhenAnotherContextWasFaster_ShouldBeFalseAndStoreNothing(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        await AddAsync(server, "raced");
        await using var first = new Work(server);
        await using var second = new Work(server);
        var mine = (await first.FindAsync("raced"))!;
        var theirs = (await second.FindAsync("raced"))!;
        mine.ChangeAddress(New, Now);
        theirs.ChangeAddress(Old, Now);
        second.Allowances.Add(RecipientAllowance.Start("raced@example.com", "", RecipientCounter.Passcodes, Now));

        (await first.CommitAsync()).Should().BeTrue();
        (await second.CommitAsync()).Should().BeFalse();

        await using var later = new Work(server);
        (await later.FindAsync("raced"))!.Address!.Value.Should().Be(New.Value);
        (await FindAllowanceAsync(later, "raced@example.com")).Should().BeNull("it is all or nothing");
    }

    /// <summary>With and without another aggregate in the command: it is stored in another way then.</summary>
    [Theory]
    [BothDatabases(false, false)]
    [BothDatabases(true, false)]
    [BothDatabases(false, true)]
    public async Task Commit_WhenAnotherContextWasFaster_ShouldStoreNeitherMailNorEntryNorFactor(DatabaseProvider provider, bool hasAllowance, bool hasFactors)
    {
        var server = await servers.GetAsync(provider);
        var user = $"raced with a mail {hasAllowance} {hasFactors}";
        await AddAsync(server, user);
        await using var first = new Work(server);
        await using var second = new Work(server);
        (await first.FindAsync(user))!.ChangeAddress(New, Now);
        (await second.FindAsync(user))!.ChangeAddress(Old, Now);
        second.Outbox.Enqueue(new OutgoingMail(Guid.CreateVersion7(Now), MailKind.AddressChanged, user) { CreatedAt = Now, DueAt = Now, Content = new MailContent(Old.Mailbox) });
        if (hasAllowance)
        {
            second.Allowances.Add(RecipientAllowance.Start(user, "", RecipientCounter.Passcodes, Now));
        }

        if (hasFactors)
        {
            second.Get<IOtpEmailFactorRepository>().Add(UserFactors.Start(user, Now));
        }

        (await first.CommitAsync()).Should().BeTrue();
        (await second.CommitAsync()).Should().BeFalse();

        await using var later = new Work(server);
        (await later.Context.OutboxMessages.CountAsync(mail => mail.UserId == user)).Should().Be(0);
        (await later.Context.AuditEntries.CountAsync(entry => entry.UserId == user)).Should().Be(1, "the one who was faster has changed the address");
        (await later.Context.UserFactors.CountAsync(factors => factors.UserId == user)).Should().Be(0);
        (await FindAllowanceAsync(later, user)).Should().BeNull();
    }

    [Theory, BothDatabases]
    public async Task Commit_WhenTheSameCommandCommitsTwice_ShouldStoreEverythingOnce(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        await AddAsync(server, "commits twice");
        await using var work = new Work(server);
        var verification = (await work.FindAsync("commits twice"))!;
        verification.ChangeAddress(Old, Now);
        work.Outbox.Enqueue(new OutgoingMail(Guid.CreateVersion7(Now), MailKind.AddressChanged, "commits twice") { CreatedAt = Now, DueAt = Now, Content = new MailContent(Old.Mailbox) });
        (await work.CommitAsync()).Should().BeTrue();
        verification.ChangeAddress(New, Now);
        (await work.CommitAsync()).Should().BeTrue();

        await using var later = new Work(server);
        (await later.FindAsync("commits twice"))!.Address!.Value.Should().Be(New.Value);
        (await later.Context.OutboxMessages.CountAsync(mail => mail.UserId == "commits twice")).Should().Be(1);
        (await later.Context.AuditEntries.CountAsync(entry => entry.UserId == "commits twice")).Should().Be(2);
    }

    [Theory, BothDatabases]
    public async Task Commit_WhenAnAllowanceWasCountedElsewhere_ShouldBeFalse(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        RecipientLimit[] limits = [new(5, TimeSpan.FromHours(1))];
        await using (var work = new Work(server))
        {
            work.Allowances.Add(RecipientAllowance.Start("counted@example.com", "", RecipientCounter.Passcodes, Now));
            await work.CommitAsync();
        }

        await using var first = new Work(server);
        await using var second = new Work(server);
        var mine = (await FindAllowanceAsync(first, "counted@example.com"))!;
        var theirs = (await FindAllowanceAsync(second, "counted@example.com"))!;
        mine.RecordSend(limits, Now);
        theirs.RecordSend(limits, Now);

        (await first.CommitAsync()).Should().BeTrue();
        (await second.CommitAsync()).Should().BeFalse();
    }

    [Theory]
    [BothDatabases(false)]
    [BothDatabases(true)]
    public async Task Commit_WhenAVerificationAndAnAllowanceChange_ShouldStoreBothWithMailAndEntries(DatabaseProvider provider, bool isAllowanceNew)
    {
        var server = await servers.GetAsync(provider);
        var user = $"sent to {isAllowanceNew}";
        await AddAsync(server, user);
        if (!isAllowanceNew)
        {
            await AddAllowanceAsync(server, user);
        }

        await using (var work = new Work(server))
        {
            await SendAsync(work, user);
            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        (await later.FindAsync(user))!.Address!.Value.Should().Be(New.Value);
        var allowance = (await FindAllowanceAsync(later, user))!;
        allowance.SentAt.Should().Equal(Now.ToUnixTimeMilliseconds());
        allowance.CreatedAt.Should().Be(Now);
        (await later.Context.OutboxMessages.CountAsync(mail => mail.UserId == user)).Should().Be(1);
        (await later.Context.AuditEntries.CountAsync(entry => entry.UserId == user)).Should().Be(1);
    }

    [Theory]
    [BothDatabases("counted")]
    [BothDatabases("added")]
    [BothDatabases("verification")]
    public async Task Commit_WhenOneOfVerificationAndAllowanceChangedElsewhere_ShouldStoreNothingUntilTheTurn(DatabaseProvider provider, string elsewhere)
    {
        var server = await servers.GetAsync(provider);
        var user = $"sent while {elsewhere}";
        await AddAsync(server, user);
        if (elsewhere != "added")
        {
            await AddAllowanceAsync(server, user);
        }

        await using var work = new Work(server);
        await SendAsync(work, user);
        await using (var faster = new Work(server))
        {
            if (elsewhere == "verification")
            {
                (await faster.FindAsync(user))!.ChangeAddress(Old, Now);
            }
            else
            {
                await CountSendAsync(faster, user);
            }

            (await faster.CommitAsync()).Should().BeTrue();
        }

        (await work.CommitAsync()).Should().BeFalse();

        await using (var between = new Work(server))
        {
            (await between.FindAsync(user))!.Address?.Value.Should().Be(elsewhere == "verification" ? Old.Value : null);
            (await FindAllowanceAsync(between, user))!.SentAt.Should().HaveCount(elsewhere == "verification" ? 0 : 1);
            (await between.Context.OutboxMessages.CountAsync(mail => mail.UserId == user)).Should().Be(0);
            (await between.Context.AuditEntries.CountAsync(entry => entry.UserId == user)).Should().Be(elsewhere == "verification" ? 1 : 0);
        }

        await using (await work.TakeTurnAsync())
        {
            await SendAsync(work, user);
            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        (await FindAllowanceAsync(later, user))!.SentAt.Should().HaveCount(elsewhere == "verification" ? 1 : 2);
        (await later.Context.OutboxMessages.CountAsync(mail => mail.UserId == user)).Should().Be(1);
    }

    /// <summary>Many users who send to one recipient and are not known to own the address share its allowance.</summary>
    [Theory, BothDatabases]
    public async Task Commit_WhenManyUsersCountInOneAllowanceAtOnce_ShouldCountEach(DatabaseProvider provider)
    {
        const int Users = 40;
        var server = await servers.GetAsync(provider);
        string[] recipients = [$"many 1 {provider}", $"many 2 {provider}"];
        var users = Enumerable.Range(0, Users).Select(number => $"one of many {number}").ToList();
        foreach (var user in users)
        {
            await AddAsync(server, user);
        }

        await Task.WhenAll(users.Select((user, number) => Task.Run(async () =>
        {
            await using var work = new Work(server);
            await SendAsync(work, user, recipients[number % 2]);
            var isStored = await work.CommitAsync();
            while (!isStored)
            {
                // Who comes new may be faster than who has the turn.
                await using (await work.TakeTurnAsync())
                {
                    await SendAsync(work, user, recipients[number % 2]);
                    isStored = await work.CommitAsync();
                }
            }
        })));

        await using var later = new Work(server);
        foreach (var recipient in recipients)
        {
            (await FindAllowanceAsync(later, recipient))!.SentAt.Should().HaveCount(Users / 2);
        }

        (await later.Context.OutboxMessages.CountAsync(mail => users.Contains(mail.UserId))).Should().Be(Users);
    }

    [Theory, BothDatabases]
    public async Task Commit_WhenTheSameUserWasAddedElsewhere_ShouldBeFalse(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        await AddAsync(server, "twice");
        await using var work = new Work(server);
        work.Verifications.Add(WithAddress("twice", New));

        (await work.CommitAsync()).Should().BeFalse();

        await using (await work.TakeTurnAsync())
        {
            var found = (await work.FindAsync("twice"))!;
            found.Address.Should().BeNull("the first one stands");
            found.ChangeAddress(New, Now);
            (await work.CommitAsync()).Should().BeTrue();
        }
    }

    [Theory, BothDatabases]
    public async Task Commit_WhenTheSameAllowanceWasAddedElsewhere_ShouldBeFalse(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        await using var first = new Work(server);
        await using var second = new Work(server);
        first.Allowances.Add(RecipientAllowance.Start("twice@example.com", "", RecipientCounter.Passcodes, Now));
        second.Allowances.Add(RecipientAllowance.Start("twice@example.com", "", RecipientCounter.Passcodes, Now));

        (await first.CommitAsync()).Should().BeTrue();
        (await second.CommitAsync()).Should().BeFalse();
    }

    [Theory, BothDatabases]
    public async Task Add_WhenTheUserIsAddedTwiceInOneCommand_ShouldThrow(DatabaseProvider provider)
    {
        await using var work = new Work(await servers.GetAsync(provider));
        work.Verifications.Add(EmailVerification.Start("added twice", "org", Now));

        work.Invoking(it => it.Verifications.Add(EmailVerification.Start("added twice", "org", Now))).Should().Throw<InvalidOperationException>("that is a bug, not a race");
    }

    [Theory, BothDatabases]
    public async Task TakeTurn_WhenTwoLost_ShouldLetThemGoOneAfterTheOther(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        await AddAsync(server, "turns");
        await using var winner = new Work(server);
        await using var loser = new Work(server);
        await using var otherLoser = new Work(server);
        foreach (var work in new[] { winner, loser, otherLoser })
        {
            (await work.FindAsync("turns"))!.ChangeAddress(New, Now);
        }

        (await winner.CommitAsync()).Should().BeTrue();
        (await loser.CommitAsync()).Should().BeFalse();
        (await otherLoser.CommitAsync()).Should().BeFalse();

        Task<IAsyncDisposable> nextTurn;
        await using (await loser.TakeTurnAsync())
        {
            nextTurn = otherLoser.TakeTurnAsync();
            var fresh = (await loser.FindAsync("turns"))!;
            fresh.Sequence.Should().Be(2, "what was loaded before is forgotten");
            fresh.ChangeAddress(Old, Now);
            nextTurn.IsCompleted.Should().BeFalse();
            (await loser.CommitAsync()).Should().BeTrue();
        }

        await using (await nextTurn)
        {
            var fresh = (await otherLoser.FindAsync("turns"))!;
            fresh.Sequence.Should().Be(3);
            fresh.ChangeAddress(New, Now);
            (await otherLoser.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        (await later.FindAsync("turns"))!.Sequence.Should().Be(4);
    }

    [Theory, BothDatabases]
    public async Task TakeTurn_WhenTheTurnEndsWithoutCommit_ShouldStoreNothingAndLetTheNextOneIn(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        await AddAsync(server, "gave up");
        await using (var work = new Work(server))
        {
            await using (await work.TakeTurnAsync())
            {
                (await work.FindAsync("gave up"))!.ChangeAddress(New, Now);
                await work.Context.SaveChangesAsync();
            }
        }

        await using var later = new Work(server);
        await using (await later.TakeTurnAsync())
        {
            (await later.FindAsync("gave up"))!.Address.Should().BeNull();
        }
    }

    [Theory, BothDatabases]
    public async Task TakeTurn_WhenTheWaitIsCancelled_ShouldNotKeepTheTurn(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        await using var holder = new Work(server);
        await using var waiter = new Work(server);
        await using (await holder.TakeTurnAsync())
        {
            using var cancelled = new CancellationTokenSource();
            var waiting = waiter.UnitOfWork.TakeTurnAsync(cancelled.Token);
            await cancelled.CancelAsync();
            await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
        }

        await using var next = new Work(server);
        await using (await next.TakeTurnAsync().WaitAsync(TimeSpan.FromSeconds(30)))
        {
        }
    }

    private static EmailVerification Identified(string user)
    {
        var verification = EmailVerification.Start(user, "org-1", Now);
        verification.ApplyIdentity(
            new UserIdentity(user, Now.AddSeconds(-30))
            {
                ResourceOwner = "org-2 ümläut",
                StatesResourceOwner = true,
                Email = Old,
                DisplayName = "Ada 😀 " + new string('x', UserIdentity.MaxDisplayNameLength - 7),
                Locale = "de-CH-1996",
            },
            Now.AddSeconds(1));
        return verification;
    }

    private static EmailVerification WithAddress(string user, EmailAddress address)
    {
        var verification = EmailVerification.Start(user, "org-1", Now);
        verification.ChangeAddress(address, Now);
        return verification;
    }

    private static EmailVerification Live(string user)
    {
        var verification = WithAddress(user, Old);
        verification.IssuePasscode(Hash, Guid.CreateVersion7(Now), Policy, Now);
        return verification;
    }

    private static EmailVerification Guessed(EmailVerification verification, int times, DateTimeOffset? at = null)
    {
        for (var guess = 0; guess < times; guess++)
        {
            verification.Guess(WrongHash, Policy, at ?? Now.AddSeconds(guess)).Should().Be(GuessOutcome.Wrong);
        }

        return verification;
    }

    private static void ShouldBeTheSame(EmailVerification loaded, EmailVerification stored) =>
        loaded.Should().BeEquivalentTo(stored, options => options.ComparingRecordsByMembers().ComparingByMembers<EmailAddress>().WithStrictOrdering());

    private static Task<RecipientAllowance?> FindAllowanceAsync(Work work, string recipient) =>
        work.Allowances.FindAsync(recipient, RecipientAllowance.AllUsers, RecipientCounter.Passcodes, CancellationToken.None);

    private static async Task AddAllowanceAsync(OtpServer server, string recipient)
    {
        await using var work = new Work(server);
        work.Allowances.Add(RecipientAllowance.Start(recipient, RecipientAllowance.AllUsers, RecipientCounter.Passcodes, Now));
        (await work.CommitAsync()).Should().BeTrue();
    }

    /// <summary>Changes what the usual command that sends a mail changes.</summary>
    private static async Task SendAsync(Work work, string user, string? recipient = null)
    {
        (await work.FindAsync(user))!.ChangeAddress(New, Now);
        await CountSendAsync(work, recipient ?? user);
        work.Outbox.Enqueue(new OutgoingMail(Guid.CreateVersion7(Now), MailKind.AddressChanged, user) { CreatedAt = Now, DueAt = Now, Content = new MailContent(New.Mailbox) });
    }

    private static async Task CountSendAsync(Work work, string recipient)
    {
        var allowance = await FindAllowanceAsync(work, recipient);
        if (allowance is null)
        {
            allowance = RecipientAllowance.Start(recipient, RecipientAllowance.AllUsers, RecipientCounter.Passcodes, Now);
            work.Allowances.Add(allowance);
        }

        allowance.RecordSend([new RecipientLimit(100, TimeSpan.FromHours(1))], Now);
    }

    private static async Task AddAsync(OtpServer server, string user)
    {
        await using var work = new Work(server);
        work.Verifications.Add(EmailVerification.Start(user, "org", Now));
        (await work.CommitAsync()).Should().BeTrue();
    }

    /// <summary>Notes the path of each stored property, and of those that have a value other than the initial one.</summary>
    private static void Collect(Type type, object? value, string path, HashSet<string> known, HashSet<string> used)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetSetMethod(nonPublic: true) is not null))
        {
            var current = value is null ? null : property.GetValue(value);
            var inner = path + property.Name;
            if (property.PropertyType.Namespace == typeof(Passcode).Namespace && property.PropertyType.IsClass)
            {
                Collect(property.PropertyType, current, inner + ".", known, used);
                continue;
            }

            known.Add(inner);
            if (current is IEnumerable and not string ? current is ICollection { Count: > 0 } : current is not null && current.ToString() is not ("" or "0" or "False"))
            {
                used.Add(inner);
            }
        }
    }
}
