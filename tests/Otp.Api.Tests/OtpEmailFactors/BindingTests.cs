using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

/// <summary>A code proves one thing, in one place. All purposes have codes of one shape here, so that none is refused for its shape alone.</summary>
[Trait("Requirement", "SEC-07")]
public sealed class BindingTests : IAsyncLifetime
{
    private const string User = "gigi";
    private const string Address = "gigi@mouse.com";
    private const string OtherAddress = "gigi@second.example";

    private OtpServer _server = null!;
    private OtpCaller _gigi = null!;

    public async Task InitializeAsync()
    {
        _server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, new(FactorSteps.NoRecipientLimits) { ["Passcodes:EmailVerification:Length"] = "8" });
        _gigi = await _server.AsUserWithFactorAsync(User, Address);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Code_WhenOfAnotherChallenge_ShouldFail()
    {
        var (first, firstCode) = await _server.ChallengedAsync(_gigi, Address);
        var (second, secondCode) = await _server.ChallengedAsync(_gigi, Address);

        await ShouldBeWrongAsync(first, secondCode);
        await ShouldBeWrongAsync(second, firstCode);
        (await _gigi.VerifyChallengeAsync(first, firstCode)).IsVerified.Should().BeTrue();
        (await _gigi.VerifyChallengeAsync(second, secondCode)).IsVerified.Should().BeTrue();
    }

    [Fact]
    public async Task Code_WhenOfARegistration_ShouldFailAtAChallengeAndTheOtherWayRound()
    {
        var (added, code) = await _server.MailedAsync(OtherAddress, () => _gigi.AddFactorAsync(User, new { address = OtherAddress }));
        var (id, challengeCode) = await _server.ChallengedAsync(_gigi, Address);

        await ShouldBeWrongAsync(id, code);
        (await _gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), challengeCode)).RpcId.Should().Be("CODE-woT0xc");
        await _gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), code).OkAsync();
        (await _gigi.VerifyChallengeAsync(id, challengeCode)).IsVerified.Should().BeTrue();
    }

    [Fact]
    public async Task Code_WhenOfAnotherRegistration_ShouldFail()
    {
        var (added, code) = await _server.MailedAsync(OtherAddress, () => _gigi.AddFactorAsync(User, new { address = OtherAddress }));
        var (third, thirdCode) = await _server.MailedAsync("gigi@third.example", () => _gigi.AddFactorAsync(User, new { address = "gigi@third.example" }));

        (await _gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), thirdCode)).RpcId.Should().Be("CODE-woT0xc");
        (await _gigi.VerifyFactorAsync(User, third.Result("otpEmailId"), code)).RpcId.Should().Be("CODE-woT0xc");
    }

    [Fact]
    public async Task Code_WhenOfTheVerificationOfTheAddress_ShouldFailElsewhereAndTheOtherWayRound()
    {
        var (id, challengeCode) = await _server.ChallengedAsync(_gigi, Address);
        var (added, registrationCode) = await _server.MailedAsync(OtherAddress, () => _gigi.AddFactorAsync(User, new { address = OtherAddress }));
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        var (_, verificationCode) = await _server.MailedAsync(OtherAddress, () => _gigi.SetEmailAsync(OtherAddress));

        await ShouldBeWrongAsync(id, verificationCode);
        (await _gigi.VerifyFactorAsync(User, added.Result("otpEmailId"), verificationCode)).RpcId.Should().Be("CODE-woT0xc", "also at the same address");
        (await _gigi.VerifyEmailAsync(registrationCode)).RpcId.Should().Be("CODE-woT0xc", "also at the same address");
        (await _gigi.VerifyEmailAsync(challengeCode)).RpcId.Should().Be("CODE-woT0xc");
        (await _gigi.GuessAsync(registrationCode)).IsVerified.Should().BeFalse();
    }

    [Fact]
    public async Task Code_WhenOfAnotherUser_ShouldFail()
    {
        var max = await _server.AsUserWithFactorAsync("max", "max@mouse.com");
        var (id, code) = await _server.ChallengedAsync(_gigi, Address);
        var (maxId, maxCode) = await _server.ChallengedAsync(max, "max@mouse.com");

        await ShouldBeWrongAsync(id, maxCode);
        (await max.VerifyChallengeAsync(id, maxCode)).Status.Should().Be(HttpStatusCode.NotFound);
        (await max.VerifyChallengeAsync(id, code)).Status.Should().Be(HttpStatusCode.NotFound);
        (await max.VerifyChallengeAsync(maxId, code)).ErrorName.Should().Be("InvalidPasscodeError");
    }

    [Fact]
    public async Task Code_WhenReplacedByAResend_ShouldFail()
    {
        var (id, code) = await _server.ChallengedAsync(_gigi, Address);
        _server.Time.Advance(TimeSpan.FromSeconds(60));
        var (_, newCode) = await _server.MailedAsync(Address, () => _gigi.ResendChallengeAsync(id));

        await ShouldBeWrongAsync(id, code);
        (await _gigi.VerifyChallengeAsync(id, newCode)).IsVerified.Should().BeTrue();
    }

    [Fact]
    public async Task Code_WhenOfAnOldAddress_ShouldFail()
    {
        var (_, oldCode) = await _server.MailedAsync(OtherAddress, () => _gigi.SetEmailAsync(OtherAddress));
        _server.Time.Advance(TimeSpan.FromSeconds(60));
        var (_, code) = await _server.MailedAsync("gigi@third.example", () => _gigi.SetEmailAsync("gigi@third.example"));

        (await _gigi.VerifyEmailAsync(oldCode)).RpcId.Should().Be("CODE-woT0xc");
        _server.Time.Advance(TimeSpan.FromSeconds(60));
        var (_, again) = await _server.MailedAsync(OtherAddress, () => _gigi.SetEmailAsync(OtherAddress));
        (await _gigi.VerifyEmailAsync(oldCode)).RpcId.Should().Be("CODE-woT0xc", "the address is the same again, the code is not");
        (await _gigi.VerifyEmailAsync(code)).RpcId.Should().Be("CODE-woT0xc");
        await _gigi.VerifyEmailAsync(again).OkAsync();
    }

    [Fact]
    public async Task Code_WhenItsHashIsMovedToAnotherChallenge_ShouldFailThere()
    {
        var (first, firstCode) = await _server.ChallengedAsync(_gigi, Address);
        var (second, secondCode) = await _server.ChallengedAsync(_gigi, Address);

        await MoveToChallengeAsync(await HashOfChallengeAsync(first), second);

        await ShouldBeWrongAsync(second, firstCode);
        await ShouldBeWrongAsync(second, secondCode);
        (await _gigi.VerifyChallengeAsync(first, firstCode)).IsVerified.Should().BeTrue();
    }

    [Fact]
    public async Task Code_WhenItsHashIsMovedToAnotherUser_ShouldFailThere()
    {
        var max = _server.As("max");
        var (_, code) = await _server.MailedAsync(OtherAddress, () => _gigi.SetEmailAsync(OtherAddress));
        var (_, maxCode) = await _server.MailedAsync(OtherAddress, () => max.SetEmailAsync(OtherAddress));

        await MoveToVerificationAsync(await HashOfVerificationAsync(User), "max");

        (await max.VerifyEmailAsync(code)).RpcId.Should().Be("CODE-woT0xc", "it went to the same address, but for another user");
        (await max.VerifyEmailAsync(maxCode)).RpcId.Should().Be("CODE-woT0xc");
        await _gigi.VerifyEmailAsync(code).OkAsync();
    }

    [Fact]
    public async Task Code_WhenItsHashIsMovedToAnotherAddress_ShouldFailThere()
    {
        var (_, oldCode) = await _server.MailedAsync(OtherAddress, () => _gigi.SetEmailAsync(OtherAddress));
        var hash = await HashOfVerificationAsync(User);
        _server.Time.Advance(TimeSpan.FromSeconds(60));
        var (_, code) = await _server.MailedAsync("gigi@third.example", () => _gigi.SetEmailAsync("gigi@third.example"));

        var newHash = await HashOfVerificationAsync(User);
        await MoveToVerificationAsync(hash, User);

        (await _gigi.VerifyEmailAsync(oldCode)).RpcId.Should().Be("CODE-woT0xc");
        (await _gigi.VerifyEmailAsync(code)).RpcId.Should().Be("CODE-woT0xc");
        await MoveToVerificationAsync(newHash, User);
        await _gigi.VerifyEmailAsync(code).OkAsync();
    }

    [Fact]
    public async Task Code_WhenItsHashIsMovedToAnotherPurpose_ShouldFailThereEvenUnderOneId()
    {
        var max = _server.As("max");
        await _server.VerifyAddressAsync(max, OtherAddress);
        var (added, registrationCode) = await _server.MailedAsync(OtherAddress, () => max.AddFactorAsync("max"));
        var factor = Guid.Parse(added.Result("otpEmailId"));
        var hash = (await _server.StoredFactorsAsync("max")).Factors.Single().Slot.Passcode!.Hash.Value;
        await max.VerifyFactorAsync("max", added.Result("otpEmailId"), registrationCode).OkAsync();
        var (id, code) = await _server.ChallengedAsync(max, OtherAddress);

        await MoveToChallengeAsync(hash, id);
        await ChangeAsync(context => context.OtpEmailChallenges.Where(item => item.Id == Guid.Parse(id)).ExecuteUpdateAsync(item => item.SetProperty(row => row.Id, factor)));

        foreach (var guess in new[] { registrationCode, code })
        {
            (await max.VerifyChallengeAsync(factor.ToString(), guess)).ErrorName.Should().Be("InvalidPasscodeError");
        }
    }

    private async Task ShouldBeWrongAsync(string challengeId, string code)
    {
        var answer = await _gigi.VerifyChallengeAsync(challengeId, code);
        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.ErrorName.Should().Be("InvalidPasscodeError");
    }

    private async Task<byte[]> HashOfChallengeAsync(string id) =>
        (await _server.StoredFactorsAsync(User)).Challenges.Single(challenge => challenge.Id == Guid.Parse(id)).Slot.Passcode!.Hash.Value;

    private async Task<byte[]> HashOfVerificationAsync(string userId) => (await _server.StoredVerificationAsync(userId))!.Slot.Passcode!.Hash.Value;

    private Task MoveToChallengeAsync(byte[] hash, string id) => ChangeAsync(context => context.OtpEmailChallenges
        .Where(challenge => challenge.Id == Guid.Parse(id))
        .ExecuteUpdateAsync(challenge => challenge.SetProperty(item => item.Slot.Passcode!.Hash.Value, hash)));

    private Task MoveToVerificationAsync(byte[] hash, string userId) => ChangeAsync(context => context.EmailVerifications
        .Where(verification => verification.UserId == userId)
        .ExecuteUpdateAsync(verification => verification.SetProperty(item => item.Slot.Passcode!.Hash.Value, hash)));

    /// <summary>Changes one row behind the service's back, as somebody could who writes to the database but has no key.</summary>
    private async Task ChangeAsync(Func<OtpDbContext, Task<int>> change)
    {
        await using var scope = _server.Services.CreateAsyncScope();
        (await change(scope.ServiceProvider.GetRequiredService<OtpDbContext>())).Should().Be(1);
    }
}
