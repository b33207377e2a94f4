using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.EmailVerifications;

/// <summary>Where the address of an <see cref="EmailVerification"/> comes from, and what its change does.</summary>
public sealed class EmailVerificationIdentityTests
{
    private readonly VerificationScenario _scenario = new();

    private EmailVerification Verification => _scenario.Verification;

    [Fact]
    [Trait("Rule", "23")]
    public void Start_WhenNew_ShouldBeAtSequenceOneWithNothingKnown()
    {
        Verification.UserId.Should().Be(Some.UserId);
        Verification.ResourceOwner.Should().Be(Some.Organisation);
        Verification.Sequence.Should().Be(1);
        Verification.CreatedAt.Should().Be(Some.Start);
        Verification.ChangedAt.Should().Be(Some.Start);
        Verification.Address.Should().BeNull();
        Verification.IsVerified.Should().BeFalse();
        Verification.LastVerifiedAddress.Should().BeNull();
        Verification.IsAddressOwnedByProvider.Should().BeFalse();
        Verification.Slot.Should().Be(PasscodeSlot.Empty);
        Verification.Budget.Should().Be(AttemptBudget.Untouched);
    }

    [Theory]
    [InlineData("", "acme")]
    [InlineData("user-1", "")]
    public void Start_WhenAnIdIsMissing_ShouldThrow(string userId, string organisation) =>
        FluentActions.Invoking(() => EmailVerification.Start(userId, organisation, Some.Start)).Should().Throw<ArgumentException>();

    [Fact]
    [Trait("Rule", "13")]
    [Trait("Rule", "23")]
    public void ApplyIdentity_WhenManyThingsAreNew_ShouldTakeThemOverInOneChange()
    {
        _scenario.After(TimeSpan.FromMinutes(1));

        var told = _scenario.Claim(_scenario.Token(Some.Ana) with
        {
            ResourceOwner = "umbrella",
            StatesResourceOwner = true,
            DisplayName = "Ana",
            Locale = "pt-BR",
        });

        told.Should().BeNull();
        Verification.Address.Should().Be(Some.Ana);
        Verification.IsVerified.Should().BeFalse();
        Verification.IsAddressOwnedByProvider.Should().BeTrue();
        Verification.ResourceOwner.Should().Be("umbrella");
        Verification.DisplayName.Should().Be("Ana");
        Verification.Locale.Should().Be("pt-BR");
        Verification.IdentityAsOf.Should().Be(_scenario.Now);
        Verification.Sequence.Should().Be(2);
        Verification.ChangedAt.Should().Be(_scenario.Now);
    }

    [Fact]
    [Trait("Rule", "13")]
    [Trait("Rule", "23")]
    public void ApplyIdentity_WhenAppliedAgain_ShouldChangeNothing()
    {
        var token = _scenario.Token(Some.Ana) with { StatesResourceOwner = true, DisplayName = "Ana", Locale = "pt" };
        _scenario.Claim(token);
        var before = _scenario.Snapshot();

        _scenario.After(TimeSpan.FromMinutes(5)).Claim(token).Should().BeNull();

        _scenario.Snapshot().Should().Be(before);
    }

    /// <summary>What a later token says beside the issue time, as one change of the record each.</summary>
    public static TheoryData<string> OneNewThing => new() { "nothing", "resource owner", "name", "locale", "address", "spelling", "trust" };

    [Theory]
    [MemberData(nameof(OneNewThing))]
    [Trait("Rule", "13")]
    [Trait("Rule", "23")]
    public void ApplyIdentity_WhenALaterTokenSaysOneNewThing_ShouldBeOneChange(string what)
    {
        _scenario.Claim(Some.Ana);
        _scenario.After(TimeSpan.FromMinutes(1));
        var later = _scenario.Token(Some.Ana);

        _scenario.Claim(what switch
        {
            "resource owner" => later with { ResourceOwner = "umbrella", StatesResourceOwner = true },
            "name" => later with { DisplayName = "Ana" },
            "locale" => later with { Locale = "pt" },
            "address" => later with { Email = Some.Bela },
            "spelling" => later with { Email = EmailAddress.Parse("Ana@Example.com") },
            "trust" => later with { IsEmailTrusted = true },
            _ => later,
        });

        Verification.Sequence.Should().Be(3);
        Verification.ChangedAt.Should().Be(_scenario.Now);
        Verification.IdentityAsOf.Should().Be(_scenario.Now);
    }

    [Theory]
    [MemberData(nameof(OneNewThing))]
    [Trait("Rule", "13")]
    public void ApplyIdentity_WhenTheTokenIsOlder_ShouldChangeNothing(string what)
    {
        _scenario.After(TimeSpan.FromHours(1)).Claim(Some.Ana);
        var before = _scenario.Snapshot();
        var older = _scenario.Token(Some.Ana, issuedAfter: -1) with
        {
            ResourceOwner = "umbrella",
            StatesResourceOwner = true,
            DisplayName = what,
            Locale = "pt",
            Email = what == "address" ? Some.Bela : Some.Ana,
            IsEmailTrusted = what == "trust",
        };

        _scenario.Claim(older).Should().BeNull();

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "13")]
    public void ApplyIdentity_WhenAnotherTokenOfTheSameSecond_ShouldBeBelieved()
    {
        _scenario.Claim(Some.Ana);

        _scenario.Claim(Some.Bela);

        Verification.Address.Should().Be(Some.Bela);
        Verification.Sequence.Should().Be(3);
    }

    [Fact]
    [Trait("Rule", "13")]
    public void ApplyIdentity_WhenTheTokenDoesNotSayWhenItWasIssued_ShouldBeBelievedOnlyUntilOneDoes()
    {
        var undated = new UserIdentity(Some.UserId, DateTimeOffset.MinValue) { ResourceOwner = Some.Organisation, Email = Some.Ana };

        _scenario.Claim(undated);
        Verification.Address.Should().Be(Some.Ana);

        _scenario.Claim(Some.Bela);
        _scenario.Claim(undated);
        Verification.Address.Should().Be(Some.Bela);
    }

    [Fact]
    [Trait("Rule", "13")]
    public void ApplyIdentity_WhenTheTokenDoesNotNameTheResourceOwner_ShouldKeepTheStoredOne()
    {
        _scenario.Claim(_scenario.Token() with { ResourceOwner = "default" });

        Verification.ResourceOwner.Should().Be(Some.Organisation);
    }

    [Fact]
    [Trait("Rule", "13")]
    public void ApplyIdentity_WhenALaterTokenLeavesThingsOut_ShouldKeepThemAndTheOwnership()
    {
        _scenario.Claim(_scenario.Token(Some.Ana) with { DisplayName = "Ana", Locale = "pt" });

        _scenario.Claim(_scenario.Token(issuedAfter: 60)).Should().BeNull();

        Verification.Address.Should().Be(Some.Ana);
        Verification.DisplayName.Should().Be("Ana");
        Verification.Locale.Should().Be("pt");
        Verification.IsAddressOwnedByProvider.Should().BeTrue();
        Verification.RefusesAddress(Some.Bela).Should().Be(EmailVerificationErrors.AddressOwnedByProvider);
    }

    [Fact]
    [Trait("Rule", "13")]
    public void ApplyIdentity_WhenTheAddressWasSetBefore_ShouldReplaceItAndOwnItFromThen()
    {
        _scenario.WithAddress(Some.Ana);

        _scenario.Claim(Some.Bela);

        Verification.Address.Should().Be(Some.Bela);
        Verification.IsAddressOwnedByProvider.Should().BeTrue();
    }

    [Fact]
    [Trait("Rule", "13")]
    public void ApplyIdentity_WhenItNamesTheAddressThatWasSet_ShouldKeepItsVerificationAndOwnItFromThen()
    {
        _scenario.WithVerified(Some.Ana);
        var sequence = Verification.Sequence;

        _scenario.Claim(Some.Ana).Should().BeNull();

        Verification.IsVerified.Should().BeTrue();
        Verification.IsAddressOwnedByProvider.Should().BeTrue();
        Verification.Sequence.Should().Be(sequence + 1);
    }

    [Fact]
    [Trait("Rule", "13")]
    [Trait("Rule", "16")]
    public void ApplyIdentity_WhenOnlyTheSpellingChanges_ShouldKeepVerificationAndWriteItAnew()
    {
        _scenario.WithVerified(Some.Ana);
        var since = Verification.VerifiedAt;

        _scenario.After(TimeSpan.FromMinutes(1)).Claim(EmailAddress.Parse("ANA@example.com")).Should().BeNull();

        Verification.VerifiedAt.Should().Be(since);
        Verification.Address!.Value.Should().Be("ANA@example.com");
    }

    [Fact]
    [Trait("Rule", "13")]
    [Trait("Rule", "16")]
    public void ApplyIdentity_WhenOnlyTheSpellingChanges_ShouldKeepTheLiveCode()
    {
        _scenario.WithAddress(Some.Ana).WithPasscode().Claim(EmailAddress.Parse("ANA@example.com"));

        _scenario.GuessRight().Should().Be(GuessOutcome.Right);
    }

    [Fact]
    [Trait("Rule", "14")]
    public void ApplyIdentity_WhenTheAddressIsAnother_ShouldUnverifyAndKillTheCode()
    {
        _scenario.WithAddress(Some.Ana).WithPasscode();
        var code = _scenario.LastCode;

        _scenario.Claim(Some.Bela);

        Verification.Slot.Passcode.Should().BeNull();
        Verification.Slot.ResendAvailableAt.Should().NotBeNull("the interval is not the code's (rule 8)");
        _scenario.Guess(code).Should().Be(GuessOutcome.NoPasscode);
    }

    [Fact]
    [Trait("Rule", "13")]
    public void ApplyIdentity_WhenTheProviderIsNotTrusted_ShouldNotVerify()
    {
        _scenario.Claim(Some.Ana, trusted: false);

        Verification.IsVerified.Should().BeFalse();
    }

    [Fact]
    [Trait("Rule", "13")]
    public void ApplyIdentity_WhenTrusted_ShouldVerifyAndUseUpTheCode()
    {
        _scenario.WithAddress(Some.Ana).WithPasscode().After(TimeSpan.FromSeconds(5));

        _scenario.Claim(Some.Ana, trusted: true);

        Verification.VerifiedAt.Should().Be(_scenario.Now);
        Verification.LastVerifiedAddress.Should().Be(Some.Ana);
        Verification.Slot.Passcode.Should().BeNull();
        _scenario.GuessRight().Should().Be(GuessOutcome.AlreadyVerified);
    }

    [Fact]
    [Trait("Rule", "13")]
    public void ApplyIdentity_WhenTrustedAndVerifiedAlready_ShouldKeepSinceWhen()
    {
        _scenario.Claim(Some.Ana, trusted: true);
        var since = Verification.VerifiedAt;

        _scenario.After(TimeSpan.FromMinutes(1)).Claim(Some.Ana, trusted: true);

        Verification.VerifiedAt.Should().Be(since);
    }

    [Fact]
    [Trait("Rule", "14")]
    public void ApplyIdentity_WhenTrustedAndAnotherAddress_ShouldVerifyThatAndTellTheOldOne()
    {
        _scenario.WithVerified(Some.Ana);

        _scenario.Claim(Some.Bela, trusted: true).Should().Be(Some.Ana);

        Verification.IsVerified.Should().BeTrue();
        Verification.LastVerifiedAddress.Should().Be(Some.Bela);
    }

    [Fact]
    [Trait("Rule", "13")]
    public void ApplyIdentity_WhenTrustedWithoutAnAddress_ShouldNotVerifyTheOneThatWasSet()
    {
        _scenario.WithAddress(Some.Ana);

        _scenario.Claim(_scenario.Token() with { IsEmailTrusted = true });

        Verification.IsVerified.Should().BeFalse();
    }

    [Fact]
    [Trait("Rule", "13")]
    [Trait("Rule", "23")]
    public void ChangeAddress_WhenAllowed_ShouldBeOneChange()
    {
        _scenario.After(TimeSpan.FromMinutes(1)).ChangeAddress(Some.Ana).Should().BeNull();

        Verification.Address.Should().Be(Some.Ana);
        Verification.IsAddressOwnedByProvider.Should().BeFalse();
        Verification.Sequence.Should().Be(2);
        Verification.ChangedAt.Should().Be(_scenario.Now);
    }

    [Theory]
    [InlineData("ana@example.com")]
    [InlineData("ANA@EXAMPLE.com")]
    [Trait("Rule", "16")]
    public void ChangeAddress_WhenItIsTheSame_ShouldBeRefusedAndChangeNothing(string same)
    {
        var before = _scenario.WithVerified(Some.Ana).Snapshot();
        var address = EmailAddress.Parse(same);

        Verification.RefusesAddress(address).Should().Be(EmailVerificationErrors.AddressUnchanged);
        _scenario.Invoking(s => s.ChangeAddress(address)).Should().Throw<InvalidOperationException>().WithMessage("*AddressUnchanged*");

        _scenario.Snapshot().Should().Be(before);
    }

    [Theory]
    [InlineData("ana@example.com")]
    [InlineData("bela@example.org")]
    [Trait("Rule", "13")]
    public void ChangeAddress_WhenTheProviderOwnsIt_ShouldBeRefusedAndChangeNothing(string text)
    {
        _scenario.Claim(Some.Ana);
        var before = _scenario.Snapshot();
        var address = EmailAddress.Parse(text);

        Verification.RefusesAddress(address).Should().Be(EmailVerificationErrors.AddressOwnedByProvider);
        _scenario.Invoking(s => s.ChangeAddress(address)).Should().Throw<InvalidOperationException>().WithMessage("*AddressOwnedByProvider*");

        _scenario.Snapshot().Should().Be(before);
    }

    [Fact]
    [Trait("Rule", "14")]
    public void ChangeAddress_WhenVerified_ShouldUnverifyRememberAndTellTheOldOne()
    {
        _scenario.WithVerified(Some.Ana);

        _scenario.ChangeAddress(Some.Bela).Should().Be(Some.Ana);

        Verification.IsVerified.Should().BeFalse();
        Verification.VerifiedAt.Should().BeNull();
        Verification.LastVerifiedAddress.Should().Be(Some.Ana);
    }

    [Fact]
    [Trait("Rule", "14")]
    public void ChangeAddress_WhenTheOldOneWasNeverVerified_ShouldTellNobody()
    {
        _scenario.WithVerified(Some.Ana).WithAddress(Some.Bela);

        _scenario.ChangeAddress(Some.Cleo).Should().BeNull();

        Verification.LastVerifiedAddress.Should().Be(Some.Ana, "it stays known until another one is verified");
    }

    [Fact]
    [Trait("Rule", "14")]
    public void ChangeAddress_WhenTheOldOneHadBeenVerifiedButIsNotNow_ShouldTellIt()
    {
        _scenario.WithVerified(Some.Ana).WithAddress(Some.Bela).WithAddress(Some.Ana);
        Verification.IsVerified.Should().BeFalse("an address that comes back is to be proven again");

        _scenario.ChangeAddress(Some.Cleo).Should().Be(Some.Ana);
    }

    [Fact]
    [Trait("Rule", "14")]
    public void LastVerifiedAddress_WhenANewOneIsVerified_ShouldBeThatOne()
    {
        _scenario.WithVerified(Some.Ana).WithVerified(Some.Bela);

        Verification.LastVerifiedAddress.Should().Be(Some.Bela);
    }

    [Fact]
    [Trait("Rule", "14")]
    public void ApplyIdentity_WhenVerifiedAddressIsReplaced_ShouldTellTheOldOneOnce()
    {
        _scenario.WithVerified(Some.Ana);

        _scenario.Claim(Some.Bela).Should().Be(Some.Ana);
        _scenario.Claim(Some.Bela).Should().BeNull();
        _scenario.Claim(Some.Bela, issuedAfter: 1).Should().BeNull();
    }
}
