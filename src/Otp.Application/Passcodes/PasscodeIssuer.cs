using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Application.Links;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;
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
    ISuppressionRepository suppressions,
    IEmailOutbox outbox,
    IMailLanguages languages,
    IOptions<PasscodeOptions> passcodes,
    IOptions<RecipientLimitOptions> limits,
    IOptions<LinkOptions> links)
{
    /// <summary>Issues a code, unless the aggregate or the recipient's allowance refuses it; the time to try again is that at which neither does.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="refusal">Why the aggregate refuses, if it does.</param>
    /// <param name="now">The time (UTC).</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<Result<NewPasscode>> IssueAsync(PasscodeRequest request, DomainError? refusal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (refusal is not null && refusal.Kind is not ErrorKind.TooManyRequests)
        {
            return refusal;
        }

        // Before the refusals that time heals: to wait would not be enough.
        var isMailed = request.Delivery is PasscodeDelivery.ByMail;
        if (isMailed && await suppressions.ContainsAsync(request.Binding.Address, cancellationToken))
        {
            return RecipientErrors.Suppressed;
        }

        if (await TakeAllowanceAsync(request, isMailed ? limits.Value.ForPasscodes : [], refusal, now, cancellationToken) is { } refused)
        {
            return refused;
        }

        var policy = passcodes.Value.PolicyFor(request.Binding.Purpose);
        var passcode = generator.Generate(policy);
        var hash = hasher.Hash(passcode, request.Binding);
        return isMailed
            ? new NewPasscode(hash, EnqueueMail(request, passcode, policy, now), policy, null)
            : new NewPasscode(hash, null, policy, passcode);
    }

    /// <summary>Hashes a guess for the comparison with a code that was issued under this binding.</summary>
    public PasscodeHash HashGuess(Passcode guess, PasscodeBinding binding, PasscodeSlot slot) => hasher.HashGuess(guess, binding, slot.Passcode);

    private async Task<DomainError?> TakeAllowanceAsync(
        PasscodeRequest request, IReadOnlyCollection<RecipientLimit> recipientLimits, DomainError? refusal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (recipientLimits.Count == 0)
        {
            return refusal;
        }

        var recipient = request.Binding.Address.LimitKey;
        var countedFor = request.IsAddressOwn ? request.Binding.UserId : RecipientAllowance.AllUsers;
        var allowance = await allowances.FindAsync(recipient, countedFor, RecipientCounter.Passcodes, cancellationToken);
        var free = allowance?.FreeAt(recipientLimits, now) ?? now;
        if (refusal is not null)
        {
            return free > refusal.RetryAt ? refusal with { RetryAt = free } : refusal;
        }

        if (free > now)
        {
            return RecipientErrors.TooManyMails(free);
        }

        if (allowance is null)
        {
            allowance = RecipientAllowance.Start(recipient, countedFor, RecipientCounter.Passcodes, now);
            allowances.Add(allowance);
        }

        allowance.RecordSend(recipientLimits, now);
        return null;
    }

    private Guid EnqueueMail(PasscodeRequest request, Passcode passcode, PasscodePolicy policy, DateTimeOffset now)
    {
        var deliveryId = Guid.CreateVersion7(now);
        outbox.Enqueue(new OutgoingMail(deliveryId, request.Kind, request.Binding.UserId)
        {
            SubjectId = request.Binding.SubjectId,
            CreatedAt = now,
            DueAt = now,
            ExpiresAt = now + policy.Lifetime,
            Content = new MailContent(request.Binding.Address.Mailbox)
            {
                Locale = languages.Choose(request.Languages),
                DisplayName = request.User.DisplayName,
                Passcode = passcode,
                PasscodeLifetime = policy.Lifetime,
                Link = LinkFor(request, passcode),
            },
        });
        return deliveryId;
    }

    private string? LinkFor(PasscodeRequest request, Passcode passcode)
    {
        var isChallenge = request.Kind == MailKind.LoginChallenge;
        var configured = isChallenge ? links.Value.ChallengeUrlTemplate : links.Value.VerificationUrlTemplate;
        var template = ((PasscodeDelivery.ByMail)request.Delivery).UrlTemplate ?? configured;
        if (template.Length == 0)
        {
            return null;
        }

        var values = new LinkValues(passcode.Reveal(), request.User.UserId)
        {
            OrgId = request.User.ResourceOwner,
            LoginName = request.Binding.Address.Value,
            DisplayName = request.User.DisplayName ?? "",
            PreferredLanguage = request.Languages.Count > 0 ? request.Languages[0] : "",
            ChallengeId = isChallenge ? request.Binding.SubjectId.ToString() : "",
            OtpEmailId = request.FactorId?.ToString() ?? "",
        };
        return LinkTemplate.Fill(template, values, links.Value);
    }
}

/// <summary>A passcode that is to be made.</summary>
/// <param name="Kind">The mail that carries it.</param>
/// <param name="Binding">What it is bound to, with the recipient.</param>
/// <param name="User">The user: for the mail's words and link.</param>
/// <param name="Delivery">How it gets to the user.</param>
internal sealed record PasscodeRequest(MailKind Kind, PasscodeBinding Binding, EmailVerification User, PasscodeDelivery Delivery)
{
    /// <summary>Whether the address is proven to be the user's own: then it is counted apart (rule 11).</summary>
    public bool IsAddressOwn { get; init; }

    /// <summary>The user's languages, most wanted first.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The factor that the code belongs to.</summary>
    public Guid? FactorId { get; init; }
}

/// <summary>A passcode that was made, and whose mail, if any, is queued.</summary>
/// <param name="Hash">What is kept of it.</param>
/// <param name="DeliveryId">The mail; none where the caller gets the code.</param>
/// <param name="Policy">Its rules.</param>
/// <param name="ForCaller">The code, where the caller gets it.</param>
internal sealed record NewPasscode(PasscodeHash Hash, Guid? DeliveryId, PasscodePolicy Policy, Passcode? ForCaller);
