using System.Security.Cryptography;

namespace Otp.Attack.Tests.Targets;

/// <summary>One target of each setup, started when the first attack asks for it. Each attack takes users and addresses of its own.</summary>
public abstract class TargetPool(Dictionary<string, string?>? settings = null) : IAsyncLifetime
{
    private readonly Dictionary<Setup, Lazy<Task<Target>>> _targets =
        Enum.GetValues<Setup>().ToDictionary(setup => setup, setup => new Lazy<Task<Target>>(() => Target.StartAsync(setup, settings)));

    public Task<Target> GetAsync(Setup setup) => _targets[setup].Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var target in _targets.Values.Where(target => target.IsValueCreated))
        {
            await (await target.Value).DisposeAsync();
        }
    }
}

/// <summary>The targets of all attacks that need no settings of their own and kill nothing.</summary>
[CollectionDefinition(Name)]
public sealed class SharedTargets() : TargetPool(new() { ["Email:SendGrid:WebhookPublicKey"] = NewPublicKey() }), ICollectionFixture<SharedTargets>
{
    public const string Name = "Shared targets";

    /// <summary>Nobody has the private one: the route is there, and nothing can be signed for it.</summary>
    private static string NewPublicKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }
}

/// <summary>Where a new code can be had at once, and the codes of all purposes have one shape, so that none is refused for its shape alone.</summary>
public sealed class EagerTargets() : TargetPool(new()
{
    ["Passcodes:EmailVerification:Length"] = "8",
    ["Passcodes:EmailVerification:ResendInterval"] = "00:00:00",
    ["Passcodes:FactorRegistration:ResendInterval"] = "00:00:00",
    ["Passcodes:LoginChallenge:ResendInterval"] = "00:00:00",
});
