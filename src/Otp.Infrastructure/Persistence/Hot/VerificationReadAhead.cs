using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Persistence.Hot;

internal sealed class VerificationReadAhead(HotRows rows) : IVerificationReadAhead
{
    public Task ReadAsync(string userId, VerificationUse use, CancellationToken cancellationToken) => rows.ReadAheadAsync(userId, use, cancellationToken);
}
