using FluentValidation;
using Otp.Application.Common;
using Otp.Domain.Auditing;

namespace Otp.Application.Auditing.ListAuditEntries;

internal sealed class ListAuditEntriesValidator : AbstractValidator<ListAuditEntriesQuery>
{
    public ListAuditEntriesValidator()
    {
        RuleFor(query => query.UserId).MustBeUserIdIfGiven();
        RuleFor(query => query.Action).MustNameOneOfIfGiven<ListAuditEntriesQuery, AuditAction>();
        RuleFor(query => query.After).MustBeIdIfGiven();
    }
}
