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
    public Task<Result<FactorDto>> Handle(AddFactorCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return subjectFactors.LoadAsync(request.Subject, now, cancellationToken).ThenAsync(user => AddAsync(user, request, now, cancellationToken));
    }

    private async Task<Result<FactorDto>> AddAsync(LoadedFactors user, AddFactorCommand request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (verification, factors) = user;
        var address = request.Address is { } text ? EmailAddress.Parse(text) : verification.IsVerified ? verification.Address : null;
        if (address is null)
        {
            return OtpEmailFactorErrors.AddressNotVerified;
        }

        if (request.Delivery is PasscodeDelivery.NotNeeded)
        {
            return await subjectFactors.AddReadyAsync(user, address, request.Subject, now, cancellationToken);
        }

        var id = factors.FindAt(address)?.Id ?? Guid.CreateVersion7(now);
        var binding = new PasscodeBinding(PasscodePurpose.FactorRegistration, verification.UserId, address, id);
        var isProven = address.Equals(verification.LastVerifiedAddress);
        var wanted = new FactorPasscode(MailKind.FactorRegistration, binding, id, verification, request.Delivery, isProven);
        return await subjectFactors.PrepareAsync(wanted, factors.RefusesRegistration(address, now), request.Subject, now, cancellationToken).ThenAsync(passcode =>
        {
            var factor = factors.AddForRegistration(id, address, passcode.Hash, passcode.DeliveryId, passcode.Policy, now);
            subjectFactors.Keep(factors);
            var dto = subjectFactors.Describe(factor, verification) with { VerificationCode = passcode.ForCaller?.Reveal() };
            return Task.FromResult<Result<FactorDto>>(dto);
        });
    }
}
