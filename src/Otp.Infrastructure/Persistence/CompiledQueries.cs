using Microsoft.EntityFrameworkCore;
using Otp.Application.Delivery;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Recipients;
using Otp.Infrastructure.Persistence.Hot;

namespace Otp.Infrastructure.Persistence;

/// <summary>
/// The queries of EF Core that nearly every request makes, translated once for the life of the process. One object for each host: what is compiled belongs to the
/// model of one database.
/// </summary>
internal sealed class CompiledQueries
{
    public Func<OtpDbContext, string, CancellationToken, Task<MailedVerification?>> FindVerification { get; } = CompileVerification(QueryTrackingBehavior.TrackAll);

    public Func<OtpDbContext, string, CancellationToken, Task<MailedVerification?>> ReadVerification { get; } = CompileVerification(QueryTrackingBehavior.NoTracking);

    public Func<OtpDbContext, string, string?, CancellationToken, Task<bool>> KnowsUser { get; } =
        EF.CompileAsyncQuery((OtpDbContext context, string userId, string? resourceOwner, CancellationToken _) => context.EmailVerifications.Any(verification =>
            verification.UserId == userId && (resourceOwner == null || verification.ResourceOwner == resourceOwner)));

    public Func<OtpDbContext, string, CancellationToken, Task<bool>> IsSuppressed { get; } =
        EF.CompileAsyncQuery((OtpDbContext context, string address, CancellationToken _) => context.Suppressions.Any(suppression => suppression.Address == address));

    public Func<OtpDbContext, string, string, RecipientCounter, CancellationToken, Task<RecipientAllowance?>> FindAllowance { get; } =
        EF.CompileAsyncQuery((OtpDbContext context, string recipient, string userId, RecipientCounter counter, CancellationToken _) =>
            context.RecipientAllowances.AsTracking().FirstOrDefault(allowance =>
                allowance.Recipient == recipient && allowance.UserId == userId && allowance.Counter == counter));

    public Func<OtpDbContext, string, CancellationToken, Task<UserFactors?>> FindFactors { get; } =
        EF.CompileAsyncQuery((OtpDbContext context, string userId, CancellationToken _) => context.UserFactors.AsTracking()
            .Include(factors => factors.Factors.Where(factor => factor.State != FactorState.Removed))
            .FirstOrDefault(factors => factors.UserId == userId));

    public Func<OtpDbContext, string, Guid, CancellationToken, Task<UserFactors?>> FindFactorsWithChallenge { get; } =
        EF.CompileAsyncQuery((OtpDbContext context, string userId, Guid challengeId, CancellationToken _) => context.UserFactors.AsTracking()
            .Include(factors => factors.Factors.Where(factor => factor.State != FactorState.Removed))
            .Include(factors => factors.Challenges.Where(challenge => challenge.Id == challengeId))
            .AsSingleQuery()
            .FirstOrDefault(factors => factors.UserId == userId));

    public Func<OtpDbContext, string, Guid, CancellationToken, Task<DeliveryDto?>> FindDelivery { get; } =
        EF.CompileAsyncQuery((OtpDbContext context, string userId, Guid deliveryId, CancellationToken _) => context.OutboxMessages
            .Where(message => message.Id == deliveryId && message.UserId == userId)
            .Select(message => new DeliveryDto(message.State, message.StateChangedAt))
            .FirstOrDefault());

    private static Func<OtpDbContext, string, CancellationToken, Task<MailedVerification?>> CompileVerification(QueryTrackingBehavior tracking) =>
        EF.CompileAsyncQuery((OtpDbContext context, string userId, CancellationToken _) => context.EmailVerifications.AsTracking(tracking)
            .Where(verification => verification.UserId == userId)
            .LeftJoin(
                context.OutboxMessages,
                verification => new { verification.UserId, Id = verification.Slot.DeliveryId },
                mail => new { mail.UserId, Id = (Guid?)mail.Id },
                (verification, mail) => new MailedVerification(verification, (DeliveryState?)mail!.State, (DateTimeOffset?)mail.StateChangedAt))
            .FirstOrDefault());
}
