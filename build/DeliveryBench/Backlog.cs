using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.TestKit;

namespace Otp.DeliveryBench;

/// <summary>Queued codes of many users, which can be brought back after they were sent.</summary>
internal sealed class Backlog : IAsyncDisposable
{
    private readonly OtpServer _server;

    private Backlog(OtpServer server, TestDatabase database)
    {
        _server = server;
        Database = database;
    }

    public TestDatabase Database { get; }

    /// <summary>The code of each mail.</summary>
    public Dictionary<Guid, string> Codes { get; private set; } = [];

    /// <summary>Lets many users ask for a code, and keeps the mails back.</summary>
    public static async Task<Backlog> QueueAsync(int mails, string user)
    {
        var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var server = await OtpServer.StartAsync(
            database,
            new ManualTimeProvider(TimeProvider.System.GetUtcNow()),
            new() { ["Passcodes:EmailVerification:Lifetime"] = "1.00:00:00", ["Logging:LogLevel:Default"] = "Error" });
        var backlog = new Backlog(server, database);
        await Parallel.ForEachAsync(Enumerable.Range(0, mails), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
            await server.As($"{user}-{number}", $"{user}-{number}@example.com").RequestCodeAsync());
        await backlog.InContextAsync(async context =>
        {
            var protector = server.Services.GetRequiredService<MailContentProtector>();
            backlog.Codes = (await context.OutboxMessages.AsNoTracking().ToListAsync())
                .ToDictionary(row => row.Id, row => protector.Unprotect(row.Content, row.Id, row.UserId).Passcode!.Reveal());
            await context.Database.ExecuteSqlRawAsync("UPDATE outbox_messages SET due_at = due_at + interval '1 day'");
            return await context.Database.ExecuteSqlRawAsync("CREATE TABLE kept AS SELECT * FROM outbox_messages");
        });
        return backlog;
    }

    /// <summary>Brings all mails back, not yet due.</summary>
    public Task RestoreAsync() => InContextAsync(context =>
        context.Database.ExecuteSqlRawAsync("TRUNCATE outbox_messages; INSERT INTO outbox_messages SELECT * FROM kept; ANALYZE outbox_messages"));

    /// <summary>Makes all mails due now, in the order in which they were queued.</summary>
    public Task ReleaseAsync() => InContextAsync(context => context.Database.ExecuteSqlRawAsync("UPDATE outbox_messages SET due_at = due_at - interval '1 day'"));

    /// <summary>The mails that a process has the lease of.</summary>
    public Task<HashSet<Guid>> LeasedAsync() => InContextAsync(async context =>
        (await context.OutboxMessages.Where(row => row.State == DeliveryState.Queued && row.LeaseId != null).Select(row => row.Id).ToListAsync()).ToHashSet());

    /// <summary>How many mails are in a state.</summary>
    public Task<int> CountAsync(DeliveryState state) => InContextAsync(context => context.OutboxMessages.CountAsync(row => row.State == state));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await Database.DisposeAsync();
    }

    private async Task<T> InContextAsync<T>(Func<OtpDbContext, Task<T>> action)
    {
        await using var scope = _server.Services.CreateAsyncScope();
        return await action(scope.ServiceProvider.GetRequiredService<OtpDbContext>());
    }
}
