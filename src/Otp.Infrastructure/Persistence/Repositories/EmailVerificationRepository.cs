using Otp.Domain.EmailVerifications;
using Otp.Infrastructure.Persistence.Hot;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Infrastructure.Persistence.Repositories;

internal sealed class EmailVerificationRepository(HotRows rows, KnownDeliveries deliveries) : IEmailVerificationRepository
{
    public async Task<EmailVerification?> FindAsync(string userId, CancellationToken cancellationToken) =>
        Note(await rows.FindVerificationAsync(userId, cancellationToken));

    public async Task<EmailVerification?> ReadAsync(string userId, CancellationToken cancellationToken) =>
        Note(await rows.ReadVerificationAsync(userId, cancellationToken));

    public void Add(EmailVerification verification) => rows.Add(verification);

    private EmailVerification? Note(MailedVerification? found)
    {
        if (found is { Verification.Slot.DeliveryId: { } deliveryId })
        {
            if (found is { State: { } state, ChangedAt: { } changedAt })
            {
                deliveries.Note(deliveryId, state, changedAt);
            }
            else
            {
                deliveries.NoteMissing(deliveryId);
            }
        }

        return found?.Verification;
    }
}
