using System.Text;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Otp.Application;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Common;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Delivery;

/// <summary>What the outbox promises, on every database alike.</summary>
public sealed class OutboxContractTests
{
    private const string Address = "needle.recipient@example.com";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    [Theory]
    [BothDatabases(MailCommandEnd.Success, 1)]
    [BothDatabases(MailCommandEnd.Refusal, 1)]
    [BothDatabases(MailCommandEnd.Exception, 0)]
    public async Task Enqueue_WhenTheCommandEnds_ShouldKeepTheMailOnlyIfItCommits(DatabaseProvider provider, MailCommandEnd end, int kept)
    {
        await using var server = await OtpServer.StartAsync(provider, extend: WithMailCommand);
        await using (var work = new Work(server))
        {
            var send = () => work.Get<IMediator>().Send(new QueueMailCommand(end));
            if (end == MailCommandEnd.Exception)
            {
                await send.Should().ThrowAsync<InvalidOperationException>();
            }
            else
            {
                (await send()).IsSuccess.Should().Be(end == MailCommandEnd.Success);
            }
        }

        (await RowsAsync(server)).Should().HaveCount(kept);
    }

    [Theory, BothDatabases]
    public async Task Commit_WhenAMailWasQueued_ShouldWakeTheDispatcherAndOnlyThen(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var signal = server.Services.GetRequiredService<OutboxSignal>();
        await using (var work = new Work(server))
        {
            work.Outbox.Enqueue(Mail(server));
            var waiting = signal.WaitAsync(TimeSpan.FromDays(1), server.Time, CancellationToken.None);
            waiting.IsCompleted.Should().BeFalse("nothing is committed yet");

            await work.CommitAsync();

            await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        }

        await using var other = new Work(server);
        await other.CommitAsync();
        using var cancelled = new CancellationTokenSource();
        var idle = signal.WaitAsync(TimeSpan.FromDays(1), server.Time, cancelled.Token);
        idle.IsCompleted.Should().BeFalse("a command without mail wakes nobody");
        await cancelled.CancelAsync();
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-09")]
    [Trait("Requirement", "SEC-11")]
    public async Task Enqueue_WhenTheDatabaseIsSearched_ShouldShowNeitherCodeNorRecipientNorName(DatabaseProvider provider)
    {
        const string Name = "Needlename Surneedle";
        await using var server = await OtpServer.StartAsync(provider, new()
        {
            ["Passcodes:EmailVerification:Length"] = "12",
            ["Passcodes:EmailVerification:Alphabet"] = "Alphanumeric",
        });
        var caller = server.As("user-1", Address, ("name", Name));
        (await caller.RequestCodeAsync()).Status.Should().Be(System.Net.HttpStatusCode.OK);
        var row = (await RowsAsync(server)).Should().ContainSingle().Subject;
        var content = server.Services.GetRequiredService<MailContentProtector>().Unprotect(row.Content, row.Id, row.UserId);
        var code = content.Passcode!.Reveal();
        (content.Recipient, content.DisplayName, code.Length).Should().Be((Address, Name, 12));

        await ShouldHoldNothingInClearAsync(server, code, Name);
        (await server.CodeToAsync(Address)).Should().Be(code);
        await ShouldHoldNothingInClearAsync(server, code, Name);
        (await caller.VerifyAsync(code)).IsVerified.Should().BeTrue();
        await ShouldHoldNothingInClearAsync(server, code, Name);
    }

    [Theory, BothDatabases]
    public async Task Claim_WhenSeveralClaimAtOnce_ShouldGiveEachMailToOneAlone(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await QueueAsync(server, [.. Enumerable.Range(0, 120).Select(_ => Mail(server))]);

        var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(claimer => Task.Run(async () =>
        {
            var selection = claimer % 2 == 0 ? MailSelection.NewestUntried : MailSelection.OldestUntried;
            List<ClaimedMail> mine = [];
            IReadOnlyList<ClaimedMail> some;
            do
            {
                await using var work = new Work(server);
                some = await work.Queue.ClaimAsync(selection, 7, Lease, CancellationToken.None);
                some.Count.Should().BeLessThanOrEqualTo(7);
                mine.AddRange(some);
            }
            while (some.Count > 0);
            return mine;
        })));

        var all = claims.SelectMany(mine => mine).ToList();
        all.Select(mail => mail.Id).Should().HaveCount(120).And.OnlyHaveUniqueItems();
        all.Should().OnlyContain(mail => mail.Attempts == 1);
    }

    [Theory, BothDatabases]
    public async Task Claim_WhenMoreIsDueThanAskedFor_ShouldTakeTheEndThatIsSelected(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var now = server.Time.GetUtcNow();
        OutgoingMail[] mails = [.. "51423".Select(age => Mail(server, dueAt: now.AddSeconds('0' - age)))];
        await QueueAsync(server, mails);
        await using var work = new Work(server);

        var oldest = await work.Queue.ClaimAsync(MailSelection.OldestUntried, 2, Lease, CancellationToken.None);
        var newest = await work.Queue.ClaimAsync(MailSelection.NewestUntried, 2, Lease, CancellationToken.None);
        var rest = await work.Queue.ClaimAsync(MailSelection.NewestUntried, 2, Lease, CancellationToken.None);

        oldest.Select(mail => mail.Id).Should().BeEquivalentTo([mails[0].Id, mails[2].Id]);
        newest.Select(mail => mail.Id).Should().BeEquivalentTo([mails[1].Id, mails[3].Id]);
        rest.Select(mail => mail.Id).Should().Equal(mails[4].Id);
    }

    [Theory, BothDatabases]
    public async Task Claim_WhenFreshOnesAreAskedFor_ShouldGiveUntriedOnesOfTheLastSecondNewestFirst(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var now = server.Time.GetUtcNow();
        OutgoingMail[] mails = [.. new[] { 1000, 999, 500, 0, -1 }.Select(age => Mail(server, dueAt: now.AddMilliseconds(-age)))];
        await QueueAsync(server, mails);
        await using var work = new Work(server);
        var tried = (await work.Queue.ClaimAsync(MailSelection.NewestUntried, 1, Lease, CancellationToken.None)).Single();
        await work.Queue.PutBackAsync(tried, now, "HTTP 503", CancellationToken.None);

        var newest = await work.Queue.ClaimAsync(MailSelection.Fresh, 1, Lease, CancellationToken.None);
        var rest = await work.Queue.ClaimAsync(MailSelection.Fresh, 5, Lease, CancellationToken.None);

        tried.Id.Should().Be(mails[3].Id);
        newest.Select(mail => mail.Id).Should().Equal(mails[2].Id);
        rest.Select(mail => mail.Id).Should().Equal(mails[1].Id);
    }

    [Theory, BothDatabases]
    public async Task Claim_WhenSomeWereTried_ShouldKeepThemApartFromThoseThatWereNot(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await QueueAsync(server, Mail(server), Mail(server), Mail(server));
        await using var work = new Work(server);
        var tried = await ClaimAsync(server);
        await work.Queue.PutBackAsync(tried[0], server.Time.GetUtcNow().AddSeconds(1), "HTTP 503", CancellationToken.None);
        await work.Queue.PutBackAsync(tried[1], server.Time.GetUtcNow(), "HTTP 503", CancellationToken.None);
        await work.Queue.PutBackAsync(tried[2], server.Time.GetUtcNow(), null, CancellationToken.None);
        server.Time.Advance(TimeSpan.FromSeconds(1));

        var untried = await work.Queue.ClaimAsync(MailSelection.NewestUntried, 3, Lease, CancellationToken.None);
        var retry = await work.Queue.ClaimAsync(MailSelection.Retries, 1, Lease, CancellationToken.None);
        var retries = await work.Queue.ClaimAsync(MailSelection.Retries, 3, Lease, CancellationToken.None);

        untried.Select(mail => mail.Id).Should().Equal(tried[2].Id);
        retry.Select(mail => mail.Id).Should().Equal([tried[1].Id], "it has waited longer");
        retries.Select(mail => mail.Id).Should().Equal(tried[0].Id);
    }

    [Theory, BothDatabases]
    public async Task Claim_WhenAMailIsNotYetDue_ShouldLeaveItUntilItsTime(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await QueueAsync(server, Mail(server, dueAt: server.Time.GetUtcNow().AddMilliseconds(10)));

        server.Time.Advance(TimeSpan.FromMilliseconds(9));
        (await ClaimAsync(server)).Should().BeEmpty();
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        (await ClaimAsync(server)).Should().ContainSingle();
    }

    [Theory, BothDatabases]
    public async Task Claim_WhenTheLeaseEnds_ShouldHandTheMailToTheNextAndIgnoreTheFirst(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await QueueAsync(server, Mail(server));
        var first = (await ClaimAsync(server)).Single();

        server.Time.Advance(Lease - TimeSpan.FromMilliseconds(1));
        (await ClaimAsync(server)).Should().BeEmpty();
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        var second = (await ClaimAsync(server)).Single();

        second.Id.Should().Be(first.Id);
        second.LeaseId.Should().NotBe(first.LeaseId);
        second.Attempts.Should().Be(2);
        second.ProtectedContent.ToArray().Should().Equal(first.ProtectedContent.ToArray());
        await using var work = new Work(server);
        (await work.Queue.FinishAsync(first, DeliveryState.Failed, "late", CancellationToken.None)).Should().BeFalse();
        (await work.Queue.PutBackAsync(first, server.Time.GetUtcNow(), "late", CancellationToken.None)).Should().BeFalse();
        (await work.Queue.PutBackAsync(first, server.Time.GetUtcNow(), null, CancellationToken.None)).Should().BeFalse();
        var row = (await RowsAsync(server)).Single();
        (row.State, row.Reason, row.LeaseId, row.Attempts).Should().Be((DeliveryState.Queued, null, second.LeaseId, 2), "who lost the lease has no say");
        (await work.Queue.FinishAsync(second, DeliveryState.Sent, null, CancellationToken.None)).Should().BeTrue();
        (await RowsAsync(server)).Single().State.Should().Be(DeliveryState.Sent);
    }

    [Theory, BothDatabases]
    public async Task Claim_WhenAMailIsReadBack_ShouldGiveAllThatWasQueued(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var subject = Guid.CreateVersion7(server.Time.GetUtcNow());
        var mail = Mail(server) with { SubjectId = subject };
        await QueueAsync(server, mail);

        var claimed = (await ClaimAsync(server)).Single();

        (claimed.Id, claimed.UserId, claimed.Kind, claimed.SubjectId, claimed.ExpiresAt).Should().Be((mail.Id, mail.UserId, mail.Kind, subject, mail.ExpiresAt));
        claimed.LeaseEndsAt.Should().Be(server.Time.GetUtcNow() + Lease);
        await using var work = new Work(server);
        var content = work.Queue.Open(claimed);
        content.Should().BeEquivalentTo(mail.Content, options => options.Excluding(item => item.Passcode));
        content.Passcode!.Reveal().Should().Be(mail.Content.Passcode!.Reveal());
    }

    [Theory, BothDatabases]
    public async Task PutBack_WhenTheMailWasTried_ShouldCountItAndKeepItUntilItsTime(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await QueueAsync(server, Mail(server));
        var claimed = (await ClaimAsync(server)).Single();
        await using var work = new Work(server);

        await work.Queue.PutBackAsync(claimed, server.Time.GetUtcNow().AddSeconds(5), "HTTP 503", CancellationToken.None);

        var row = (await RowsAsync(server)).Single();
        (row.State, row.Attempts, row.Reason, row.LeaseId, row.DueAt).Should().Be((DeliveryState.Queued, 1, "HTTP 503", null, server.Time.GetUtcNow().AddSeconds(5)));
        row.Content.Should().NotBeNull();
        (await ClaimAsync(server)).Should().BeEmpty();
        server.Time.Advance(TimeSpan.FromSeconds(5));
        (await ClaimAsync(server)).Single().Attempts.Should().Be(2);
    }

    [Theory, BothDatabases]
    public async Task PutBack_WhenTheMailWasNotTried_ShouldNotCountIt(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await QueueAsync(server, Mail(server));
        var claimed = (await ClaimAsync(server)).Single();
        await using var work = new Work(server);

        await work.Queue.PutBackAsync(claimed, server.Time.GetUtcNow(), null, CancellationToken.None);

        (await RowsAsync(server)).Single().Attempts.Should().Be(0);
        (await ClaimAsync(server)).Single().Attempts.Should().Be(1);
    }

    [Theory]
    [BothDatabases(DeliveryState.Sent)]
    [BothDatabases(DeliveryState.Expired)]
    [BothDatabases(DeliveryState.Superseded)]
    [Trait("Requirement", "SEC-27")]
    public async Task Finish_WhenNothingIsLeftToDo_ShouldEraseTheContent(DatabaseProvider provider, DeliveryState state)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await QueueAsync(server, Mail(server));
        var claimed = (await ClaimAsync(server)).Single();
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await using var work = new Work(server);

        await work.Queue.FinishAsync(claimed, state, null, CancellationToken.None);

        var row = (await RowsAsync(server)).Single();
        (row.State, row.StateChangedAt, row.Content, row.LeaseId).Should().Be((state, server.Time.GetUtcNow(), null, null));
        server.Time.Advance(TimeSpan.FromDays(1));
        (await ClaimAsync(server)).Should().BeEmpty("a finished mail is never due");
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-27")]
    public async Task Finish_WhenItFailed_ShouldKeepTheContentUntilTheCodeExpires(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await QueueAsync(server, Mail(server), Mail(server) with { Kind = MailKind.AddressChanged, ExpiresAt = null });
        await using var work = new Work(server);
        foreach (var claimed in await ClaimAsync(server))
        {
            await work.Queue.FinishAsync(claimed, DeliveryState.Failed, "HTTP 400", CancellationToken.None);
        }

        var rows = await RowsAsync(server);
        rows.Should().OnlyContain(row => row.State == DeliveryState.Failed && row.Reason == "HTTP 400");
        rows.Single(row => row.ExpiresAt is null).Content.Should().BeNull("a notice is not tried again");
        server.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        await work.Queue.EraseExpiredContentsAsync(CancellationToken.None);
        (await RowsAsync(server)).Single(row => row.ExpiresAt is not null).Content.Should().NotBeNull();
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        await work.Queue.EraseExpiredContentsAsync(CancellationToken.None);
        rows = await RowsAsync(server);
        rows.Should().OnlyContain(row => row.Content == null);
        rows.Should().OnlyContain(row => row.Reason == "HTTP 400", "why it failed is kept");
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-27")]
    public async Task EraseExpiredContents_WhenThereAreMoreThanOneBatch_ShouldEraseAllAndNothingElse(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await QueueAsync(server, [.. Enumerable.Range(0, 1001).Select(_ => Mail(server))]);
        await using var work = new Work(server);
        await work.Context.OutboxMessages.ExecuteUpdateAsync(row => row.SetProperty(item => item.State, DeliveryState.Failed));
        await QueueAsync(server, Mail(server));
        server.Time.Advance(TimeSpan.FromMinutes(16));

        await work.Queue.EraseExpiredContentsAsync(CancellationToken.None);

        var rows = await RowsAsync(server);
        rows.Where(row => row.State == DeliveryState.Failed).Should().HaveCount(1001).And.OnlyContain(row => row.Content == null);
        rows.Single(row => row.State == DeliveryState.Queued).Content.Should().NotBeNull("what is still queued is the dispatcher's");
    }

    [Theory, BothDatabases]
    public async Task Finish_WhenContentWasErased_ShouldNotBeOpenedUnderAnotherRow(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await QueueAsync(server, Mail(server), Mail(server));
        var claimed = await ClaimAsync(server);
        await using var work = new Work(server);
        var swapped = claimed[0] with { ProtectedContent = claimed[1].ProtectedContent };

        work.Invoking(it => it.Queue.Open(swapped)).Should().Throw<System.Security.Cryptography.CryptographicException>();
        work.Invoking(it => it.Queue.Open(claimed[0] with { UserId = "somebody else" })).Should().Throw<System.Security.Cryptography.CryptographicException>();
    }

    [Theory, BothDatabases]
    public async Task Deliver_WhenTheCodeHasExpired_ShouldNotSendIt(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.As("ada", Address).RequestCodeAsync();
        server.Time.Advance(TimeSpan.FromMinutes(15));

        await ShouldEndUnsentAsync(server, DeliveryState.Expired);
    }

    [Theory, BothDatabases]
    public async Task Deliver_WhenTheCodeLivesForOneMoreMillisecond_ShouldSendIt(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.As("ada", Address).RequestCodeAsync();
        server.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));

        (await server.MailsToAsync(Address)).Should().ContainSingle();
    }

    [Theory, BothDatabases]
    public async Task Deliver_WhenANewerCodeReplacedIt_ShouldSendTheNewerAlone(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        server.Time.Advance(TimeSpan.FromSeconds(60));
        await ada.RequestCodeAsync();

        var mails = await server.MailsToAsync(Address);

        (await RowsAsync(server)).Select(row => row.State).Should().BeEquivalentTo([DeliveryState.Superseded, DeliveryState.Sent]);
        (await ada.VerifyAsync(mails.Should().ContainSingle().Subject.Passcode!)).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    public async Task Deliver_WhenTheAddressChanged_ShouldNotSendIt(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await server.As("ada", Address).RequestCodeAsync();
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await server.As("ada", "new@example.com").GuessAsync("000000");

        await ShouldEndUnsentAsync(server, DeliveryState.Superseded);
    }

    [Theory, BothDatabases]
    public async Task Deliver_WhenTheUserIsLocked_ShouldNotSendIt(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        for (var guess = 0; guess < 5; guess++)
        {
            await ada.GuessAsync("not the code");
        }

        await ShouldEndUnsentAsync(server, DeliveryState.Superseded);
    }

    [Theory, BothDatabases]
    public async Task Deliver_WhenTheCodeWasUsedBeforeTheMailLeft_ShouldNotSendItAgain(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var ada = server.As("ada", Address);
        await ada.RequestCodeAsync();
        var row = (await RowsAsync(server)).Single();
        var code = server.Services.GetRequiredService<MailContentProtector>().Unprotect(row.Content, row.Id, row.UserId).Passcode!.Reveal();
        (await ada.VerifyAsync(code)).IsVerified.Should().BeTrue();

        await ShouldEndUnsentAsync(server, DeliveryState.Superseded);
    }

    [Theory, BothDatabases]
    public async Task FindDelivery_WhenAnotherUserAsks_ShouldFindNothing(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var mail = Mail(server);
        await QueueAsync(server, mail);
        await using var work = new Work(server);
        var log = work.Get<IDeliveryLog>();

        (await log.FindAsync(mail.UserId, mail.Id, CancellationToken.None))!.State.Should().Be(DeliveryState.Queued);
        (await log.FindAsync("somebody else", mail.Id, CancellationToken.None)).Should().BeNull();
        (await log.FindAsync(mail.UserId, Guid.Empty, CancellationToken.None)).Should().BeNull();
    }

    internal static OutgoingMail Mail(OtpServer server, DateTimeOffset? dueAt = null, string recipient = Address)
    {
        var now = server.Time.GetUtcNow();
        return new OutgoingMail(Guid.CreateVersion7(now), MailKind.EmailVerification, "ada")
        {
            CreatedAt = now,
            DueAt = dueAt ?? now,
            ExpiresAt = now.AddMinutes(15),
            Content = new MailContent(recipient)
            {
                Locale = "de",
                DisplayName = "Ada",
                Passcode = Passcode.FromGenerated("042195"),
                PasscodeLifetime = TimeSpan.FromMinutes(15),
                IsSummary = true,
            },
        };
    }

    internal static async Task QueueAsync(OtpServer server, params OutgoingMail[] mails)
    {
        await using var work = new Work(server);
        foreach (var mail in mails)
        {
            work.Outbox.Enqueue(mail);
        }

        (await work.CommitAsync()).Should().BeTrue();
    }

    internal static async Task<List<OutboxMessage>> RowsAsync(OtpServer server)
    {
        await using var work = new Work(server);
        return await work.Context.OutboxMessages.AsNoTracking().OrderBy(row => row.Id).ToListAsync();
    }

    internal static async Task<IReadOnlyList<ClaimedMail>> ClaimAsync(OtpServer server, int count = 100)
    {
        await using var work = new Work(server);
        var untried = await work.Queue.ClaimAsync(MailSelection.OldestUntried, count, Lease, CancellationToken.None);
        return [.. untried, .. await work.Queue.ClaimAsync(MailSelection.Retries, count - untried.Count, Lease, CancellationToken.None)];
    }

    private static void WithMailCommand(WebApplicationBuilder builder) => builder.Services.AddHandlersFrom(typeof(QueueMailCommand).Assembly);

    private static async Task ShouldEndUnsentAsync(OtpServer server, DeliveryState state)
    {
        (await server.MailsToAsync(Address)).Should().BeEmpty();
        var row = (await RowsAsync(server)).Should().ContainSingle().Subject;
        (row.State, row.Content).Should().Be((state, null));
    }

    private static async Task ShouldHoldNothingInClearAsync(OtpServer server, string code, string name)
    {
        var everything = await DumpAsync(server, "email_verifications", "recipient_allowances", "outbox_messages", "mailbox_messages");
        ShouldNotHold(everything, code);
        var queue = await DumpAsync(server, "outbox_messages");
        queue.Should().Contain("user-1", "the search would find what is there");
        ShouldNotHold(queue, Address);
        ShouldNotHold(queue, "needle.recipient");
        ShouldNotHold(queue, name);
        ShouldNotHold(await DumpAsync(server, "mailbox_messages"), name);

        if (server.Database.Provider == DatabaseProvider.Sqlite)
        {
            foreach (var file in Directory.EnumerateFiles(server.Database.DataDirectory))
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var bytes = new MemoryStream();
                await stream.CopyToAsync(bytes);
                ShouldNotHold(Encoding.Latin1.GetString(bytes.ToArray()), code);
            }
        }
    }

    private static void ShouldNotHold(string text, string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        text.Should().NotContain(secret).And.NotContain(Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(secret)));
        text.Should().NotContainEquivalentOf(Convert.ToHexString(bytes));
        text.Should().NotContain(Convert.ToBase64String(bytes)[..12]);
    }

    /// <summary>All rows of tables as text, bytes in hex and as they are.</summary>
    private static async Task<string> DumpAsync(OtpServer server, params string[] tables)
    {
        await using System.Data.Common.DbConnection connection = server.Database.Provider == DatabaseProvider.Sqlite
            ? new SqliteConnection(server.Database.ConnectionString)
            : new NpgsqlConnection(server.Database.ConnectionString);
        await connection.OpenAsync();
        StringBuilder dump = new();
        foreach (var table in tables)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    var value = reader.GetValue(column);
                    dump.Append(value is byte[] bytes ? $"{Convert.ToHexString(bytes)} {Encoding.Latin1.GetString(bytes)}" : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)).Append('|');
                }

                dump.AppendLine();
            }
        }

        return dump.ToString();
    }
}

/// <summary>How the test's command ends.</summary>
public enum MailCommandEnd
{
    Success,
    Refusal,
    Exception,
}

internal sealed record QueueMailCommand(MailCommandEnd End) : ICommand<Result>;

internal sealed class QueueMailHandler(IEmailOutbox outbox, TimeProvider time) : IRequestHandler<QueueMailCommand, Result>
{
    public Task<Result> Handle(QueueMailCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        outbox.Enqueue(new OutgoingMail(Guid.CreateVersion7(now), MailKind.AddressChanged, "ada") { CreatedAt = now, DueAt = now, Content = new MailContent("ada@example.com") });
        return request.End switch
        {
            MailCommandEnd.Success => Task.FromResult(Result.Success),
            MailCommandEnd.Refusal => Task.FromResult(Result.Failure(new DomainError("Test.Refused", ErrorKind.NotFound, "refused"))),
            _ => throw new InvalidOperationException("a bug"),
        };
    }
}
