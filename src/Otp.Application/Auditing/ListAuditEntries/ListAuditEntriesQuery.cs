using MediatR;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Domain.Auditing;
using Otp.Domain.Common;

namespace Otp.Application.Auditing.ListAuditEntries;

/// <summary>The audit trail of the users of the caller's organisation, newest first, some at a time.</summary>
/// <param name="Scope">Whose users.</param>
/// <param name="UserId">Only the entries of this user.</param>
/// <param name="Action">Only those of this action.</param>
/// <param name="After">The last one seen: only those before it.</param>
public sealed record ListAuditEntriesQuery(OwnerScope Scope, string? UserId, string? Action, string? After) : IQuery<Result<AuditPageDto>>;

internal sealed class ListAuditEntriesHandler(IUserDirectory users, IAuditTrail audit) : IRequestHandler<ListAuditEntriesQuery, Result<AuditPageDto>>
{
    public async Task<Result<AuditPageDto>> Handle(ListAuditEntriesQuery request, CancellationToken cancellationToken)
    {
        // Before anything is looked for: what users of others have must not show by the time that it takes.
        if (request.UserId is not null && !await users.KnowsAsync(request.UserId, request.Scope, cancellationToken))
        {
            return new AuditPageDto([], null);
        }

        AuditAction? action = request.Action is null ? null : Enum.Parse<AuditAction>(request.Action, ignoreCase: true);
        Guid? after = request.After is null ? null : Guid.Parse(request.After);
        var found = await audit.ListAsync(request.Scope, request.UserId, action, after, Paging.PageSize + 1, cancellationToken);
        var (items, next) = found.ToPage(entry => (Guid?)entry.Id);
        return new AuditPageDto(items, next);
    }
}
