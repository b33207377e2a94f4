using Otp.Domain.EmailVerifications;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class EmailVerificationRepository(OtpDbContext context, HotQueries queries, KnownDeliveries deliveries) : IEmailVerificationRepository
{
    public async Task<EmailVerification?> FindAsync(string userId, CancellationToken cancellationToken) =>
        Note(await queries.FindVerification(context, userId, cancellationToken));

    public async Task<EmailVerification?> ReadAsync(string userId, CancellationToken cancellationToken) =>
        Note(await queries.ReadVerification(context, userId, cancellationToken));

    public void Add(EmailVerification verification) => context.EmailVerifications.Add(verification);

    private EmailVerification? Note(HotQueries.MailedVerification? found)
    {
        if (found is { Verification.Slot.DeliveryId: { } deliveryId, State: { } state, ChangedAt: { } changedAt })
        {
            deliveries.Note(deliveryId, state, changedAt);
        }

        return found?.Verification;
    }
}
