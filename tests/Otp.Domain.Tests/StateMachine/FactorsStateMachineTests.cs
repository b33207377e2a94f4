using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;

namespace Otp.Domain.Tests.StateMachine;

public sealed class FactorsStateMachineTests
{
    // Each run draws other scripts; a failure prints the seed and the shortest script that still fails.
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2500);

    [Fact]
    [Trait("Rule", "7")]
    [Trait("Rule", "9")]
    [Trait("Rule", "10")]
    [Trait("Rule", "12")]
    [Trait("Rule", "17")]
    [Trait("Rule", "19")]
    [Trait("Rule", "20")]
    [Trait("Rule", "21")]
    [Trait("Rule", "22")]
    [Trait("Rule", "23")]
    [Trait("Rule", "24")]
    [Trait("Requirement", "SEC-02")]
    [Trait("Requirement", "SEC-04")]
    [Trait("Requirement", "SEC-05")]
    [Trait("Requirement", "SEC-07")]
    [Trait("Requirement", "SEC-14")]
    [Trait("Requirement", "SEC-27")]
    public void Factors_WhenAnythingHappensInAnyOrder_ShouldAgreeWithThePlainModel()
    {
        var seen = new ConcurrentDictionary<string, int>();

        Prop.ForAll(FactorScripts.Any, script =>
        {
            foreach (var what in new FactorsDriver(script.Policies[0], script.Policies[1]).Run(script).Seen)
            {
                seen.AddOrUpdate(what, 1, (_, count) => count + 1);
            }
        }).Check(Runs);

        // A generator that reaches little proves little.
        seen.Keys.Should().Contain(
        [
            "registration: accepted", "registration: OtpEmailFactor.AlreadyExists", "registration: OtpEmailFactor.TooMany",
            "registration: Passcode.TooSoon", "registration: Passcode.Locked",
            "challenge: accepted", "challenge: OtpEmailFactor.NotFound", "challenge: Passcode.Locked",
            "resend: accepted", "resend: OtpEmailChallenge.AlreadyVerified", "resend: Passcode.TooSoon", "resend: Passcode.Locked", "challenge is gone",
            "registration: AlreadyVerified", "registration: Locked", "registration: NoPasscode", "registration: Expired", "registration: Wrong", "registration: Right",
            "challenge: AlreadyVerified", "challenge: Locked", "challenge: NoPasscode", "challenge: Expired", "challenge: Wrong", "challenge: Right",
            "registration: Replaced is wrong", "registration: OfAnother is wrong", "registration: OfOtherPurpose is wrong",
            "challenge: Replaced is wrong", "challenge: OfAnother is wrong", "challenge: OfOtherPurpose is wrong",
            "success that clears", "success that clears nothing",
            "follow where there is nothing", "follow where there is NotReady", "follow where there is Ready",
            "forgot a code", "forgot a count", "forgot a series", "nothing to forget", "nothing to forget of a lock",
            "lock of 00:05:00", "lock of 00:10:00", "lock of 00:15:00", "lock of 00:30:00", "lock of 01:00:00", "lock of 1.00:00:00",
        ]);
    }
}
