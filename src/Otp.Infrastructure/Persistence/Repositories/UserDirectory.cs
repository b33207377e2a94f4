using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Infrastructure.Persistence.Hot;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class UserDirectory(HotRows rows) : IUserDirectory
{
    public Task<bool> KnowsAsync(string userId, OwnerScope scope, CancellationToken cancellationToken) =>
        rows.KnowsUserAsync(userId, scope.ResourceOwner, cancellationToken);
}
