using System.Collections.Concurrent;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests;

/// <summary>One server per database for all tests of a class that keep apart by the user that they use.</summary>
public sealed class SharedServers : IAsyncLifetime
{
    private readonly ConcurrentDictionary<DatabaseProvider, Lazy<Task<OtpServer>>> _servers = [];

    public Task<OtpServer> GetAsync(DatabaseProvider provider) =>
        _servers.GetOrAdd(provider, key => new Lazy<Task<OtpServer>>(() => OtpServer.StartAsync(key))).Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await (await server.Value).DisposeAsync();
        }
    }
}
