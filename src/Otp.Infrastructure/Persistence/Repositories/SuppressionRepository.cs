using Microsoft.EntityFrameworkCore;
using Otp.Domain.Emails;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence.Hot;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class SuppressionRepository(Lazy<OtpDbContext> context, HotRows rows) : ISuppressionRepository
{
    public Task<bool> ContainsAsync(EmailAddress address, CancellationToken cancellationToken) => rows.IsSuppressedAsync(address.Canonical, cancellationToken);

    // Also one that the running command has added.
    public async Task<Suppression?> FindAsync(EmailAddress address, CancellationToken cancellationToken) => await context.Value.Suppressions.FindAsync([address.Canonical], cancellationToken);

    public async Task<IReadOnlyList<Suppression>> ListAsync(string? after, int count, CancellationToken cancellationToken) =>
        await context.Value.Suppressions.AsNoTracking()
            .Where(suppression => after == null || suppression.Address.CompareTo(after) > 0)
            .OrderBy(suppression => suppression.Address)
            .Take(count)
            .ToListAsync(cancellationToken);

    public void Add(Suppression suppression) => context.Value.Suppressions.Add(suppression);

    public void Remove(Suppression suppression) => context.Value.Suppressions.Remove(suppression);
}
