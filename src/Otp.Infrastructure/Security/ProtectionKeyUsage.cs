using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Otp.Domain.Common;
using Otp.Infrastructure.Persistence;

namespace Otp.Infrastructure.Security;

/// <summary>What a protection key is still needed for: an operator asks before removing one.</summary>
/// <param name="KeyId">The key.</param>
/// <param name="Role">What this process does with it.</param>
/// <param name="Passcodes">Codes under it that have not expired.</param>
/// <param name="Mails">Mails under it that are queued, or have failed and can be tried again.</param>
public sealed record ProtectionKeyUsage(string KeyId, ProtectionKeyRole Role, int Passcodes, int Mails)
{
    /// <summary>Looks at the configured keys, the one that protects first, and at those that are missing.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public static async Task<IReadOnlyList<ProtectionKeyUsage>> ReadAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var ring = scope.ServiceProvider.GetRequiredService<ProtectionKeyRing>();
        var context = scope.ServiceProvider.GetRequiredService<OtpDbContext>();
        var passcodes = await CountPasscodesAsync(context, scope.ServiceProvider.GetRequiredService<TimeProvider>().Now(), cancellationToken);
        var mails = await CountMailsAsync(context, cancellationToken);
        return
        [
            .. ring.Ids.Concat(passcodes.Keys.Concat(mails.Keys).Order(StringComparer.Ordinal)).Distinct()
                .Select(id => new ProtectionKeyUsage(id, RoleOf(ring, id), passcodes.GetValueOrDefault(id), mails.GetValueOrDefault(id))),
        ];
    }

    private static ProtectionKeyRole RoleOf(ProtectionKeyRing ring, string id) =>
        id == ring.CurrentId ? ProtectionKeyRole.Protects : ring.Has(id) ? ProtectionKeyRole.Accepted : ProtectionKeyRole.Missing;

    private static async Task<Dictionary<string, int>> CountPasscodesAsync(OtpDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IQueryable<string>[] live =
        [
            context.EmailVerifications.Select(verification => verification.Slot.Passcode!).Where(code => code.ExpiresAt > now).Select(code => code.Hash.KeyId),
            context.OtpEmailFactors.Select(factor => factor.Slot.Passcode!).Where(code => code.ExpiresAt > now).Select(code => code.Hash.KeyId),
            context.OtpEmailChallenges.Select(challenge => challenge.Slot.Passcode!).Where(code => code.ExpiresAt > now).Select(code => code.Hash.KeyId),
        ];
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (var ids in live)
        {
            foreach (var group in await ids.GroupBy(id => id).Select(group => new { Id = group.Key, Count = group.Count() }).ToListAsync(cancellationToken))
            {
                counts[group.Id] = counts.GetValueOrDefault(group.Id) + group.Count;
            }
        }

        return counts;
    }

    private static async Task<Dictionary<string, int>> CountMailsAsync(OtpDbContext context, CancellationToken cancellationToken)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        await foreach (var content in context.OutboxMessages.Where(mail => mail.Content != null).Select(mail => mail.Content!).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var id = PayloadProtector.KeyIdOf(content);
            counts[id] = counts.GetValueOrDefault(id) + 1;
        }

        return counts;
    }
}

/// <summary>What a process does with a protection key.</summary>
public enum ProtectionKeyRole
{
    /// <summary>It is the first: what is made now is made under it.</summary>
    Protects,

    /// <summary>It opens what was made under it.</summary>
    Accepted,

    /// <summary>It is not configured, though something was made under it.</summary>
    Missing,
}
