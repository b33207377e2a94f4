using Microsoft.EntityFrameworkCore;
using Otp.Domain.Recipients;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class RecipientAllowanceRepository(OtpDbContext context) : IRecipientAllowanceRepository
{
    public Task<RecipientAllowance?> FindAsync(string recipient, string userId, RecipientCounter counter, CancellationToken cancellationToken) =>
        context.RecipientAllowances.AsTracking().FirstOrDefaultAsync(
            allowance => allowance.Recipient == recipient && allowance.UserId == userId && allowance.Counter == counter, cancellationToken);

    public void Add(RecipientAllowance allowance) => context.RecipientAllowances.Add(allowance);
}
