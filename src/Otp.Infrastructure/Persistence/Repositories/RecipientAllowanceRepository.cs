using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence.Hot;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class RecipientAllowanceRepository(HotRows rows) : IRecipientAllowanceRepository
{
    public Task<RecipientAllowance?> FindAsync(string recipient, string userId, RecipientCounter counter, CancellationToken cancellationToken) =>
        rows.FindAllowanceAsync(recipient, userId, counter, cancellationToken);

    public void Add(RecipientAllowance allowance) => rows.Add(allowance);
}
