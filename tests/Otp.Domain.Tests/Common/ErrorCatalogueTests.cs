using System.Reflection;
using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.Common;

/// <summary>Codes, kinds and texts of all refusals are part of the public API: clients branch by the codes and people read the texts.</summary>
public sealed class ErrorCatalogueTests
{
    private static readonly DateTimeOffset Until = Some.Start.AddMinutes(7);

    /// <summary>The error, and its code, kind and text.</summary>
    public static TheoryData<DomainError, string, ErrorKind, string> Catalogue => new()
    {
        { EmailVerificationErrors.NotFound, "EmailVerification.NotFound", ErrorKind.NotFound, "Cannot find matching verification status for user's email" },
        { EmailVerificationErrors.AlreadyVerified, "EmailVerification.AlreadyVerified", ErrorKind.FailedPrecondition, "The email is already verified" },
        { EmailVerificationErrors.AddressUnchanged, "EmailVerification.AddressUnchanged", ErrorKind.FailedPrecondition, "Email not changed" },
        {
            EmailVerificationErrors.AddressOwnedByProvider, "EmailVerification.AddressOwnedByProvider", ErrorKind.FailedPrecondition,
            "The email is managed by the identity provider"
        },
        { OtpEmailFactorErrors.AlreadyExists, "OtpEmailFactor.AlreadyExists", ErrorKind.AlreadyExists, "Multifactor OTP (OneTimePassword) is already set up" },
        { OtpEmailFactorErrors.AddressNotVerified, "OtpEmailFactor.AddressNotVerified", ErrorKind.FailedPrecondition, "Multifactor OTP (OneTimePassword) isn't ready" },
        { OtpEmailFactorErrors.NotFound, "OtpEmailFactor.NotFound", ErrorKind.NotFound, "Multifactor OTP (OneTimePassword) doesn't exist" },
        { OtpEmailFactorErrors.AlreadyReady, "OtpEmailFactor.AlreadyReady", ErrorKind.FailedPrecondition, "Multifactor OTP (OneTimePassword) is ready already" },
        {
            OtpEmailFactorErrors.TooMany, "OtpEmailFactor.TooMany", ErrorKind.FailedPrecondition,
            "A user can have at most 10 of Multifactor OTP (OneTimePassword)"
        },
        { OtpEmailFactorErrors.ChallengeNotFound, "OtpEmailChallenge.NotFound", ErrorKind.NotFound, "The challenge doesn't exist" },
        { OtpEmailFactorErrors.ChallengeAlreadyVerified, "OtpEmailChallenge.AlreadyVerified", ErrorKind.AlreadyExists, "The challenge is verified already" },
        { PasscodeErrors.Empty, "Passcode.Empty", ErrorKind.InvalidArgument, "Code is empty" },
        { PasscodeErrors.BadShape, "Passcode.BadShape", ErrorKind.InvalidArgument, "Code is invalid" },
        { PasscodeErrors.Missing, "Passcode.Missing", ErrorKind.NotFound, "There is no passcode that could be verified; request a new one" },
        { PasscodeErrors.Expired, "Passcode.Expired", ErrorKind.FailedPrecondition, "Code is expired" },
        { PasscodeErrors.Wrong(1, 5), "Passcode.Wrong", ErrorKind.InvalidArgument, "Code is invalid" },
        { PasscodeErrors.Locked(Until), "Passcode.Locked", ErrorKind.TooManyRequests, "Too many attempts" },
        {
            PasscodeErrors.TooSoon(Until), "Passcode.TooSoon", ErrorKind.TooManyRequests,
            "A passcode was sent a moment ago; another one cannot be requested yet"
        },
        { RecipientErrors.Suppressed, "Recipient.Suppressed", ErrorKind.FailedPrecondition, "This email cannot receive mail" },
        { RecipientErrors.NotSuppressed, "Recipient.NotSuppressed", ErrorKind.NotFound, "This email is not suppressed" },
        {
            RecipientErrors.TooManyMails(Until), "Recipient.TooManyMails", ErrorKind.TooManyRequests,
            "Too many passcodes were sent to this email; another one cannot be requested yet"
        },
    };

    [Theory]
    [MemberData(nameof(Catalogue))]
    public void Error_WhenRead_ShouldBeWhatThePublicApiPromises(DomainError error, string code, ErrorKind kind, string message)
    {
        error.Code.Should().Be(code);
        error.Kind.Should().Be(kind);
        error.Message.Should().Be(message);
        error.Fields.Should().BeEmpty();
        error.RetryAt.Should().Be(kind == ErrorKind.TooManyRequests ? Until : null);
        error.Data.Keys.Should().BeEquivalentTo(code == "Passcode.Wrong" ? ["numberOfAttempts", "remainingAttempts", "isMaxAttempts"] : Array.Empty<string>());
    }

    [Fact]
    public void Catalogue_WhenComparedWithTheDomain_ShouldHoldEachErrorOnce()
    {
        var errors = typeof(DomainError).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Errors", StringComparison.Ordinal))
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(member => member is FieldInfo or MethodInfo { IsSpecialName: false } or PropertyInfo);

        errors.Should().HaveSameCount(Catalogue);
        Catalogue.Select<object[], string>(row => (string)row[1]).Should().OnlyHaveUniqueItems();
    }

    // What the code allows can be fewer than the guesses that stand.
    [Theory]
    [InlineData(1, 5, 4, false)]
    [InlineData(4, 5, 1, false)]
    [InlineData(5, 5, 0, true)]
    [InlineData(6, 5, 0, true)]
    public void Wrong_WhenGuessesStand_ShouldSayHowManyAreLeft(int attempts, int maxAttempts, int remaining, bool isMax) =>
        PasscodeErrors.Wrong(attempts, maxAttempts).Data.Should().BeEquivalentTo(new Dictionary<string, object>
        {
            ["numberOfAttempts"] = attempts,
            ["remainingAttempts"] = remaining,
            ["isMaxAttempts"] = isMax,
        });
}
