using Otp.Domain.Recipients;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>An allowance that was loaded or added.</summary>
/// <param name="allowance">As of <see cref="Loaded{T}"/>.</param>
/// <param name="storedSequence">As of <see cref="Loaded{T}"/>.</param>
internal sealed class LoadedAllowance(RecipientAllowance allowance, long? storedSequence) : Loaded<RecipientAllowance>(allowance, storedSequence);
