using MediatR;
using Microsoft.Extensions.Options;
using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;

namespace Otp.Application.OtpEmailFactors.VerifyRegistration;

/// <summary>Guesses the registration code of a factor; the right guess makes it ready (rule 19).</summary>
/// <param name="Subject">The user.</param>
/// <param name="FactorId">The factor.</param>
/// <param name="Passcode">The guess; a badly shaped one is refused and does not count.</param>
public sealed record VerifyRegistrationCommand(Subject Subject, Guid FactorId, Passcode Passcode) : ICommand<Result<FactorDto>>;

internal sealed class VerifyRegistrationHandler(SubjectFactors subjectFactors, IOptions<PasscodeOptions> passcodes, TimeProvider time)
    : IRequestHandler<VerifyRegistrationCommand, Result<FactorDto>>
{
    public Task<Result<FactorDto>> Handle(VerifyRegistrationCommand request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return subjectFactors.LoadAsync(request.Subject, now, cancellationToken).ThenAsync(user => VerifyAsync(user, request, now, cancellationToken));
    }

    private async Task<Result<FactorDto>> VerifyAsync(LoadedFactors user, VerifyRegistrationCommand request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (verification, factors) = user;
        if (factors.Find(request.FactorId) is not { } factor)
        {
            return OtpEmailFactorErrors.NotFound;
        }

        var policy = passcodes.Value.PolicyFor(PasscodePurpose.FactorRegistration);
        if (policy.RefusesShape(request.Passcode) is { } badShape)
        {
            return badShape;
        }

        var candidate = subjectFactors.HashGuess(request.Passcode, SubjectFactors.BindingOf(factor), factor.Slot);
        var outcome = factors.GuessRegistration(factor, candidate, policy, now);
        if (factor.Slot.Explain(outcome, OtpEmailFactorErrors.AlreadyReady, factors.Budget, now) is { } refusal)
        {
            return refusal;
        }

        await subjectFactors.TellAsync(MailKind.FactorAdded, verification, request.Subject, now, cancellationToken);
        return subjectFactors.Describe(factor, verification);
    }
}
