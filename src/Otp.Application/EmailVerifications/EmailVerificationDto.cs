using Otp.Application.Common;

namespace Otp.Application.EmailVerifications;

/// <summary>A user's verification, from which each family of routes takes what it shows.</summary>
/// <param name="Status">How it stands.</param>
/// <param name="Details">Its version.</param>
public sealed record EmailVerificationDto(EmailStatusDto Status, DetailsDto Details)
{
    /// <summary>The code, for a caller who was allowed to ask for it.</summary>
    public string? VerificationCode { get; init; }

    /// <summary>The code is not printed.</summary>
    public override string ToString() => nameof(EmailVerificationDto);
}
