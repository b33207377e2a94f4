using MediatR;
using Otp.Application.Common;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.Recipients;

namespace Otp.Application.Suppressions.ListSuppressions;

/// <summary>The addresses that get no mail, some at a time.</summary>
/// <param name="After">The last one seen: only those after it.</param>
public sealed record ListSuppressionsQuery(string? After) : IQuery<Result<SuppressionPageDto>>;

internal sealed class ListSuppressionsHandler(ISuppressionRepository suppressions) : IRequestHandler<ListSuppressionsQuery, Result<SuppressionPageDto>>
{
    public async Task<Result<SuppressionPageDto>> Handle(ListSuppressionsQuery request, CancellationToken cancellationToken)
    {
        var after = request.After is null ? null : EmailAddress.Parse(request.After).Canonical;
        var (items, next) = (await suppressions.ListAsync(after, Paging.PageSize + 1, cancellationToken)).ToPage(suppression => suppression.Address);
        return new SuppressionPageDto([.. items.Select(item => new SuppressionDto(item.Address, item.Reason, item.CreatedAt))], next);
    }
}
