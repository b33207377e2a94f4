using Otp.TestKit;

namespace Otp.Client.Tests.Operations;

/// <summary>A user of its own, clients for all who may call, and the steps that lead to where an operation can be called. All steps go through the client.</summary>
internal sealed class World(OtpServer server, WebhookSigner sendGrid, string user)
{
    private static readonly string[] Permissions = ["otp.users.read", "otp.users.write", "otp.instance"];

    private Func<HttpRequestMessage, Task>? _change;

    public OtpServer Server => server;

    public string User => user;

    public string Address => $"{user}@mouse.example";

    public string OtherAddress => $"other-{user}@mouse.example";

    /// <summary>The user.</summary>
    public IOtpClient Me => Client(() => Token(user));

    /// <summary>The user, whose address the identity provider owns.</summary>
    public IOtpClient MeWithAddress => Client(() => Token(user, Address));

    public IOtpClient Stranger => Client(() => Token($"stranger-of-{user}"));

    public IOtpClient Operator => Client(() => Token("operator", null, ("permissions", Permissions)));

    public IOtpClient Anonymous => Client(() => null);

    /// <summary>SendGrid, with a right signature.</summary>
    public IOtpClient SendGrid => ClientFactory.Create(server.Client.BaseAddress!, () => null, async request =>
    {
        await (_change?.Invoke(request) ?? Task.CompletedTask);
        await sendGrid.SignAsync(request, server.Time.GetUtcNow());
    });

    /// <summary>The user itself as the target.</summary>
    public Target Target => new() { User = user, Address = Address };

    /// <summary>From now on all requests are changed before they are sent.</summary>
    public void Change(Action<HttpRequestMessage> change) => _change = request =>
    {
        change(request);
        return Task.CompletedTask;
    };

    public void Wait(TimeSpan time) => server.Time.Advance(time);

    /// <summary>Sets the address.</summary>
    /// <returns>The code that was mailed.</returns>
    public async Task<string> SetAddressAsync()
    {
        await Me.SetMyEmailAsync(new SetMyEmailRequest { Email = Address });
        return await server.CodeToAsync(Address);
    }

    /// <summary>Sets the address and proves it.</summary>
    public async Task VerifyAddressAsync() => await Me.VerifyMyEmailAsync(new CodeGuessRequest { Code = await SetAddressAsync() });

    /// <summary>Makes the proven address a factor.</summary>
    public async Task AddContactFactorAsync()
    {
        await VerifyAddressAsync();
        await Me.AddMyAuthFactorOTPEmailAsync();
    }

    /// <summary>Registers a factor at the user's address.</summary>
    /// <returns>The factor, and the code that was mailed.</returns>
    public async Task<Target> RegisterAsync()
    {
        var added = await Me.AddOTPEmailAuthenticatorAsync(user, new AddOtpEmailAuthenticatorRequest { Email = new EmailMember { Address = Address } });
        return Target with { Factor = added.Results.OtpEmailId, Code = await server.CodeToAsync(Address) };
    }

    /// <summary>Makes a challenge whose code the login service gets.</summary>
    public async Task<Target> ChallengeAsync()
    {
        await AddContactFactorAsync();
        var challenge = (await Operator.CreateOtpEmailChallengeAsync(user, new CreateChallengeRequest { ReturnCode = new() })).Results;
        return Target with { Challenge = challenge.ChallengeId, Code = challenge.Passcode! };
    }

    /// <summary>Adds as many factors as a user can have, at other addresses than its own.</summary>
    public async Task AddAllFactorsAsync()
    {
        for (var number = 0; number < 10; number++)
        {
            var email = new EmailMember { Address = $"{number}-{Address}", IsVerified = true };
            await Operator.AddOTPEmailAuthenticatorAsync(user, new AddOtpEmailAuthenticatorRequest { Email = email });
        }
    }

    /// <summary>SendGrid reports that an address is dead, as what became of a mail to somebody else.</summary>
    public async Task SuppressAsync(string address)
    {
        var other = new World(server, sendGrid, $"bounce-{user}");
        await other.SetAddressAsync();
        await SendGrid.ReceiveSendGridEventsAsync([await other.ReportAsync("bounce", address)]);
    }

    /// <summary>The user's newest mail, after it was handed over.</summary>
    public async Task<Guid> NewestDeliveryAsync()
    {
        await server.DeliverAsync();
        return (await Operator.ListDeliveriesAsync(userId: user)).Results.Items[0].DeliveryId;
    }

    /// <summary>What SendGrid reports of the user's newest mail.</summary>
    public async Task<object> ReportAsync(string type, string address) => sendGrid.Report(server, $"{await NewestDeliveryAsync()}", type, address);

    /// <summary>Guesses wrong until no guess is left.</summary>
    public static async Task ExhaustAsync(string code, Func<string, Task> guess)
    {
        foreach (var wrong in Guesses.Except(code).Take(5))
        {
            try
            {
                await guess(wrong);
            }
            catch (OtpException exception) when (exception.Name is OtpErrorNames.ApiV1.InvalidPasscode or OtpErrorNames.Ids.CodeInvalid)
            {
            }
        }
    }

    private IOtpClient Client(Func<string?> token) => ClientFactory.Create(server.Client.BaseAddress!, token, _change);

    private string Token(string sub, string? email = null, params (string Name, object Value)[] claims) =>
        TestTokens.Sign(sub, email, server.Time.GetUtcNow(), claims);
}
