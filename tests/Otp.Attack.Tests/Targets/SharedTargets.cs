namespace Otp.Attack.Tests.Targets;

/// <summary>
/// The targets of all attacks that need no settings of their own and kill nothing: each is started once, when the first attack asks for it. Each attack takes
/// users and addresses of its own.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SharedTargets : ICollectionFixture<SharedTargets>, IAsyncLifetime
{
    public const string Name = "Shared targets";

    private readonly Dictionary<Setup, Lazy<Task<Target>>> _targets =
        Enum.GetValues<Setup>().ToDictionary(setup => setup, setup => new Lazy<Task<Target>>(() => Target.StartAsync(setup)));

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
