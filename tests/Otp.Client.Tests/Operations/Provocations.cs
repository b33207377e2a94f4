using System.Net;
using System.Net.Http.Headers;
using Otp.Application.Delivery;
using Otp.Application.Users;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Domain.Recipients;
using Otp.TestKit;

namespace Otp.Client.Tests.Operations;

/// <summary>What leads to each error that the API's description names.</summary>
internal static class Provocations
{
    private const string TooManyRequests = "Too many requests from this address";
    private const string Malformed = "The body is not the JSON that is expected here";

    private static readonly HashSet<string> ForOperators = ["ListAuditEntries", "ListDeliveries", "RetryDelivery", "ListSuppressions", "LiftSuppression", "UnlockOtpEmail"];

    private static readonly string TooManyMails = RecipientErrors.TooManyMails(default).Message;
    private static readonly string TooSoon = PasscodeErrors.TooSoon(default).Message;
    private static readonly string Locked = PasscodeErrors.Locked(default).Message;
    private static readonly string Wrong = PasscodeErrors.Wrong(1, 5).Message;

    /// <summary>The service that an error is to be had of.</summary>
    public static ServerKind KindFor(DocumentedError error) => error switch
    {
        { Status: HttpStatusCode.ServiceUnavailable } => ServerKind.Broken,
        { Message: TooManyRequests } => ServerKind.OneRequest,
        _ when error.Message == TooManyMails || error.Message == DeliveryErrors.ReportsNotTaken.Message => ServerKind.OneMail,
        _ => ServerKind.Usual,
    };

    /// <summary>Makes everything ready for an operation to be refused with an error.</summary>
    public static async Task<(IOtpClient Client, Target Target)> PrepareAsync(DocumentedError error, World world)
    {
        switch (error.Status)
        {
            case HttpStatusCode.InternalServerError:
                await KnowAsync(world);
                world.Change(request => request.Headers.Add(Servers.Fault, "1"));
                return CallerOf(error, world);
            case HttpStatusCode.ServiceUnavailable:
                return CallerOf(error, world);
            case HttpStatusCode.Unauthorized:
                return (world.Anonymous, world.Target);
            case HttpStatusCode.Forbidden:
                return (world.Stranger, world.Target);
            case HttpStatusCode.NotAcceptable:
                await KnowAsync(world);
                world.Change(request =>
                {
                    request.Headers.Accept.Clear();
                    request.Headers.Accept.ParseAdd("text/html");
                });
                return CallerOf(error, world);
            case HttpStatusCode.RequestEntityTooLarge:
                world.Change(request => request.Content = Json($$"""{"x":"{{new string('x', error.Operation == "ReceiveSendGridEvents" ? 1024 * 1024 : 16 * 1024)}}"}"""));
                return CallerOf(error, world);
            case HttpStatusCode.UnsupportedMediaType:
                world.Change(request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain"));
                return CallerOf(error, world);
        }

        if (error.Message == Malformed || error.Message == DeliveryErrors.ReportUnreadable.Message)
        {
            world.Change(request => request.Content = Json("{"));
            return CallerOf(error, world);
        }

        if (error.Name is OtpErrorNames.ApiV1.Invalid or OtpErrorNames.Ids.RequestInvalid)
        {
            var (client, target) = CallerOf(error, world);
            return (client, target with { Address = "no address", Code = "no code", OfUser = new string('x', 201), After = "no address", Link = "ftp://mouse.example", AlsoReturns = true });
        }

        if (error.Message == TooManyRequests)
        {
            // The one that is allowed, by either kind of route.
            await IgnoreAsync(() => world.Me.GetEmailVerificationStatusAsync("1"));
            await IgnoreAsync(() => world.Me.CreateEmailOneTimePasscodeAsync());
            return (world.Me, world.Target);
        }

        return await RefusedAsync(error, world);
    }

    /// <summary>What the rules refuse.</summary>
    private static async Task<(IOtpClient Client, Target Target)> RefusedAsync(DocumentedError error, World world)
    {
        var message = error.Message;
        if (message == UserErrors.NotFound.Message)
        {
            return (world.Operator, world.Target);
        }

        if (message == EmailVerificationErrors.NotFound.Message || message == OtpEmailFactorErrors.NotFound.Message
            || message == OtpEmailFactorErrors.ChallengeNotFound.Message || message == OtpEmailFactorErrors.AddressNotVerified.Message)
        {
            // Nothing is there yet.
            return (world.Me, TargetOf(error, world) with { Address = "" });
        }

        if (message == DeliveryErrors.NotFound.Message || message == RecipientErrors.NotSuppressed.Message)
        {
            return (world.Operator, world.Target);
        }

        if (message == DeliveryErrors.ReportsNotTaken.Message)
        {
            return (world.SendGrid, world.Target);
        }

        if (message == DeliveryErrors.NotRetryable.Message)
        {
            await world.SetAddressAsync();
            return (world.Operator, world.Target with { Delivery = await world.NewestDeliveryAsync() });
        }

        if (message == EmailVerificationErrors.AddressUnchanged.Message)
        {
            await world.SetAddressAsync();
            return (world.Me, world.Target);
        }

        if (message == EmailVerificationErrors.AddressOwnedByProvider.Message)
        {
            await world.MeWithAddress.GetMyEmailAsync();
            return (world.MeWithAddress, world.Target with { Address = world.OtherAddress });
        }

        if (message == OtpEmailFactorErrors.AlreadyExists.Message)
        {
            await world.AddContactFactorAsync();
            return (world.Me, world.Target);
        }

        if (message == OtpEmailFactorErrors.TooMany.Message)
        {
            await world.VerifyAddressAsync();
            await world.AddAllFactorsAsync();
            return (world.Me, world.Target);
        }

        if (message == OtpEmailFactorErrors.AlreadyReady.Message)
        {
            var target = await world.RegisterAsync();
            await world.Me.VerifyOTPEmailRegistrationAsync(target.User, target.Factor, new CodeGuessRequest { Code = target.Code });
            return (world.Me, target);
        }

        if (message == OtpEmailFactorErrors.ChallengeAlreadyVerified.Message)
        {
            var target = await world.ChallengeAsync();
            await world.Me.VerifyMyOtpEmailChallengeAsync(target.Challenge, new VerifyChallengeRequest { Passcode = target.Code });
            return (world.Me, target);
        }

        var issued = await IssueAsync(error, world);
        if (message == RecipientErrors.Suppressed.Message)
        {
            world.Wait(TimeSpan.FromMinutes(1));
            await world.SuppressAsync(issued.Address);
        }
        else if (message == TooManyMails)
        {
            world.Wait(TimeSpan.FromMinutes(1));
        }
        else if (message == PasscodeErrors.Expired.Message)
        {
            world.Wait(TimeSpan.FromMinutes(15));
        }
        else if (message == Locked)
        {
            await World.ExhaustAsync(issued.Code, wrong => GuessAsync(error, world.Me, issued with { Code = wrong }));
            issued = issued with { Address = IsSetting(error) ? world.OtherAddress : issued.Address };
        }
        else if (message == Wrong)
        {
            issued = issued with { Code = Guesses.Except(issued.Code).First() };
        }
        else if (message == PasscodeErrors.Empty.Message)
        {
            issued = issued with { Code = " - " };
        }
        else if (message != TooSoon)
        {
            throw new InvalidOperationException($"Nothing provokes '{error}'.");
        }

        return (world.Me, issued);
    }

    /// <summary>Gets the user a code of the kind that the operation is about.</summary>
    private static async Task<Target> IssueAsync(DocumentedError error, World world)
    {
        if (error.Operation.EndsWith("OtpEmailChallenge", StringComparison.Ordinal))
        {
            var challenge = await world.ChallengeAsync();
            if (error.Message == TooManyMails)
            {
                await world.Me.CreateMyOtpEmailChallengeAsync();
            }

            return challenge;
        }

        if (error.Operation is "AddOTPEmailAuthenticator" or "VerifyOTPEmailRegistration")
        {
            return await world.RegisterAsync();
        }

        var code = await world.SetAddressAsync();
        if (!IsSetting(error))
        {
            return world.Target with { Code = code };
        }

        if (error.Message == TooManyMails)
        {
            // The mail to the address that is to be set went to somebody else.
            var stranger = world.Stranger;
            await stranger.SetMyEmailAsync(new SetMyEmailRequest { Email = world.OtherAddress });
        }

        return world.Target with { Code = code, Address = error.Message == Locked ? world.Address : world.OtherAddress };
    }

    private static Task GuessAsync(DocumentedError error, IOtpClient client, Target target) =>
        error.Operation.EndsWith("OtpEmailChallenge", StringComparison.Ordinal) ? Calls.Invoke("VerifyMyOtpEmailChallenge", client, target)
        : error.Operation is "AddOTPEmailAuthenticator" or "VerifyOTPEmailRegistration" ? Calls.Invoke("VerifyOTPEmailRegistration", client, target)
        : Calls.Invoke("VerifyMyEmail", client, target);

    private static bool IsSetting(DocumentedError error) => error.Operation is "SetMyEmail" or "SetEmail" or "SetContactEmail";

    /// <summary>Who may call an operation, about the user.</summary>
    private static (IOtpClient Client, Target Target) CallerOf(DocumentedError error, World world) =>
        (error.Operation == "ReceiveSendGridEvents" ? world.SendGrid : ForOperators.Contains(error.Operation) ? world.Operator : world.Me, TargetOf(error, world));

    private static Target TargetOf(DocumentedError error, World world) => error.Operation == "VerifyEmail" ? world.Target with { Code = "123456" } : world.Target;

    /// <summary>Makes the user known, for what is looked for before a request is refused.</summary>
    private static Task<string> KnowAsync(World world) => world.SetAddressAsync();

    private static async Task IgnoreAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (OtpException)
        {
        }
    }

    private static ByteArrayContent Json(string text) => new(System.Text.Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
