using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.Common;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;

namespace Otp.Application.Passcodes;

/// <summary>
/// Makes a passcode and queues the mail that carries it, for every aggregate alike: the recipient's allowance, the code, its hash, the mail.
/// Nothing is stored before the command commits.
/// </summary>
internal sealed class PasscodeIssuer(
    IPasscodeGenerator generator,
    IPasscodeHasher hasher,
    IRecipientAllowanceRepository allowances,
    IEmailOutbox outbox,
    IOptions<PasscodeOptions> passcodes,
    IOptions<RecipientLimitOptions> limits)
{
    /// <summary>Issues a code, unless the aggregate or the recipient's allowance refuses it; the time to try again is that at which neither does.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="refusal">Why the aggregate refuses, if it does.</param>
    /// <param name="now">The time (UTC).</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<Result<MailedPasscode>> IssueAsync(PasscodeRequest request, DomainError? refusal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (refusal is not null && refusal.Kind is not ErrorKind.TooManyRequests)
        {
            return refusal;
        }

        var recipientLimits = limits.Value.ForPasscodes;
        var allowance = recipientLimits.Count == 0 ? null : await FindAllowanceAsync(request, cancellationToken);
        var free = allowance?.FreeAt(recipientLimits, now) ?? now;
        if (refusal is not null)
        {
            return free > refusal.RetryAt ? refusal with { RetryAt = free } : refusal;
        }

        if (free > now)
        {
            return RecipientErrors.TooManyMails(free);
        }

        if (recipientLimits.Count > 0)
        {
            (allowance ?? StartAllowance(request, now)).RecordSend(recipientLimits, now);
        }

        var policy = passcodes.Value.PolicyFor(request.Binding.Purpose);
        var passcode = generator.Generate(policy);
        var deliveryId = Guid.CreateVersion7(now);
        outbox.Enqueue(new OutgoingMail(deliveryId, request.Kind, request.Binding.UserId)
        {
            SubjectId = request.Binding.SubjectId,
            CreatedAt = now,
            DueAt = now,
            ExpiresAt = now + policy.Lifetime,
            Content = new MailContent(request.Binding.Address.Mailbox)
            {
                Locale = request.Locale,
                DisplayName = request.DisplayName,
                Passcode = passcode,
                PasscodeLifetime = policy.Lifetime,
            },
        });
        return new MailedPasscode(hasher.Hash(passcode, request.Binding), deliveryId, policy);
    }

    private static string CountedFor(PasscodeRequest request) => request.IsAddressOwn ? request.Binding.UserId : RecipientAllowance.AllUsers;

    private Task<RecipientAllowance?> FindAllowanceAsync(PasscodeRequest request, CancellationToken cancellationToken) =>
        allowances.FindAsync(request.Binding.Address.LimitKey, CountedFor(request), RecipientCounter.Passcodes, cancellationToken);

    private RecipientAllowance StartAllowance(PasscodeRequest request, DateTimeOffset now)
    {
        var allowance = RecipientAllowance.Start(request.Binding.Address.LimitKey, CountedFor(request), RecipientCounter.Passcodes, now);
        allowances.Add(allowance);
        return allowance;
    }
}

/// <summary>A passcode that is to be made and mailed.</summary>
/// <param name="Kind">The mail that carries it.</param>
/// <param name="Binding">What it is bound to, with the recipient.</param>
internal sealed record PasscodeRequest(MailKind Kind, PasscodeBinding Binding)
{
    /// <summary>Whether the address is proven to be the user's own: then it is counted apart (rule 11).</summary>
    public bool IsAddressOwn { get; init; }

    /// <summary>The language of the mail.</summary>
    public string? Locale { get; init; }

    /// <summary>The user's name.</summary>
    public string? DisplayName { get; init; }
}

/// <summary>A passcode that was made and whose mail is queued.</summary>
/// <param name="Hash">What is kept of it.</param>
/// <param name="DeliveryId">The mail.</param>
/// <param name="Policy">Its rules.</param>
internal sealed record MailedPasscode(PasscodeHash Hash, Guid DeliveryId, PasscodePolicy Policy);
