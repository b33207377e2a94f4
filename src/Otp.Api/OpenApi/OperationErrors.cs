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

    private static readonly DomainError Wrong = PasscodeErrors.Wrong(1, 5);
    private static readonly DomainError Locked = PasscodeErrors.Locked(Until);

    private static readonly DomainError BadEmail = Invalid("email", "must be one e-mail address");
    private static readonly DomainError BadAddress = Invalid("email.address", "must be one e-mail address");
    private static readonly DomainError BadFilter = Invalid("userId", "must be at most 200 characters");
    private static readonly DomainError TwoChoices = Invalid("sendCode", "cannot be given together with another choice");
    private static readonly DomainError TwoDeliveries = Invalid("sendCode", "cannot be given together with returnCode");

    private static readonly DomainError[] Sending = [PasscodeErrors.TooSoon(Until), Locked, RecipientErrors.TooManyMails(Until), RecipientErrors.Suppressed];
    private static readonly DomainError[] Guessing = [Wrong, PasscodeErrors.Empty, PasscodeErrors.Expired, Locked];
    private static readonly DomainError[] SettingAddress = [.. Sending, EmailVerificationErrors.AddressUnchanged, EmailVerificationErrors.AddressOwnedByProvider];
    private static readonly DomainError[] SettingAddressOfUser = [.. SettingAddress, UserErrors.NotFound];
    private static readonly DomainError[] ResendingToUser = [TwoChoices, .. Sending, EmailVerificationErrors.NotFound, UserErrors.NotFound];
    private static readonly DomainError[] GuessingForUser = [.. Guessing, EmailVerificationErrors.NotFound, UserErrors.NotFound];
    private static readonly DomainError[] AddingContact = [OtpEmailFactorErrors.AddressNotVerified, OtpEmailFactorErrors.TooMany, OtpEmailFactorErrors.AlreadyExists];
    private static readonly DomainError[] RemovingFactor = [OtpEmailFactorErrors.NotFound, UserErrors.NotFound];
    private static readonly DomainError[] Challenging = [Locked, RecipientErrors.TooManyMails(Until), RecipientErrors.Suppressed, OtpEmailFactorErrors.NotFound];
    private static readonly DomainError[] ResendingChallenge = [.. Sending, OtpEmailFactorErrors.ChallengeNotFound, OtpEmailFactorErrors.ChallengeAlreadyVerified];
    private static readonly DomainError[] GuessingChallenge =
        [Invalid("passcode", "must be 8 digits"), Wrong, PasscodeErrors.Expired, Locked, OtpEmailFactorErrors.ChallengeNotFound, OtpEmailFactorErrors.ChallengeAlreadyVerified];

    private static readonly FrozenDictionary<string, DomainError[]> ByOperation = new Dictionary<string, DomainError[]>
    {
        ["CreateEmailOneTimePasscode"] = [.. Sending, EmailVerificationErrors.NotFound],
        ["GetEmailVerificationStatus"] = [EmailVerificationErrors.NotFound],
        ["VerifyEmail"] = [Invalid("passcode", "must be 6 digits"), EmailVerificationErrors.NotFound],
        ["CreateMyOtpEmailChallenge"] = [Invalid("urlTemplate", "must be an https URL of at most 200 characters with an allowed host and known placeholders"), .. Challenging],
        ["CreateOtpEmailChallenge"] = [TwoDeliveries, .. Challenging, UserErrors.NotFound],
        ["GetMyOtpEmailChallenge"] = [OtpEmailFactorErrors.ChallengeNotFound],
        ["GetOtpEmailChallenge"] = [OtpEmailFactorErrors.ChallengeNotFound, UserErrors.NotFound],
        ["ResendMyOtpEmailChallenge"] = ResendingChallenge,
        ["ResendOtpEmailChallenge"] = [TwoDeliveries, .. ResendingChallenge, UserErrors.NotFound],
        ["VerifyMyOtpEmailChallenge"] = GuessingChallenge,
        ["VerifyOtpEmailChallenge"] = [.. GuessingChallenge, UserErrors.NotFound],
        ["UnlockOtpEmail"] = [UserErrors.NotFound],
        ["ListAuditEntries"] = [BadFilter],
        ["ListDeliveries"] = [BadFilter],
        ["RetryDelivery"] = [DeliveryErrors.NotFound, DeliveryErrors.NotRetryable],
        ["ListSuppressions"] = [Invalid("after", "must be one e-mail address")],
        ["LiftSuppression"] = [BadEmail, RecipientErrors.NotSuppressed],
        ["ReceiveSendGridEvents"] = [DeliveryErrors.ReportUnreadable, DeliveryErrors.ReportNotAuthentic, DeliveryErrors.ReportsNotTaken],
        ["GetMyEmail"] = [EmailVerificationErrors.NotFound],
        ["SetMyEmail"] = [BadEmail, .. SettingAddress],
        ["VerifyMyEmail"] = [.. Guessing, EmailVerificationErrors.NotFound],
        ["ResendMyEmailVerification"] = [.. Sending, EmailVerificationErrors.NotFound],
        ["AddMyAuthFactorOTPEmail"] = AddingContact,
        ["RemoveMyAuthFactorOTPEmail"] = [OtpEmailFactorErrors.NotFound],
        ["SetEmail"] = [BadEmail, .. SettingAddressOfUser],
        ["SetContactEmail"] = [BadAddress, .. SettingAddressOfUser],
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
        ["AddOTPEmailAuthenticator"] = [BadAddress, .. Sending, .. AddingContact, UserErrors.NotFound],
        ["VerifyOTPEmailRegistration"] = [.. Guessing, OtpEmailFactorErrors.AlreadyReady, OtpEmailFactorErrors.NotFound, UserErrors.NotFound],
        ["RemoveOTPEmailAuthenticator"] = RemovingFactor,
    }.ToFrozenDictionary();

    /// <summary>The errors of an operation; none of one that is not ours.</summary>
    public static IReadOnlyList<DomainError> Of(string? operationId) => ByOperation.TryGetValue(operationId ?? "", out var errors) ? errors : [];

    private static DomainError Invalid(string member, string message) => RequestErrors.Invalid([new FieldError(member, message)]);
}
