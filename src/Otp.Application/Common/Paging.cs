namespace Otp.Application.Common;

/// <summary>Lists that are read in parts by the last one seen.</summary>
internal static class Paging
{
    /// <summary>Entries of a part, at most. One more is read, to know whether others follow.</summary>
    public const int PageSize = 50;

    /// <summary>Cuts what was read to a part, and says from where the next one goes on.</summary>
    /// <typeparam name="T">What is listed.</typeparam>
    /// <typeparam name="TKey">By what it is ordered.</typeparam>
    /// <param name="read">Up to one more than a part.</param>
    /// <param name="keyOf">The key of an entry.</param>
    public static (IReadOnlyList<T> Items, TKey? Next) ToPage<T, TKey>(this IReadOnlyList<T> read, Func<T, TKey?> keyOf) => read.Count > PageSize
        ? ([.. read.Take(PageSize)], keyOf(read[PageSize - 1]))
        : (read, default);
}
