using Otp.Application.Common;

namespace Otp.Infrastructure.Persistence;

/// <summary>A row that is about a user, under an id that is made from the time.</summary>
internal interface IUserRow
{
    Guid Id { get; }

    string UserId { get; }
}

/// <summary>What lists of such rows have in common.</summary>
internal static class UserRows
{
    /// <summary>The rows of users in a scope, newest first.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="context">Knows whose the users are.</param>
    /// <param name="scope">Only those of these users.</param>
    /// <param name="userId">Only those of this user, where it is given.</param>
    /// <param name="after">Only those before this one, where it is given.</param>
    public static IQueryable<T> NewestOf<T>(this IQueryable<T> rows, OtpDbContext context, OwnerScope scope, string? userId, Guid? after)
        where T : class, IUserRow
    {
        rows = rows.OfUsersIn(context, scope);
        if (userId is not null)
        {
            rows = context.OfUser(rows, userId);
        }

        if (after is { } last)
        {
            rows = rows.Where(row => row.Id.CompareTo(last) < 0);
        }

        // Ids are made from the time: their order is that of the rows.
        return rows.OrderByDescending(row => row.Id);
    }

    /// <summary>The rows of users in a scope.</summary>
    public static IQueryable<T> OfUsersIn<T>(this IQueryable<T> rows, OtpDbContext context, OwnerScope scope)
        where T : class, IUserRow => scope.ResourceOwner is not { } owner
        ? rows
        : rows.Where(row => context.EmailVerifications.Any(user => user.UserId == row.UserId && user.ResourceOwner == owner));
}
