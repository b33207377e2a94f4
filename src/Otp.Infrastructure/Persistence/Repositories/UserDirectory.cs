using Microsoft.EntityFrameworkCore;
using Otp.Application.Common;
using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class UserDirectory(Lazy<OtpDbContext> context) : IUserDirectory
{
    public Task<bool> KnowsAsync(string userId, OwnerScope scope, CancellationToken cancellationToken) => scope.ResourceOwner is not { } owner
        ? context.Value.EmailVerifications.AnyAsync(verification => verification.UserId == userId, cancellationToken)
        : context.Value.EmailVerifications.AnyAsync(verification => verification.UserId == userId && verification.ResourceOwner == owner, cancellationToken);
}
