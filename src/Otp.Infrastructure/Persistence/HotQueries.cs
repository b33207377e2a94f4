using Microsoft.EntityFrameworkCore;
using Otp.Application.Delivery;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Recipients;

namespace Otp.Infrastructure.Persistence;

/// <summary>
/// The queries that nearly every request makes, translated once for the life of the process. One object for each host: what is compiled belongs to the model
/// of one database.
/// </summary>
internal sealed class HotQueries
{
    /// <summary>A user's verification, with the state of the mail that carries its code: in one round trip, to be changed.</summary>
    public Func<OtpDbContext, string, CancellationToken, Task<MailedVerification?>> FindVerification { get; } = CompileVerification(QueryTrackingBehavior.TrackAll);

    /// <summary>The same, only to be read.</summary>
    public Func<OtpDbContext, string, CancellationToken, Task<MailedVerification?>> ReadVerification { get; } = CompileVerification(QueryTrackingBehavior.NoTracking);

    /// <summary>Whether an address gets no mail.</summary>
    public Func<OtpDbContext, string, CancellationToken, Task<Suppression?>> FindSuppression { get; } =
        EF.CompileAsyncQuery((OtpDbContext context, string address, CancellationToken _) =>
            context.Suppressions.AsTracking().FirstOrDefault(suppression => suppression.Address == address));

    /// <summary>What a recipient has got lately, on a user's account or on all others'.</summary>
    public Func<OtpDbContext, string, string, RecipientCounter, CancellationToken, Task<RecipientAllowance?>> FindAllowance { get; } =
        EF.CompileAsyncQuery((OtpDbContext context, string recipient, string userId, RecipientCounter counter, CancellationToken _) =>
            context.RecipientAllowances.AsTracking().FirstOrDefault(allowance =>
                allowance.Recipient == recipient && allowance.UserId == userId && allowance.Counter == counter));

    private static Func<OtpDbContext, string, CancellationToken, Task<MailedVerification?>> CompileVerification(QueryTrackingBehavior tracking) =>
        EF.CompileAsyncQuery((OtpDbContext context, string userId, CancellationToken _) => context.EmailVerifications.AsTracking(tracking)
            .Where(verification => verification.UserId == userId)
            .LeftJoin(
                context.OutboxMessages,
                verification => new { verification.UserId, Id = verification.Slot.DeliveryId },
                mail => new { mail.UserId, Id = (Guid?)mail.Id },
                (verification, mail) => new MailedVerification(verification, (DeliveryState?)mail!.State, (DateTimeOffset?)mail.StateChangedAt))
            .FirstOrDefault());

    /// <summary>A verification, and the state of the mail that carries its code.</summary>
    internal sealed record MailedVerification(EmailVerification Verification, DeliveryState? State, DateTimeOffset? ChangedAt);
}
