namespace Otp.Application.Delivery;

/// <summary>How long a mail waits after a try that failed for now.</summary>
internal static class RetryDelay
{
    /// <summary>The longest wait after the first try; it doubles with each further one.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait that is not the provider's wish.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>The longest wait that a provider is granted: beyond that it is no instruction but a mistake.</summary>
    public static readonly TimeSpan LongestWish = TimeSpan.FromHours(1);

    /// <summary>Exponential, with full jitter, so that mails that failed together do not come back together.</summary>
    /// <param name="attempts">Tries so far, at least 1.</param>
    /// <param name="wish">The least wait that the provider asked for.</param>
    /// <param name="draw">A random number of at least 0 and less than 1.</param>
    public static TimeSpan After(int attempts, TimeSpan? wish, double draw)
    {
        var ceiling = Math.Min(First.TotalMilliseconds * Math.Pow(2, attempts - 1), Longest.TotalMilliseconds);
        var wait = TimeSpan.FromMilliseconds(Math.Floor(ceiling * draw) + 1);
        return wish > LongestWish ? LongestWish : wish > wait ? wish.Value : wait;
    }
}
