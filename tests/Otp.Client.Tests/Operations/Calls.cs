namespace Otp.Client.Tests.Operations;

/// <summary>One call of the client for each operation.</summary>
internal static class Calls
{
    private static readonly Dictionary<string, Func<IOtpClient, Target, Task>> Table = new()
    {
        ["GetLiveness"] = (client, _) => client.GetLivenessAsync(),
        ["GetReadiness"] = (client, _) => client.GetReadinessAsync(),
        ["ListAuditEntries"] = (client, target) => client.ListAuditEntriesAsync(userId: target.OfUser),
        ["ListDeliveries"] = (client, target) => client.ListDeliveriesAsync(userId: target.OfUser),
        ["RetryDelivery"] = (client, target) => client.RetryDeliveryAsync(target.Delivery),
        ["ListSuppressions"] = (client, target) => client.ListSuppressionsAsync(target.After),
        ["LiftSuppression"] = (client, target) => client.LiftSuppressionAsync(target.Address),
        ["CreateEmailOneTimePasscode"] = (client, _) => client.CreateEmailOneTimePasscodeAsync(),
        ["GetEmailVerificationStatus"] = (client, target) => client.GetEmailVerificationStatusAsync(target.Code),
        ["VerifyEmail"] = (client, target) => client.VerifyEmailAsync(new VerifyEmailRequest { Passcode = target.Code }),
        ["CreateMyOtpEmailChallenge"] = (client, target) => client.CreateMyOtpEmailChallengeAsync(new CreateMyChallengeRequest { SendCode = StrictSend(target) }),
        ["GetMyOtpEmailChallenge"] = (client, target) => client.GetMyOtpEmailChallengeAsync(target.Challenge),
        ["ResendMyOtpEmailChallenge"] = (client, target) => client.ResendMyOtpEmailChallengeAsync(target.Challenge),
        ["VerifyMyOtpEmailChallenge"] = (client, target) =>
            client.VerifyMyOtpEmailChallengeAsync(target.Challenge, new VerifyChallengeRequest { Passcode = target.Code }),
        ["CreateOtpEmailChallenge"] = (client, target) =>
            client.CreateOtpEmailChallengeAsync(target.User, new CreateChallengeRequest { SendCode = StrictSend(target), ReturnCode = StrictReturn(target) }),
        ["GetOtpEmailChallenge"] = (client, target) => client.GetOtpEmailChallengeAsync(target.User, target.Challenge),
        ["ResendOtpEmailChallenge"] = (client, target) => client.ResendOtpEmailChallengeAsync(
            target.User, target.Challenge, new ResendChallengeRequest { SendCode = StrictSend(target), ReturnCode = StrictReturn(target) }),
        ["VerifyOtpEmailChallenge"] = (client, target) =>
            client.VerifyOtpEmailChallengeAsync(target.User, target.Challenge, new VerifyChallengeRequest { Passcode = target.Code }),
        ["UnlockOtpEmail"] = (client, target) => client.UnlockOtpEmailAsync(target.User),
        ["ReceiveSendGridEvents"] = (client, target) => client.ReceiveSendGridEventsAsync(target.Reports, "signature", "0"),
        ["GetMyEmail"] = (client, _) => client.GetMyEmailAsync(),
        ["SetMyEmail"] = (client, target) => client.SetMyEmailAsync(new SetMyEmailRequest { Email = target.Address }),
        ["VerifyMyEmail"] = (client, target) => client.VerifyMyEmailAsync(new CodeGuessRequest { Code = target.Code }),
        ["ResendMyEmailVerification"] = (client, _) => client.ResendMyEmailVerificationAsync(),
        ["ListMyAuthFactors"] = (client, _) => client.ListMyAuthFactorsAsync(),
        ["AddMyAuthFactorOTPEmail"] = (client, _) => client.AddMyAuthFactorOTPEmailAsync(),
        ["RemoveMyAuthFactorOTPEmail"] = (client, _) => client.RemoveMyAuthFactorOTPEmailAsync(),
        ["SetEmail"] = (client, target) => client.SetEmailAsync(target.User, new SetEmailRequest { Email = target.Address, SendCode = Send(target) }),
        ["ResendEmailCode"] = (client, target) => client.ResendEmailCodeAsync(target.User, Resend(target)),
        ["SendEmailCode"] = (client, target) => client.SendEmailCodeAsync(target.User, Resend(target)),
        ["VerifyEmailByUserId"] = (client, target) => client.VerifyEmailByUserIdAsync(target.User, new VerificationCodeRequest { VerificationCode = target.Code }),
        ["SetContactEmail"] = (client, target) =>
            client.SetContactEmailAsync(target.User, new SetContactEmailRequest { Email = new EmailMember { Address = target.Address, SendCode = Send(target) } }),
        ["ResendContactEmailCode"] = (client, target) => client.ResendContactEmailCodeAsync(target.User, Resend(target)),
        ["VerifyContactEmail"] = (client, target) => client.VerifyContactEmailAsync(target.User, new VerificationCodeRequest { VerificationCode = target.Code }),
        ["ListAuthenticationMethodTypes"] = (client, target) => client.ListAuthenticationMethodTypesAsync(target.User),
        ["ListAuthenticationFactors"] = (client, target) => client.ListAuthenticationFactorsAsync(
            target.User, new ListFactorsRequest { AuthFactors = [AuthFactorKind.OtpEmail], States = [AuthFactorState.Ready] }),
        ["AddOTPEmail"] = (client, target) => client.AddOTPEmailAsync(target.User),
        ["RemoveOTPEmail"] = (client, target) => client.RemoveOTPEmailAsync(target.User),
        ["AddOTPEmailBeta"] = (client, target) => client.AddOTPEmailBetaAsync(target.User),
        ["RemoveOTPEmailBeta"] = (client, target) => client.RemoveOTPEmailBetaAsync(target.User),
        ["AddOTPEmailAuthenticator"] = (client, target) => client.AddOTPEmailAuthenticatorAsync(
            target.User,
            new AddOtpEmailAuthenticatorRequest { Email = target.Address.Length == 0 ? null : new EmailMember { Address = target.Address, SendCode = Send(target) } }),
        ["VerifyOTPEmailRegistration"] = (client, target) =>
            client.VerifyOTPEmailRegistrationAsync(target.User, target.Factor, new CodeGuessRequest { Code = target.Code }),
        ["RemoveOTPEmailAuthenticator"] = (client, target) => client.RemoveOTPEmailAuthenticatorAsync(target.User, target.Factor),
    };

    /// <summary>The operations that can be called.</summary>
    public static IEnumerable<string> Operations => Table.Keys;

    /// <summary>Calls an operation, and gives what the client gives: its task, with its result.</summary>
    public static Task Invoke(string operation, IOtpClient client, Target target) => Table[operation](client, target);

    private static SendCodeRequest Send(Target target) => new() { UrlTemplate = target.Link };

    private static StrictSendCodeRequest StrictSend(Target target) => new() { UrlTemplate = target.Link };

    private static StrictReturnCodeRequest? StrictReturn(Target target) => target.AlsoReturns ? new() : null;

    private static ResendCodeRequest Resend(Target target) => new() { SendCode = Send(target), ReturnCode = target.AlsoReturns ? new() : null };
}
