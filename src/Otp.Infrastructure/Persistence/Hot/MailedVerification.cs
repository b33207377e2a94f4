using Otp.Application.Delivery;
using Otp.Domain.EmailVerifications;

namespace Otp.Infrastructure.Persistence.Hot;

/// <summary>A verification, and the mail that carries its code.</summary>
/// <param name="Verification">The verification.</param>
/// <param name="State">The state of the mail; none where no mail carries it, or it was purged.</param>
/// <param name="ChangedAt">Since when (UTC).</param>
internal sealed record MailedVerification(EmailVerification Verification, DeliveryState? State, DateTimeOffset? ChangedAt);
