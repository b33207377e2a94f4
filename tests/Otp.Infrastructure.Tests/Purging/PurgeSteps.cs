using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Otp.Application.Delivery;
using Otp.Domain.Auditing;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.BackgroundJobs;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Purging;

/// <summary>What tests of the purge have in common.</summary>
internal static class PurgeSteps
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    public static readonly EmailAddress Address = EmailAddress.Parse("ada@example.com");
    public static readonly PasscodePolicy Policy = PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification);
    public static readonly PasscodePolicy ChallengePolicy = PasscodePolicy.DefaultFor(PasscodePurpose.LoginChallenge);
    public static readonly PasscodeHash Right = new("key", new byte[PasscodeHash.ValueLength]);
    public static readonly PasscodeHash Wrong = new("key", [.. Enumerable.Repeat((byte)1, PasscodeHash.ValueLength)]);

    public static DateTimeOffset Now(this OtpServer server) => server.Time.GetUtcNow();

    /// <summary>Purges once; nothing may fail.</summary>
    public static async Task PurgeAsync(this OtpServer server)
    {
        await server.PurgeServiceOf().RunAsync(CancellationToken.None);
        server.Logs.Entries.Where(entry => entry.Contains("PurgeService 31:", StringComparison.Ordinal)).Should().BeEmpty();
    }

    public static PurgeService PurgeServiceOf(this OtpServer server) => server.Services.GetServices<IHostedService>().OfType<PurgeService>().Single();

    public static async Task AddAsync(this OtpServer server, params IEnumerable<object> rows)
    {
        await using var work = new Work(server);
        work.Context.AddRange(rows);
        await work.Context.SaveChangesAsync();
    }

    public static async Task<T> ReadAsync<T>(this OtpServer server, Func<Work, Task<T>> read)
    {
        await using var work = new Work(server);
        return await read(work);
    }

    public static Task<EmailVerification> VerificationAsync(this OtpServer server, string userId) => server.ReadAsync(async work => (await work.FindAsync(userId))!);

    /// <summary>A user's factors with one challenge.</summary>
    public static Task<UserFactors> FactorsAsync(this OtpServer server, string userId, Guid challengeId = default) =>
        server.ReadAsync(async work => (await work.Get<IOtpEmailFactorRepository>().FindWithChallengeAsync(userId, challengeId, CancellationToken.None))!);

    /// <summary>A verification with a code that was issued now, and as many wrong guesses at it.</summary>
    public static EmailVerification WithCode(string userId, DateTimeOffset now, int wrongGuesses = 0)
    {
        var verification = EmailVerification.Start(userId, "acme", now);
        verification.ChangeAddress(Address, now);
        verification.IssuePasscode(Right, Guid.CreateVersion7(now), Policy, now);
        for (var guess = 0; guess < wrongGuesses; guess++)
        {
            verification.Guess(Wrong, Policy, now);
        }

        return verification;
    }

    public static OutboxMessage Mail(DateTimeOffset createdAt, DeliveryState state, DateTimeOffset changedAt) => new()
    {
        Id = Guid.CreateVersion7(createdAt),
        UserId = "ada",
        Kind = MailKind.EmailVerification,
        State = state,
        StateChangedAt = changedAt,
        DueAt = createdAt,
        CreatedAt = createdAt,
        Reason = state == DeliveryState.Failed ? "HTTP 400" : null,
    };

    public static DeliveryReport Report(string eventId, DateTimeOffset recordedAt) => new() { EventId = eventId, UserId = "ada", RecordedAt = recordedAt };

    public static AuditEntry Entry(DateTimeOffset occurredAt) =>
        new() { Id = Guid.CreateVersion7(occurredAt), UserId = "ada", Action = AuditAction.Unlocked, OccurredAt = occurredAt };
}
