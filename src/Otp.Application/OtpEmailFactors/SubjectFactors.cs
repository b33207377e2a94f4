using AutoMapper;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Application.EmailVerifications;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;

namespace Otp.Application.OtpEmailFactors;

/// <summary>What the use cases of a user's factors share.</summary>
internal sealed class SubjectFactors(
    SubjectVerification subjects, IOtpEmailFactorRepository repository, PasscodeIssuer issuer, IDeliveryLog deliveries, IMapper mapper)
{
    /// <summary>Loads the user and the user's factors.</summary>
    public Task<Result<LoadedFactors>> LoadAsync(Subject subject, DateTimeOffset now, CancellationToken cancellationToken) =>
        LoadAsync(subject, repository.FindAsync, now, cancellationToken);

    /// <summary>The same, with one challenge.</summary>
    public async Task<Result<LoadedChallenge>> LoadChallengeAsync(Subject subject, Guid challengeId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var loaded = await LoadAsync(subject, (userId, cancellation) => repository.FindWithChallengeAsync(userId, challengeId, cancellation), now, cancellationToken);
        if (!loaded.IsSuccess)
        {
            return loaded.Error;
        }

        return loaded.Value.Factors.FindChallenge(challengeId, now) is { } challenge
            ? new LoadedChallenge(loaded.Value.Verification, loaded.Value.Factors, challenge)
            : OtpEmailFactorErrors.ChallengeNotFound;
    }

    /// <summary>Keeps the factors of a user who had none.</summary>
    public void Keep(UserFactors factors) => repository.Add(factors);

    /// <summary>Adds a factor that can be used at once, unless it is refused, and tells the user.</summary>
    public async Task<Result<FactorDto>> AddReadyAsync(
        LoadedFactors user, EmailAddress address, Subject subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (user.Factors.RefusesFactor(address) is { } refusal)
        {
            return refusal;
        }

        var factor = user.Factors.AddReady(Guid.CreateVersion7(now), address, now);
        Keep(user.Factors);
        await TellAsync(MailKind.FactorAdded, user.Verification, subject, now, cancellationToken);
        return Describe(factor, user.Verification);
    }

    /// <summary>Tells the user that a factor can be used, or is gone.</summary>
    public Task TellAsync(MailKind kind, EmailVerification verification, Subject subject, DateTimeOffset now, CancellationToken cancellationToken) =>
        subjects.TellOfFactorAsync(verification, kind, SubjectVerification.LanguagesOf(verification, subject), now, cancellationToken);

    /// <summary>Prepares the code of a registration or a challenge, unless it is refused.</summary>
    public Task<Result<NewPasscode>> PrepareAsync(
        FactorPasscode passcode, DomainError? refusal, Subject subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var request = new PasscodeRequest(passcode.Kind, passcode.Binding, passcode.User, passcode.Delivery)
        {
            IsAddressOwn = passcode.IsAddressProven,
            Languages = SubjectVerification.LanguagesOf(passcode.User, subject),
            FactorId = passcode.FactorId,
        };
        return issuer.IssueAsync(request, refusal, now, cancellationToken);
    }

    /// <summary>Gives a challenge its code and shows it.</summary>
    public async Task<Result<ChallengeDto>> GiveAsync(
        UserFactors factors, OtpEmailChallenge challenge, NewPasscode passcode, DateTimeOffset now, CancellationToken cancellationToken)
    {
        factors.IssueChallengePasscode(challenge, passcode.Hash, passcode.DeliveryId, passcode.Policy, now);
        var dto = await DescribeAsync(challenge, factors.Budget, now, cancellationToken);
        return dto with { Passcode = passcode.ForCaller?.Reveal() };
    }

    /// <summary>Hashes a guess.</summary>
    public PasscodeHash HashGuess(Passcode guess, PasscodeBinding binding, PasscodeSlot slot) => issuer.HashGuess(guess, binding, slot);

    /// <summary>What the registration code of a factor is bound to.</summary>
    public static PasscodeBinding BindingOf(OtpEmailFactor factor) => new(PasscodePurpose.FactorRegistration, factor.UserId, factor.Address, factor.Id);

    /// <summary>What the code of a challenge is bound to.</summary>
    public static PasscodeBinding BindingOf(OtpEmailChallenge challenge) => new(PasscodePurpose.LoginChallenge, challenge.UserId, challenge.Address, challenge.Id);

    /// <summary>How a factor is shown.</summary>
    public FactorDto Describe(OtpEmailFactor factor, EmailVerification verification) =>
        mapper.Map<FactorDto>(factor, mapping => mapping.Items[OtpEmailFactorProfile.ResourceOwner] = verification.ResourceOwner);

    /// <summary>How a challenge is shown, with the fate of its newest mail.</summary>
    public async Task<ChallengeDto> DescribeAsync(OtpEmailChallenge challenge, AttemptBudget budget, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var dto = mapper.Map<ChallengeDto>(challenge, mapping =>
        {
            mapping.Items[OtpEmailFactorProfile.AsOf] = now;
            mapping.Items[OtpEmailFactorProfile.Budget] = budget;
        });
        return challenge.Slot.DeliveryId is { } deliveryId
            ? dto with { Delivery = await deliveries.FindAsync(challenge.UserId, deliveryId, cancellationToken) }
            : dto;
    }

    private async Task<Result<LoadedFactors>> LoadAsync(
        Subject subject, Func<string, CancellationToken, Task<UserFactors?>> find, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var verification = await subjects.LoadAsync(subject, now, cancellationToken);
        if (!verification.IsSuccess)
        {
            return verification.Error;
        }

        var factors = await find(subject.UserId, cancellationToken) ?? UserFactors.Start(subject.UserId, now);
        return new LoadedFactors(verification.Value, factors);
    }
}

/// <summary>A user and the user's factors.</summary>
internal sealed record LoadedFactors(EmailVerification Verification, UserFactors Factors);

/// <summary>A user, the user's factors, and one challenge.</summary>
internal sealed record LoadedChallenge(EmailVerification Verification, UserFactors Factors, OtpEmailChallenge Challenge);

/// <summary>A code of a registration or a challenge that is to be made.</summary>
internal sealed record FactorPasscode(MailKind Kind, PasscodeBinding Binding, Guid FactorId, EmailVerification User, PasscodeDelivery Delivery, bool IsAddressProven);
