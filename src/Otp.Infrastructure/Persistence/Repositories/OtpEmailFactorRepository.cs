using Microsoft.EntityFrameworkCore;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class OtpEmailFactorRepository(Lazy<OtpDbContext> context, CompiledQueries queries) : IOtpEmailFactorRepository
{
    public Task<UserFactors?> FindAsync(string userId, CancellationToken cancellationToken) => queries.FindFactors(context.Value, userId, cancellationToken);

    public Task<UserFactors?> FindWithChallengeAsync(string userId, Guid challengeId, CancellationToken cancellationToken) =>
        queries.FindFactorsWithChallenge(context.Value, userId, challengeId, cancellationToken);

    public async Task<UserFactors?> FindWithOpenChallengesAsync(string userId, CancellationToken cancellationToken)
    {
        var factors = await FindAsync(userId, cancellationToken);
        await context.Value.OtpEmailChallenges.AsTracking()
            .Where(challenge => challenge.UserId == userId && challenge.VerifiedAt == null)
            .LoadAsync(cancellationToken);
        return factors;
    }

    public async Task<IReadOnlyList<OtpEmailFactor>> ListAsync(string userId, IReadOnlyCollection<FactorState> states, CancellationToken cancellationToken) =>
        await context.Value.OtpEmailFactors.AsNoTracking()
            .Where(factor => factor.UserId == userId && states.Contains(factor.State))
            .OrderBy(factor => factor.CreatedAt).ThenBy(factor => factor.Id)
            .ToListAsync(cancellationToken);

    public void Add(UserFactors factors)
    {
        if (context.Value.Entry(factors).State == EntityState.Detached)
        {
            context.Value.UserFactors.Add(factors);
        }
    }
}
