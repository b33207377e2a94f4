using AutoMapper;
using Otp.Application.Common;
using Otp.Domain.Emails;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;

namespace Otp.Application.OtpEmailFactors;

/// <summary>How factors and challenges are shown.</summary>
internal sealed class OtpEmailFactorProfile : Profile
{
    /// <summary>The item of the mapping that holds the time (UTC) as of which it is shown.</summary>
    public const string AsOf = "asOf";

    /// <summary>The item that holds the user's organisation.</summary>
    public const string ResourceOwner = "resourceOwner";

    /// <summary>The item that holds the budget of the user's factors.</summary>
    public const string Budget = "budget";

    public OtpEmailFactorProfile()
    {
        CreateMap<OtpEmailFactor, DetailsDto>()
            .ForMember(dto => dto.CreationDate, map => map.MapFrom(factor => factor.CreatedAt))
            .ForMember(dto => dto.ChangeDate, map => map.MapFrom(factor => factor.ChangedAt))
            .ForMember(dto => dto.ResourceOwner, map => map.MapFrom((_, _, _, context) => (string)context.Items[ResourceOwner]));
        CreateMap<OtpEmailFactor, FactorDto>()
            .ForMember(dto => dto.Details, map => map.MapFrom(factor => factor))
            .ForMember(dto => dto.VerificationCode, map => map.Ignore());
        CreateMap<OtpEmailChallenge, ChallengeDto>()
            .ForMember(dto => dto.ChallengeId, map => map.MapFrom(challenge => challenge.Id))
            .ForMember(dto => dto.OtpEmailId, map => map.MapFrom(challenge => challenge.FactorId))
            .ForMember(dto => dto.Email, map => map.MapFrom(challenge => Mask(challenge.Address)))
            .ForMember(dto => dto.ExpiresAt, map => map.MapFrom(challenge => challenge.PasscodeExpiresAt))
            .ForMember(dto => dto.NumberOfAttempts, map => map.MapFrom((challenge, _, _, context) => AttemptsOf(challenge, context)))
            .ForMember(dto => dto.IsExpired, map => map.MapFrom((challenge, _, _, context) => Now(context) >= challenge.PasscodeExpiresAt))
            .ForMember(dto => dto.IsMaxAttempts, map => map.MapFrom((challenge, _, _, context) => challenge.Slot.Passcode?.IsExhaustedIn(BudgetOf(context), Now(context)) == true))
            .ForMember(dto => dto.ResendAvailableAt, map => map.MapFrom(challenge => challenge.Slot.ResendAvailableAt ?? challenge.CreatedAt))
            .ForMember(dto => dto.LockedUntil, map => map.MapFrom((_, _, _, context) => BudgetOf(context).IsLockedAt(Now(context)) ? BudgetOf(context).LockedUntil : null))
            .ForMember(dto => dto.Delivery, map => map.Ignore())
            .ForMember(dto => dto.Passcode, map => map.Ignore());
    }

    /// <summary><c>gigi@mouse.com</c> is shown as <c>g***@mouse.com</c>: enough for its owner to know which inbox to look in.</summary>
    private static string Mask(EmailAddress address) => string.Concat(address.Value.AsSpan(0, 1), "***", address.Value.AsSpan(address.Value.IndexOf('@', StringComparison.Ordinal)));

    private static int AttemptsOf(OtpEmailChallenge challenge, ResolutionContext context) =>
        challenge.Slot.Passcode?.AttemptsIn(BudgetOf(context), Now(context)) ?? BudgetOf(context).AttemptsAt(Now(context));

    private static DateTimeOffset Now(ResolutionContext context) => (DateTimeOffset)context.Items[AsOf];

    private static AttemptBudget BudgetOf(ResolutionContext context) => (AttemptBudget)context.Items[Budget];
}
