using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Common.Ports;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Email.Mailbox;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Security;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Email;

public sealed class MailboxTests
{
    [Theory, BothDatabases]
    public async Task List_WhenMailsWereSent_ShouldShowThemNewestFirstWithAllTheirParts(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var first = await SendAsync(server, "Ada.Lovelace@Example.com", "111111");
        server.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await SendAsync(server, "bob@example.com", null);

        var all = await ListAsync(server, null);

        all.Select(mail => mail.Id).Should().Equal(second.DeliveryId, first.DeliveryId);
        all[1].Should().Be(new MailboxMail(first.DeliveryId, first.Recipient, first.Subject, first.Text, first.Html, server.Time.GetUtcNow().AddSeconds(-1), "111111"));
        all[0].Passcode.Should().BeNull();
        (await ListAsync(server, "ada.lovelace@EXAMPLE.com")).Select(mail => mail.Id).Should().Equal(first.DeliveryId);
        (await ListAsync(server, "nobody@example.com")).Should().BeEmpty();
        (await ListAsync(server, "no address")).Should().BeEmpty();
    }

    [Theory, BothDatabases]
    public async Task Send_WhenTheDeliveryIsSentAgain_ShouldKeepItOnce(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var mail = await SendAsync(server, "ada@example.com", "111111");
        server.Time.Advance(TimeSpan.FromSeconds(1));

        await SendAsync(server, mail);

        (await ListAsync(server, null)).Should().ContainSingle().Which.SentAt.Should().Be(server.Time.GetUtcNow().AddSeconds(-1));
    }

    [Theory, BothDatabases]
    [Trait("Requirement", "SEC-09")]
    public async Task Send_WhenTheRowIsRead_ShouldBeEncryptedAndBoundToItsRow(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await SendAsync(server, "ada@example.com", "UNIQUEPASSCODE");
        await SendAsync(server, "bob@example.com", "222222");
        await using var work = new Work(server);
        var rows = await work.Context.MailboxMessages.AsNoTracking().ToListAsync();

        rows.Should().OnlyContain(row => !Encoding.UTF8.GetString(row.Content).Contains("UNIQUEPASSCODE") && !Encoding.UTF8.GetString(row.Content).Contains("example.com"));

        await work.Context.MailboxMessages.Where(row => row.Id == rows[0].Id).ExecuteUpdateAsync(row => row.SetProperty(item => item.Content, rows[1].Content));
        await FluentActions.Awaiting(() => ListAsync(server, null)).Should().ThrowAsync<System.Security.Cryptography.CryptographicException>();
    }

    [Theory, BothDatabases]
    public async Task Send_WhenTheMailboxIsFull_ShouldDropTheOldest(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await FillAsync(server, MailboxStore.Capacity, TimeSpan.FromMilliseconds(1));
        var oldest = (await ListAsync(server, null))[^1].Id;

        var newest = await SendAsync(server, "new@example.com", "999999");

        await using var work = new Work(server);
        (await work.Context.MailboxMessages.CountAsync()).Should().Be(MailboxStore.Capacity);
        var all = await ListAsync(server, null);
        all[0].Id.Should().Be(newest.DeliveryId);
        all.Should().NotContain(mail => mail.Id == oldest);
    }

    [Theory, BothDatabases]
    public async Task Send_WhenManyMailsCameInTheSameMillisecond_ShouldStayWithinItsBounds(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        await FillAsync(server, MailboxStore.Capacity, TimeSpan.Zero);

        await SendAsync(server, "new@example.com", "999999");

        await using var work = new Work(server);
        (await work.Context.MailboxMessages.CountAsync()).Should().Be(MailboxStore.Capacity);
    }

    [Theory, BothDatabases]
    public async Task Find_WhenTheMailIsKnown_ShouldGiveIt(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var mail = await SendAsync(server, "ada@example.com", "111111");
        await using var work = new Work(server);
        var store = work.Get<MailboxStore>();

        (await store.FindAsync(mail.DeliveryId, CancellationToken.None))!.Passcode.Should().Be("111111");
        (await store.FindAsync(Guid.Empty, CancellationToken.None)).Should().BeNull();
        await store.ClearAsync(CancellationToken.None);
        (await store.ListAsync(null, CancellationToken.None)).Should().BeEmpty();
    }

    [Fact]
    public async Task ListWhenNotEmpty_WhenAMailComesLater_ShouldWaitForItAndOtherwiseGiveUp()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        await using var work = new Work(server);
        var store = work.Get<MailboxStore>();

        (await store.ListWhenNotEmptyAsync("ada@example.com", TimeSpan.Zero, CancellationToken.None)).Should().BeEmpty();
        var waiting = store.ListWhenNotEmptyAsync("ada@example.com", TimeSpan.FromDays(1), CancellationToken.None);
        await SendAsync(server, "ada@example.com", "111111");
        while (!waiting.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        (await waiting).Should().ContainSingle();
    }

    private static async Task FillAsync(OtpServer server, int count, TimeSpan apart)
    {
        await using var work = new Work(server);
        var protector = work.Get<PayloadProtector>();
        var now = server.Time.GetUtcNow();
        for (var number = 0; number < count; number++)
        {
            var id = Guid.CreateVersion7(now);
            var mail = new MailboxMail(id, "fill@example.com", "s", "t", "h", now - ((number + 1) * apart), null);
            work.Context.MailboxMessages.Add(new MailboxMessage
            {
                Id = id,
                Recipient = mail.To,
                SentAt = mail.SentAt,
                Content = protector.Protect(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(mail), $"mailbox {id:N}"),
            });
        }

        await work.Context.SaveChangesAsync();
    }

    private static async Task<EmailMessage> SendAsync(OtpServer server, string recipient, string? code)
    {
        var mail = new EmailMessage(
            Guid.CreateVersion7(server.Time.GetUtcNow()), "email-verification", recipient, $"Subject for {recipient}", "Text", "<p>Html</p>",
            code is null ? null : Passcode.FromGenerated(code));
        await SendAsync(server, mail);
        return mail;
    }

    private static async Task SendAsync(OtpServer server, EmailMessage mail)
    {
        await using var scope = server.Services.CreateAsyncScope();
        (await scope.ServiceProvider.GetRequiredService<IEmailSender>().SendAsync(mail, CancellationToken.None)).Should().BeOfType<SendOutcome.Accepted>();
    }

    private static async Task<IReadOnlyList<MailboxMail>> ListAsync(OtpServer server, string? recipient)
    {
        await using var work = new Work(server);
        return await work.Get<MailboxStore>().ListAsync(recipient, CancellationToken.None);
    }
}
