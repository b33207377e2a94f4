using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Common.Ports;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests;

/// <summary>What one command works with: a scope with its own context.</summary>
internal sealed class Work(IServiceProvider services) : IAsyncDisposable
{
    private readonly AsyncServiceScope _scope = services.CreateAsyncScope();

    public Work(OtpServer server)
        : this(server.Services)
    {
    }

    public OtpDbContext Context => Get<OtpDbContext>();

    public IUnitOfWork UnitOfWork => Get<IUnitOfWork>();

    public IEmailVerificationRepository Verifications => Get<IEmailVerificationRepository>();

    public IRecipientAllowanceRepository Allowances => Get<IRecipientAllowanceRepository>();

    public IEmailOutbox Outbox => Get<IEmailOutbox>();

    public IOutboxQueue Queue => Get<IOutboxQueue>();

    public T Get<T>()
        where T : notnull => _scope.ServiceProvider.GetRequiredService<T>();

    public Task<bool> CommitAsync() => UnitOfWork.TryCommitAsync(CancellationToken.None);

    public Task<IAsyncDisposable> TakeTurnAsync() => UnitOfWork.TakeTurnAsync(CancellationToken.None);

    public Task<EmailVerification?> FindAsync(string userId) => Verifications.FindAsync(userId, CancellationToken.None);

    public ValueTask DisposeAsync() => _scope.DisposeAsync();
}
