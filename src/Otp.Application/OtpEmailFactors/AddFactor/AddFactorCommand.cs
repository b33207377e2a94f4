using MediatR;
using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;

namespace Otp.Application.OtpEmailFactors.AddFactor;

/// <summary>Adds a factor at an address of its own, with a code that makes it ready (rule 19).</summary>
/// <param name="Subject">The user.</param>
/// <param name="Address">The address; the user's own verified one where it is <see langword="null"/>.</param>
/// <param name="Delivery">How the code gets to the user, or that none is needed.</param>
public sealed record AddFactorCommand(Subject Subject, string? Address, PasscodeDelivery Delivery) : ICommand<Result<FactorDto>>;

internal sealed class AddFactorHandler(SubjectFactors subjectFactors, TimeProvider time) : IRequestHandler<AddFactorCommand, Result<FactorDto>>
{
    public async Task<Result<FactorDto>> Handle(AddFactorCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var loaded = await subjectFactors.LoadAsync(request.Subject, now, cancellationToken);
        if (!loaded.IsSuccess)
        {
            return loaded.Error;
        }

        var (verification, factors) = loaded.Value;
        var address = request.Address is { } text ? EmailAddress.Parse(text) : verification.IsVerified ? verification.Address : null;
        if (address is null)
        {
            return OtpEmailFactorErrors.AddressNotVerified;
        }

        if (request.Delivery is PasscodeDelivery.NotNeeded)
        {
            if (factors.RefusesFactor(address) is { } refusal)
            {
                return refusal;
            }

            var ready = factors.AddReady(Guid.CreateVersion7(now), address, now);
            subjectFactors.Keep(factors);
            await subjectFactors.TellAsync(MailKind.FactorAdded, verification, request.Subject, now, cancellationToken);
            return subjectFactors.Describe(ready, verification);
        }

        var id = factors.FindAt(address)?.Id ?? Guid.CreateVersion7(now);
        var binding = new PasscodeBinding(PasscodePurpose.FactorRegistration, verification.UserId, address, id);
        var isProven = address.Equals(verification.LastVerifiedAddress);
        var wanted = new FactorPasscode(MailKind.FactorRegistration, binding, id, verification, request.Delivery, isProven);
        var passcode = await subjectFactors.PrepareAsync(wanted, factors.RefusesRegistration(address, now), request.Subject, now, cancellationToken);
        if (!passcode.IsSuccess)
        {
            return passcode.Error;
        }

        var factor = factors.AddForRegistration(id, address, passcode.Value.Hash, passcode.Value.DeliveryId, passcode.Value.Policy, now);
        subjectFactors.Keep(factors);
        return subjectFactors.Describe(factor, verification) with { VerificationCode = passcode.Value.ForCaller?.Reveal() };
    }
}
