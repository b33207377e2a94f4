namespace Otp.Client.Tests.Operations;

/// <summary>What leads to where each operation succeeds.</summary>
internal static class Successes
{
    private static readonly Dictionary<string, Func<World, Task<(IOtpClient Client, Target Target)>>> Table = new()
    {
        ["GetLiveness"] = world => Ready(world.Anonymous, world.Target),
        ["GetReadiness"] = world => Ready(world.Anonymous, world.Target),
        ["ListAuditEntries"] = WithAddress(world => world.Operator),
        ["ListDeliveries"] = WithAddress(world => world.Operator),
        ["RetryDelivery"] = async world =>
        {
            await world.Me.SetMyEmailAsync(new SetMyEmailRequest { Email = world.Address });
            return (world.Operator, world.Target with { Delivery = await world.NewestDeliveryAsync() });
        },
        ["ListSuppressions"] = world => Ready(world.Operator, world.Target),
        ["LiftSuppression"] = async world =>
        {
            await world.SuppressAsync(world.Address);
            return (world.Operator, world.Target);
        },
        ["CreateEmailOneTimePasscode"] = world => Ready(world.MeWithAddress, world.Target),
        ["GetEmailVerificationStatus"] = WithCode,
        ["VerifyEmail"] = WithCode,
        ["CreateMyOtpEmailChallenge"] = WithFactor,
        ["GetMyOtpEmailChallenge"] = WithChallenge,
        ["ResendMyOtpEmailChallenge"] = WithOldChallenge,
        ["VerifyMyOtpEmailChallenge"] = WithChallenge,
        ["CreateOtpEmailChallenge"] = WithFactor,
        ["GetOtpEmailChallenge"] = WithChallenge,
        ["ResendOtpEmailChallenge"] = WithOldChallenge,
        ["VerifyOtpEmailChallenge"] = WithChallenge,
        ["UnlockOtpEmail"] = WithAddress(world => world.Operator),
        ["ReceiveSendGridEvents"] = async world =>
        {
            await world.SetAddressAsync();
            return (world.SendGrid, world.Target with { Reports = [await world.ReportAsync("delivered", world.Address)] });
        },
        ["GetMyEmail"] = WithAddress(world => world.Me),
        ["SetMyEmail"] = world => Ready(world.Me, world.Target),
        ["VerifyMyEmail"] = WithCode,
        ["ResendMyEmailVerification"] = WithOldCode,
        ["ListMyAuthFactors"] = WithFactor,
        ["AddMyAuthFactorOTPEmail"] = WithVerifiedAddress,
        ["RemoveMyAuthFactorOTPEmail"] = WithFactor,
        ["SetEmail"] = world => Ready(world.Me, world.Target),
        ["ResendEmailCode"] = WithOldCode,
        ["SendEmailCode"] = WithOldCode,
        ["VerifyEmailByUserId"] = WithCode,
        ["SetContactEmail"] = world => Ready(world.Me, world.Target),
        ["ResendContactEmailCode"] = WithOldCode,
        ["VerifyContactEmail"] = WithCode,
        ["ListAuthenticationMethodTypes"] = WithFactor,
        ["ListAuthenticationFactors"] = WithFactor,
        ["AddOTPEmail"] = WithVerifiedAddress,
        ["RemoveOTPEmail"] = WithFactor,
        ["AddOTPEmailBeta"] = WithVerifiedAddress,
        ["RemoveOTPEmailBeta"] = WithFactor,
        ["AddOTPEmailAuthenticator"] = world => Ready(world.Me, world.Target),
        ["VerifyOTPEmailRegistration"] = async world => (world.Me, await world.RegisterAsync()),
        ["RemoveOTPEmailAuthenticator"] = async world => (world.Me, await world.RegisterAsync()),
    };

    /// <summary>Makes everything ready for an operation to succeed.</summary>
    public static Task<(IOtpClient Client, Target Target)> PrepareAsync(string operation, World world) => Table[operation](world);

    private static Task<(IOtpClient Client, Target Target)> Ready(IOtpClient client, Target target) => Task.FromResult((client, target));

    private static Func<World, Task<(IOtpClient Client, Target Target)>> WithAddress(Func<World, IOtpClient> caller) => async world =>
    {
        await world.SetAddressAsync();
        return (caller(world), world.Target);
    };

    private static async Task<(IOtpClient Client, Target Target)> WithCode(World world) => (world.Me, world.Target with { Code = await world.SetAddressAsync() });

    private static async Task<(IOtpClient Client, Target Target)> WithOldCode(World world)
    {
        await world.SetAddressAsync();
        world.Wait(TimeSpan.FromMinutes(1));
        return (world.Me, world.Target);
    }

    private static async Task<(IOtpClient Client, Target Target)> WithVerifiedAddress(World world)
    {
        await world.VerifyAddressAsync();
        return (world.Me, world.Target);
    }

    private static async Task<(IOtpClient Client, Target Target)> WithFactor(World world)
    {
        await world.AddContactFactorAsync();
        return (world.Me, world.Target);
    }

    private static async Task<(IOtpClient Client, Target Target)> WithChallenge(World world) => (world.Me, await world.ChallengeAsync());

    private static async Task<(IOtpClient Client, Target Target)> WithOldChallenge(World world)
    {
        var target = await world.ChallengeAsync();
        world.Wait(TimeSpan.FromMinutes(1));
        return (world.Me, target);
    }
}
