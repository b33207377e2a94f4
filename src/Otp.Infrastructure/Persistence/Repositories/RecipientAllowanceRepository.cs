using Otp.Domain.Recipients;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class RecipientAllowanceRepository(OtpDbContext context, HotQueries queries) : IRecipientAllowanceRepository
{
    public Task<RecipientAllowance?> FindAsync(string recipient, string userId, RecipientCounter counter, CancellationToken cancellationToken) =>
        queries.FindAllowance(context, recipient, userId, counter, cancellationToken);

    public void Add(RecipientAllowance allowance) => context.RecipientAllowances.Add(allowance);
}
