using Microsoft.EntityFrameworkCore;
using Otp.Domain.Emails;
using Otp.Domain.Recipients;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class SuppressionRepository(OtpDbContext context, HotQueries queries) : ISuppressionRepository
{
    // Also one that the running command has added.
    public async Task<Suppression?> FindAsync(EmailAddress address, CancellationToken cancellationToken) =>
        context.Suppressions.Local.FindEntry(address.Canonical)?.Entity ?? await queries.FindSuppression(context, address.Canonical, cancellationToken);

    public async Task<IReadOnlyList<Suppression>> ListAsync(string? after, int count, CancellationToken cancellationToken) =>
        await context.Suppressions.AsNoTracking()
            .Where(suppression => after == null || suppression.Address.CompareTo(after) > 0)
            .OrderBy(suppression => suppression.Address)
            .Take(count)
            .ToListAsync(cancellationToken);

    public void Add(Suppression suppression) => context.Suppressions.Add(suppression);

    public void Remove(Suppression suppression) => context.Suppressions.Remove(suppression);
}
