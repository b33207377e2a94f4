namespace Otp.Domain.Tests.Support;

/// <summary>A clock that stands.</summary>
internal sealed class FixedTimeProvider(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
