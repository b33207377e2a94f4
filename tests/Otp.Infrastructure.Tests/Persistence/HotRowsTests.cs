using Microsoft.EntityFrameworkCore;
using Otp.Application.Common.Ports;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Npgsql;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Tests.Persistence;

/// <summary>The statements of our own know the columns that the model has: one that is added to the model must not be left out of them.</summary>
public sealed class HotRowsTests(SharedServers servers) : IClassFixture<SharedServers>
{
    private static readonly Dictionary<Type, (string Insert, string[] SetLater)> Statements = new()
    {
        [typeof(EmailVerification)] = (VerificationRow.Insert, []),
        [typeof(RecipientAllowance)] = (AllowanceRow.Insert, []),
        [typeof(OutboxMessage)] = (MailRow.Insert, ["lease_id", "reason", "reported_at"]),
        [typeof(AuditEntry)] = (AuditRow.Insert, []),
    };

    [Theory]
    [InlineData(typeof(EmailVerification))]
    [InlineData(typeof(RecipientAllowance))]
    [InlineData(typeof(OutboxMessage))]
    [InlineData(typeof(AuditEntry))]
    public async Task Insert_OfEachTable_ShouldNameEveryColumnOfTheModel(Type entity)
    {
        await using var work = new Work(await servers.GetAsync(DatabaseProvider.PostgreSql));
        var table = work.Context.Model.GetRelationalModel().Tables.Single(item => item.EntityTypeMappings.Any(mapping => mapping.TypeBase.ClrType == entity));
        var (insert, setLater) = Statements[entity];

        var named = insert[(insert.IndexOf('(', StringComparison.Ordinal) + 1)..insert.IndexOf(')', StringComparison.Ordinal)].Split(',', StringSplitOptions.TrimEntries);

        insert.Should().StartWith($"INSERT INTO {table.Name} (");
        named.Concat(setLater).Should().BeEquivalentTo(table.Columns.Select(column => column.Name));
        table.Columns.Should().NotContain(column => setLater.Contains(column.Name) && !column.IsNullable);
    }

    [Fact]
    public async Task Find_WhenTheMailOfTheCodeIsPurged_ShouldSayThatThereIsNoneWithoutAnotherQuery()
    {
        var server = await servers.GetAsync(DatabaseProvider.PostgreSql);
        var (now, mailId) = (DateTimeOffset.UnixEpoch, Guid.CreateVersion7(DateTimeOffset.UnixEpoch));
        await using (var work = new Work(server))
        {
            var verification = EmailVerification.Start("purged", "org", now);
            verification.ChangeAddress(EmailAddress.Parse("purged@example.com"), now);
            verification.IssuePasscode(new PasscodeHash("test", new byte[32]), mailId, PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification), now);
            work.Verifications.Add(verification);
            (await work.CommitAsync()).Should().BeTrue();
        }

        await using var later = new Work(server);
        (await later.FindAsync("purged"))!.Slot.DeliveryId.Should().Be(mailId);

        (await later.Get<IDeliveryLog>().FindAsync("purged", mailId, CancellationToken.None)).Should().BeNull();
        later.Get<Lazy<OtpDbContext>>().IsValueCreated.Should().BeFalse();
    }
}
