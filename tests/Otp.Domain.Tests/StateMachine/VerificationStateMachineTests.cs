using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;

namespace Otp.Domain.Tests.StateMachine;

public sealed class VerificationStateMachineTests
{
    // Each run draws other scripts; a failure prints the seed and the shortest script that still fails.
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(4000);

    [Fact]
    [Trait("Rule", "7")]
    [Trait("Rule", "9")]
    [Trait("Rule", "13")]
    [Trait("Rule", "14")]
    [Trait("Rule", "23")]
    [Trait("Rule", "24")]
    [Trait("Requirement", "SEC-04")]
    [Trait("Requirement", "SEC-05")]
    [Trait("Requirement", "SEC-14")]
    [Trait("Requirement", "SEC-27")]
    public void Verification_WhenAnythingHappensInAnyOrder_ShouldAgreeWithThePlainModel()
    {
        var seen = new ConcurrentDictionary<string, int>();

        Prop.ForAll(VerificationScripts.Any, script =>
        {
            foreach (var what in new VerificationDriver(script.Policies[0]).Run(script).Seen)
            {
                seen.AddOrUpdate(what, 1, (_, count) => count + 1);
            }
        }).Check(Runs);

        // A generator that reaches little proves little.
        seen.Keys.Should().Contain(
        [
            "guess: AlreadyVerified", "guess: Locked", "guess: NoPasscode", "guess: Expired", "guess: Wrong", "guess: Right",
            "success that clears", "success that clears nothing", "code withdrawn", "nothing to withdraw",
            "forgot a code", "forgot a count", "forgot a series", "nothing to forget", "nothing to forget of a lock",
            "lock of 00:05:00", "lock of 00:15:00", "lock of 00:30:00", "lock of 01:00:00", "lock of 02:00:00", "lock of 1.00:00:00",
        ]);
    }
}
