using Microsoft.EntityFrameworkCore;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;

namespace Otp.Infrastructure.Persistence.Outbox;

/// <summary>The dispatcher's side of the outbox.</summary>
internal sealed class OutboxQueue(OtpDbContext context, IOtpEmailFactorRepository repository, MailContentProtector protector, TimeProvider time) : IOutboxQueue
{
    private const int EraseBatch = 500;
    private static readonly TimeSpan FreshTime = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyList<ClaimedMail>> ClaimAsync(MailSelection selection, int count, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var leaseId = Guid.CreateVersion7(now);
        var dueAfter = selection == MailSelection.Fresh ? now - FreshTime : DateTimeOffset.MinValue;
        var claimed = await context.ClaimDueAsync(selection, leaseId, dueAfter, now, now + lease, count, cancellationToken);
        return [.. claimed.Select(message => new ClaimedMail(
            message.Id, message.UserId, message.Kind, message.SubjectId, message.Attempts, message.ExpiresAt, leaseId, message.DueAt, message.Content))];
    }

    public async Task<bool> IsStillWantedAsync(MailReference mail, CancellationToken cancellationToken)
    {
        switch (mail.Kind)
        {
            case MailKind.EmailVerification:
                var verification = await context.EmailVerifications.AsNoTracking().FirstOrDefaultAsync(item => item.UserId == mail.UserId, cancellationToken);
                return verification?.Slot.IsCarriedBy(mail.Id, verification.Budget, time.Now()) == true;
            case MailKind.FactorRegistration:
                return await IsCarriedAsync(mail, factors => factors.Find(mail.SubjectId)?.Slot, cancellationToken);
            case MailKind.LoginChallenge:
                return await IsCarriedAsync(mail, factors => factors.FindChallenge(mail.SubjectId, time.Now())?.Slot, cancellationToken);
            default:
                return true;
        }
    }

    public MailContent Open(ClaimedMail mail) => protector.Unprotect(mail.ProtectedContent.Span, mail.Id, mail.UserId);

    public async Task<bool> FinishAsync(ClaimedMail mail, DeliveryState state, string? reason, CancellationToken cancellationToken)
    {
        var now = time.Now();

        // A failed mail can be tried again by hand while its code lives; anything else is never needed again.
        var keepsContent = state == DeliveryState.Failed && mail.ExpiresAt > now;
        return await Leased(mail).ExecuteUpdateAsync(
            message => message
                .SetProperty(item => item.State, state)
                .SetProperty(item => item.StateChangedAt, now)
                .SetProperty(item => item.Reason, reason)
                .SetProperty(item => item.LeaseId, (Guid?)null)
                .SetProperty(item => item.Content, item => keepsContent ? item.Content : null),
            cancellationToken) > 0;
    }

    public async Task<bool> PutBackAsync(ClaimedMail mail, DateTimeOffset dueAt, string? reason, CancellationToken cancellationToken)
    {
        var untried = reason is null ? 1 : 0;
        return await Leased(mail).ExecuteUpdateAsync(
            message => message
                .SetProperty(item => item.DueAt, dueAt)
                .SetProperty(item => item.Reason, item => reason ?? item.Reason)
                .SetProperty(item => item.Attempts, item => item.Attempts - untried)
                .SetProperty(item => item.LeaseId, (Guid?)null),
            cancellationToken) > 0;
    }

    public async Task EraseExpiredContentsAsync(CancellationToken cancellationToken)
    {
        var now = time.Now();
        int erased;
        do
        {
            var expired = await context.OutboxMessages.AsNoTracking()
                .Where(message => message.State == DeliveryState.Failed && message.Content != null && message.ExpiresAt <= now)
                .OrderBy(message => message.ExpiresAt)
                .Select(message => message.Id)
                .Take(EraseBatch)
                .ToListAsync(cancellationToken);
            erased = expired.Count == 0 ? 0 : await context.OutboxMessages
                .Where(message => expired.Contains(message.Id))
                .ExecuteUpdateAsync(message => message.SetProperty(item => item.Content, (byte[]?)null), cancellationToken);
        }
        while (erased == EraseBatch);
    }

    private async Task<bool> IsCarriedAsync(MailReference mail, Func<UserFactors, PasscodeSlot?> slotOf, CancellationToken cancellationToken)
    {
        var factors = await repository.FindWithChallengeAsync(mail.UserId, mail.SubjectId, cancellationToken);
        return factors is not null && slotOf(factors)?.IsCarriedBy(mail.Id, factors.Budget, time.Now()) == true;
    }

    private IQueryable<OutboxMessage> Leased(ClaimedMail mail) =>
        context.OutboxMessages.Where(message => message.Id == mail.Id && message.UserId == mail.UserId && message.LeaseId == mail.LeaseId);
}
