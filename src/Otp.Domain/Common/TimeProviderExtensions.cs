namespace Otp.Domain.Common;

/// <summary>The clock of the domain.</summary>
public static class TimeProviderExtensions
{
    /// <summary>
    /// The time in UTC, cut to whole milliseconds: that is what the API shows, and what both databases store without loss,
    /// so that a caller who waits until a time that it was told is never early.
    /// </summary>
    public static DateTimeOffset Now(this TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetUtcNow();
        return new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }
}
