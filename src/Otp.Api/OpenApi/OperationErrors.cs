using System.Collections.Frozen;
using Otp.Application.Common;
using Otp.Application.Delivery;
using Otp.Application.Users;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;

namespace Otp.Api.OpenApi;

/// <summary>
/// What the rules refuse, by operation, for the examples of the API's description. What every request can be refused with (no token, no JSON, an outage, ...)
/// is not in it. A test of the C# client provokes each entry.
/// </summary>
internal static class OperationErrors
{
    private static readonly DateTimeOffset Until = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);

    private static readonly DomainError Invalid = RequestErrors.Invalid([]);
    private static readonly DomainError Wrong = PasscodeErrors.Wrong(1, 5);
    private static readonly DomainError Locked = PasscodeErrors.Locked(Until);

    private static readonly DomainError[] Sending = [PasscodeErrors.TooSoon(Until), Locked, RecipientErrors.TooManyMails(Until), RecipientErrors.Suppressed];
    private static readonly DomainError[] Guessing = [Wrong, PasscodeErrors.Empty, PasscodeErrors.Expired, Locked];
    private static readonly DomainError[] SettingAddress = [.. Sending, EmailVerificationErrors.AddressUnchanged, EmailVerificationErrors.AddressOwnedByProvider];
    private static readonly DomainError[] SettingAddressOfUser = [.. SettingAddress, UserErrors.NotFound];
    private static readonly DomainError[] ResendingToUser = [Invalid, .. Sending, EmailVerificationErrors.NotFound, UserErrors.NotFound];
    private static readonly DomainError[] GuessingForUser = [.. Guessing, EmailVerificationErrors.NotFound, UserErrors.NotFound];
    private static readonly DomainError[] AddingContact = [OtpEmailFactorErrors.AddressNotVerified, OtpEmailFactorErrors.TooMany, OtpEmailFactorErrors.AlreadyExists];
    private static readonly DomainError[] RemovingFactor = [OtpEmailFactorErrors.NotFound, UserErrors.NotFound];
    private static readonly DomainError[] Challenging = [.. Sending, OtpEmailFactorErrors.NotFound];
    private static readonly DomainError[] ResendingChallenge = [.. Sending, OtpEmailFactorErrors.ChallengeNotFound, OtpEmailFactorErrors.ChallengeAlreadyVerified];
    private static readonly DomainError[] GuessingChallenge =
        [Wrong, PasscodeErrors.Expired, Locked, OtpEmailFactorErrors.ChallengeNotFound, OtpEmailFactorErrors.ChallengeAlreadyVerified];

    private static readonly FrozenDictionary<string, DomainError[]> ByOperation = new Dictionary<string, DomainError[]>
    {
        ["CreateEmailOneTimePasscode"] = [.. Sending, EmailVerificationErrors.NotFound],
        ["GetEmailVerificationStatus"] = [EmailVerificationErrors.NotFound],
        ["VerifyEmail"] = [EmailVerificationErrors.NotFound],
        ["CreateMyOtpEmailChallenge"] = Challenging,
        ["CreateOtpEmailChallenge"] = [.. Challenging, UserErrors.NotFound],
        ["GetMyOtpEmailChallenge"] = [OtpEmailFactorErrors.ChallengeNotFound],
        ["GetOtpEmailChallenge"] = [OtpEmailFactorErrors.ChallengeNotFound, UserErrors.NotFound],
        ["ResendMyOtpEmailChallenge"] = ResendingChallenge,
        ["ResendOtpEmailChallenge"] = [.. ResendingChallenge, UserErrors.NotFound],
        ["VerifyMyOtpEmailChallenge"] = GuessingChallenge,
        ["VerifyOtpEmailChallenge"] = [.. GuessingChallenge, UserErrors.NotFound],
        ["UnlockOtpEmail"] = [UserErrors.NotFound],
        ["RetryDelivery"] = [DeliveryErrors.NotFound, DeliveryErrors.NotRetryable],
        ["LiftSuppression"] = [RecipientErrors.NotSuppressed],
        ["ReceiveSendGridEvents"] = [DeliveryErrors.ReportUnreadable, DeliveryErrors.ReportNotAuthentic, DeliveryErrors.ReportsNotTaken],
        ["GetMyEmail"] = [EmailVerificationErrors.NotFound],
        ["SetMyEmail"] = [Invalid, .. SettingAddress],
        ["VerifyMyEmail"] = [.. Guessing, EmailVerificationErrors.NotFound],
        ["ResendMyEmailVerification"] = [.. Sending, EmailVerificationErrors.NotFound],
        ["AddMyAuthFactorOTPEmail"] = AddingContact,
        ["RemoveMyAuthFactorOTPEmail"] = [OtpEmailFactorErrors.NotFound],
        ["SetEmail"] = [Invalid, .. SettingAddressOfUser],
        ["SetContactEmail"] = [Invalid, .. SettingAddressOfUser],
        ["ResendEmailCode"] = ResendingToUser,
        ["SendEmailCode"] = ResendingToUser,
        ["ResendContactEmailCode"] = ResendingToUser,
        ["VerifyEmailByUserId"] = GuessingForUser,
        ["VerifyContactEmail"] = GuessingForUser,
        ["ListAuthenticationMethodTypes"] = [UserErrors.NotFound],
        ["ListAuthenticationFactors"] = [UserErrors.NotFound],
        ["AddOTPEmail"] = [.. AddingContact, UserErrors.NotFound],
        ["AddOTPEmailBeta"] = [.. AddingContact, UserErrors.NotFound],
        ["RemoveOTPEmail"] = RemovingFactor,
        ["RemoveOTPEmailBeta"] = RemovingFactor,
        ["AddOTPEmailAuthenticator"] = [Invalid, .. Sending, .. AddingContact, UserErrors.NotFound],
        ["VerifyOTPEmailRegistration"] = [.. Guessing, OtpEmailFactorErrors.AlreadyReady, OtpEmailFactorErrors.NotFound, UserErrors.NotFound],
        ["RemoveOTPEmailAuthenticator"] = RemovingFactor,
    }.ToFrozenDictionary();

    /// <summary>The errors of an operation; none of one that is not ours.</summary>
    public static IReadOnlyList<DomainError> Of(string? operationId) => ByOperation.TryGetValue(operationId ?? "", out var errors) ? errors : [];
}
