using Otp.Domain.Common;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.Common;

public sealed class ResultTests
{
    private static readonly DomainError Refusal = new("Thing.Refused", ErrorKind.FailedPrecondition, "No");

    public static TheoryData<DomainError> Catalogue => new()
    {
        EmailVerificationErrors.NotFound,
        EmailVerificationErrors.AlreadyVerified,
        EmailVerificationErrors.AddressUnchanged,
        EmailVerificationErrors.AddressOwnedByProvider,
        OtpEmailFactorErrors.AlreadyExists,
        OtpEmailFactorErrors.AddressNotVerified,
        OtpEmailFactorErrors.NotFound,
        OtpEmailFactorErrors.AlreadyReady,
        OtpEmailFactorErrors.TooMany,
        OtpEmailFactorErrors.ChallengeNotFound,
        OtpEmailFactorErrors.ChallengeAlreadyVerified,
        PasscodeErrors.Empty,
        PasscodeErrors.BadShape,
        PasscodeErrors.Missing,
        PasscodeErrors.Expired,
        PasscodeErrors.Wrong(1, 5),
        PasscodeErrors.Locked(Some.Start),
        PasscodeErrors.TooSoon(Some.Start),
        RecipientErrors.Suppressed,
        RecipientErrors.NotSuppressed,
        RecipientErrors.TooManyMails(Some.Start),
    };

    [Fact]
    public void Success_WhenRead_ShouldHaveNoError()
    {
        Result.Success.IsSuccess.Should().BeTrue();
        Result.Success.Error.Should().BeNull();
    }

    [Fact]
    public void Conversion_WhenFromAnError_ShouldBeARefusal()
    {
        Result plain = Refusal;
        Result<int> valued = Refusal;

        plain.Should().Match<Result>(r => !r.IsSuccess && r.Error == Refusal);
        valued.Should().Match<Result<int>>(r => !r.IsSuccess && r.Error == Refusal);
    }

    [Fact]
    public void Conversion_WhenFromAValue_ShouldBeASuccess()
    {
        Result<string> result = "value";

        result.IsSuccess.Should().BeTrue();
        result.Error.Should().BeNull();
        result.Value.Should().Be("value");
    }

    [Fact]
    public void Value_WhenRefused_ShouldThrowWithTheCodeAlone()
    {
        var result = Result<int>.Failure(Refusal);

        result.Invoking(r => r.Value).Should().Throw<InvalidOperationException>().WithMessage("*Thing.Refused*");
    }

    [Fact]
    public void Failure_WhenMadeThroughTheInterface_ShouldHoldTheError()
    {
        Refuse<Result>().Error.Should().Be(Refusal);
        Refuse<Result<int>>().Error.Should().Be(Refusal);

        static T Refuse<T>()
            where T : IDomainResult<T> => T.Failure(Refusal);
    }

    [Fact]
    public void DomainError_WhenNothingElseIsSaid_ShouldHaveNoFieldsAndNoRetry()
    {
        Refusal.Fields.Should().BeEmpty();
        Refusal.RetryAt.Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Catalogue))]
    [Trait("Requirement", "SEC-14")]
    public void Catalogue_WhenTooManyRequests_ShouldSayWhenToRetryAndOnlyThen(DomainError error) =>
        (error.RetryAt is not null).Should().Be(error.Kind == ErrorKind.TooManyRequests);

    [Fact]
    public void Catalogue_WhenCodesAreCompared_ShouldBeUnique() =>
        Catalogue.Select<object[], string>(row => ((DomainError)row[0]).Code).Should().OnlyHaveUniqueItems().And.OnlyContain(code => code.Contains('.'));
}
