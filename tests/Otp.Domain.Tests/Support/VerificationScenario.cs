using System.Globalization;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.Support;

/// <summary>
/// One user's verification with its clock and the codes that were mailed, driven as the handlers drive it: ask first, then change.
/// Methods that begin with <c>With</c> are the <em>given</em> of a test: they must succeed.
/// </summary>
internal sealed class VerificationScenario
{
    public const string NeverSent = "never-sent";

    private readonly List<string> _codes = [];

    public VerificationScenario(PasscodePolicy? policy = null)
    {
        Policy = policy ?? Some.Policy;
        Verification = EmailVerification.Start(Some.UserId, Some.Organisation, Now);
    }

    public PasscodePolicy Policy { get; set; }

    public EmailVerification Verification { get; }

    public DateTimeOffset Now { get; private set; } = Some.Start;

    public IReadOnlyList<string> Codes => _codes;

    public string LastCode => _codes.Count == 0 ? NeverSent : _codes[^1];

    public DateTimeOffset? LockedUntil => Verification.Budget.IsLockedAt(Now) ? Verification.Budget.LockedUntil : null;

    public int Attempts => Verification.Budget.AttemptsAt(Now);

    /// <summary>Everything that is stored, to see that nothing changed.</summary>
    public VerificationSnapshot Snapshot() => new(
        Verification.ResourceOwner, Verification.Address?.Value, Verification.VerifiedAt, Verification.LastVerifiedAddress?.Value,
        Verification.IsAddressOwnedByProvider, Verification.IdentityAsOf, Verification.DisplayName, Verification.Locale,
        Verification.Slot, Verification.Budget, Verification.Sequence, Verification.ChangedAt);

    public DomainError? Request()
    {
        if (Verification.RefusesPasscodeRequest(Now) is { } refusal)
        {
            return refusal;
        }

        _codes.Add((_codes.Count + 1).ToString("D6", CultureInfo.InvariantCulture));
        var hash = TestHasher.HashForVerification(Verification.Address!, LastCode);
        Verification.IssuePasscode(hash, Some.DeliveryId(_codes.Count), Policy, Now);
        return null;
    }

    /// <summary>Guesses; a user without an address cannot have a code, so what the guess is hashed with does not matter then.</summary>
    public GuessOutcome Guess(string code) =>
        Verification.Guess(TestHasher.HashForVerification(Verification.Address ?? Some.Ana, code), Policy, Now);

    public GuessOutcome GuessRight() => Guess(LastCode);

    public GuessOutcome GuessWrong() => Guess(NeverSent);

    public EmailAddress? ChangeAddress(EmailAddress address) => Verification.ChangeAddress(address, Now);

    public EmailAddress? Claim(UserIdentity identity) => Verification.ApplyIdentity(identity, Now);

    /// <summary>Applies a token issued now, or as many seconds later, that names an address.</summary>
    public EmailAddress? Claim(EmailAddress address, int issuedAfter = 0, bool trusted = false) =>
        Claim(Token(address, issuedAfter, trusted));

    public UserIdentity Token(EmailAddress? address = null, int issuedAfter = 0, bool trusted = false) =>
        new(Some.UserId, Now.AddSeconds(issuedAfter)) { ResourceOwner = Some.Organisation, Email = address, IsEmailTrusted = trusted };

    public VerificationScenario After(TimeSpan time) => At(Now + time);

    public VerificationScenario At(DateTimeOffset time)
    {
        Now = time;
        return this;
    }

    public VerificationScenario WithAddress(EmailAddress address)
    {
        ChangeAddress(address);
        return this;
    }

    /// <summary>With a new code, as soon as one can be had.</summary>
    public VerificationScenario WithPasscode()
    {
        var wait = Verification.RefusesNewPasscode(Now)?.RetryAt ?? Now;
        At(wait).Request().Should().BeNull("the scenario needs a code");
        return this;
    }

    public VerificationScenario WithWrongGuesses(int times)
    {
        for (var i = 0; i < times; i++)
        {
            GuessWrong().Should().Be(GuessOutcome.Wrong, "the scenario needs a guess that counts");
        }

        return this;
    }

    /// <summary>With a new code and as many wrong guesses at it as lock.</summary>
    public VerificationScenario WithLock()
    {
        WithPasscode();
        return WithWrongGuesses(Policy.MaxAttempts - Attempts);
    }

    public VerificationScenario WithVerified(EmailAddress address)
    {
        WithAddress(address).WithPasscode().GuessRight().Should().Be(GuessOutcome.Right, "the scenario needs a verified address");
        return this;
    }
}

/// <summary>All state of a verification; records and immutable values, so that equality says whether anything changed.</summary>
internal sealed record VerificationSnapshot(
    string ResourceOwner,
    string? Address,
    DateTimeOffset? VerifiedAt,
    string? LastVerifiedAddress,
    bool IsAddressOwnedByProvider,
    DateTimeOffset? IdentityAsOf,
    string? DisplayName,
    string? Locale,
    PasscodeSlot Slot,
    AttemptBudget Budget,
    long Sequence,
    DateTimeOffset ChangedAt);
