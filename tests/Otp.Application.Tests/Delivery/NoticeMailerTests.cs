using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Emails;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Application.Tests.Delivery;

public sealed class NoticeMailerTests
{
    [Theory, BothDatabases]
    [Trait("Rule", "11")]
    public async Task Enqueue_WhenTheRecipientsLimitIsReached_ShouldQueueOneMailThatSaysItSumsUp(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider, new() { ["Limits:RecipientNotices:PermitLimit"] = "2" });
        for (var notice = 0; notice < 5; notice++)
        {
            await EnqueueAsync(server);
        }

        var single = await ClaimAsync(server);
        server.Time.Advance(TimeSpan.FromHours(24));
        var late = await ClaimAsync(server);

        single.Select(content => content.IsSummary).Should().Equal(false, false);
        late.Select(content => content.IsSummary).Should().Equal([true], "the three others are one mail");
    }

    private static async Task EnqueueAsync(OtpServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        EmailAddress.TryParse("ada@example.com", out var recipient).Should().BeTrue();
        await scope.ServiceProvider.GetRequiredService<NoticeMailer>()
            .EnqueueAsync(new Notice(MailKind.AddressChanged, "ada", recipient!, [], null), server.Time.GetUtcNow(), CancellationToken.None);
        (await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().TryCommitAsync(CancellationToken.None)).Should().BeTrue();
    }

    private static async Task<List<MailContent>> ClaimAsync(OtpServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var queue = scope.ServiceProvider.GetRequiredService<IOutboxQueue>();
        var claimed = await queue.ClaimAsync(MailSelection.OldestUntried, 100, TimeSpan.FromDays(2), CancellationToken.None);
        return [.. claimed.Select(queue.Open)];
    }
}
