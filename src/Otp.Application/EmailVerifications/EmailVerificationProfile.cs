using AutoMapper;
using Otp.Application.Common;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;

namespace Otp.Application.EmailVerifications;

/// <summary>How a verification is shown.</summary>
internal sealed class EmailVerificationProfile : Profile
{
    public EmailVerificationProfile()
    {
        CreateMap<EmailVerification, DetailsDto>()
            .ForMember(dto => dto.CreationDate, map => map.MapFrom(verification => verification.CreatedAt))
            .ForMember(dto => dto.ChangeDate, map => map.MapFrom(verification => verification.ChangedAt));
        CreateMap<VerificationAt, EmailStatusDto>()
            .ForMember(dto => dto.Email, map => map.MapFrom(shown => shown.Verification.Address!.Value))
            .ForMember(dto => dto.IsVerified, map => map.MapFrom(shown => shown.Verification.IsVerified))
            .ForMember(dto => dto.Otp, map => map.MapFrom(shown => ToPasscode(shown.Verification, shown.Now)))
            .ForMember(dto => dto.LockedUntil, map => map.MapFrom(shown => LockOf(shown.Verification.Budget, shown.Now)))
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

    private static DateTimeOffset? LockOf(AttemptBudget budget, DateTimeOffset now) => budget.IsLockedAt(now) ? budget.LockedUntil : null;
}

/// <summary>A verification, and the time (UTC) as of which it is shown.</summary>
internal sealed record VerificationAt(EmailVerification Verification, DateTimeOffset Now);
