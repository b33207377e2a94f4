using Microsoft.EntityFrameworkCore;
using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class UserDirectory(OtpDbContext context) : IUserDirectory
{
    public Task<string?> FindResourceOwnerAsync(string userId, CancellationToken cancellationToken) =>
        context.EmailVerifications.Where(verification => verification.UserId == userId)
            .Select(verification => verification.ResourceOwner)
            .FirstOrDefaultAsync(cancellationToken);
}
