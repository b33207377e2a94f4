using MediatR;
using Otp.Application.Common;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.Recipients;

namespace Otp.Application.Suppressions.ListSuppressions;

/// <summary>The addresses that get no mail, <see cref="PageSize"/> at a time.</summary>
/// <param name="After">The last one seen: only those after it.</param>
public sealed record ListSuppressionsQuery(string? After) : IQuery<Result<SuppressionPageDto>>
{
    /// <summary>Addresses in one answer, at most.</summary>
    public const int PageSize = 50;
}

internal sealed class ListSuppressionsHandler(ISuppressionRepository suppressions) : IRequestHandler<ListSuppressionsQuery, Result<SuppressionPageDto>>
{
    public async Task<Result<SuppressionPageDto>> Handle(ListSuppressionsQuery request, CancellationToken cancellationToken)
    {
        var after = request.After is null ? null : EmailAddress.Parse(request.After).Canonical;
        var found = await suppressions.ListAsync(after, ListSuppressionsQuery.PageSize + 1, cancellationToken);
        var items = found.Take(ListSuppressionsQuery.PageSize)
            .Select(suppression => new SuppressionDto(suppression.Address, suppression.Reason, suppression.CreatedAt))
            .ToList();
        return new SuppressionPageDto(items, found.Count > items.Count ? items[^1].Email : null);
    }
}
