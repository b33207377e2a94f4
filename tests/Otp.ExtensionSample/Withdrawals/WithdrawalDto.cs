using AutoMapper;
using Otp.Domain.EmailVerifications;

namespace Otp.ExtensionSample.Withdrawals;

/// <summary>That no passcode for the address works any more.</summary>
public sealed record WithdrawalDto
{
    /// <summary>The address, as it was given.</summary>
    public required string Email { get; init; }

    /// <summary>From when on another passcode can be requested (UTC); absent where none was mailed yet.</summary>
    public DateTimeOffset? ResendAvailableAt { get; init; }
}

internal sealed class WithdrawalProfile : Profile
{
    public WithdrawalProfile() =>
        CreateMap<EmailVerification, WithdrawalDto>()
            .ForMember(dto => dto.Email, map => map.MapFrom(verification => verification.Address!.Value))
            .ForMember(dto => dto.ResendAvailableAt, map => map.MapFrom(verification => verification.Slot.ResendAvailableAt));
}
