using AutoMapper;
using Otp.Application.Common;
using Otp.Domain.EmailVerifications;

namespace Otp.Application.EmailVerifications;

/// <summary>How a verification is shown.</summary>
internal sealed class EmailVerificationProfile : Profile
{
    /// <summary>The item of the mapping that holds the time (UTC) as of which it is shown.</summary>
    public const string AsOf = "asOf";

    public EmailVerificationProfile()
    {
        CreateMap<EmailVerification, DetailsDto>()
            .ForMember(dto => dto.CreationDate, map => map.MapFrom(verification => verification.CreatedAt))
            .ForMember(dto => dto.ChangeDate, map => map.MapFrom(verification => verification.ChangedAt));
        CreateMap<EmailVerification, EmailStatusDto>()
            .ForMember(dto => dto.Email, map => map.MapFrom(verification => verification.Address!.Value))
            .ForMember(dto => dto.Otp, map => map.MapFrom((verification, _, _, context) => ToPasscode(verification, Now(context))))
            .ForMember(dto => dto.LockedUntil, map => map.MapFrom((verification, _, _, context) => verification.Budget.IsLockedAt(Now(context)) ? verification.Budget.LockedUntil : null))
            .ForMember(dto => dto.Delivery, map => map.Ignore());
    }

    private static PasscodeDto? ToPasscode(EmailVerification verification, DateTimeOffset now) => verification.Slot.Passcode is not { } passcode
        ? null
        : new PasscodeDto
        {
            CreatedAt = passcode.CreatedAt,
            NumberOfAttempts = passcode.AttemptsIn(verification.Budget, now),
            ExpiresAt = passcode.ExpiresAt,
            IsExpired = passcode.IsExpiredAt(now),
            IsMaxAttempts = passcode.IsExhaustedIn(verification.Budget, now),
            ResendAvailableAt = verification.Slot.ResendAvailableAt ?? passcode.CreatedAt,
        };

    private static DateTimeOffset Now(ResolutionContext context) => (DateTimeOffset)context.Items[AsOf];
}
