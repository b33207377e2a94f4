using Microsoft.EntityFrameworkCore;
using Otp.Domain.EmailVerifications;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class EmailVerificationRepository(OtpDbContext context) : IEmailVerificationRepository
{
    public Task<EmailVerification?> FindAsync(string userId, CancellationToken cancellationToken) =>
        context.EmailVerifications.AsTracking().FirstOrDefaultAsync(verification => verification.UserId == userId, cancellationToken);

    public Task<EmailVerification?> ReadAsync(string userId, CancellationToken cancellationToken) =>
        context.EmailVerifications.AsNoTracking().FirstOrDefaultAsync(verification => verification.UserId == userId, cancellationToken);

    public void Add(EmailVerification verification) => context.EmailVerifications.Add(verification);
}
