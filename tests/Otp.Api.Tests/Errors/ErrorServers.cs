using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Errors;

/// <summary>One server for each environment, extended by <see cref="FaultyController"/>. Each test takes users of its own; none moves the clock.</summary>
public sealed class ErrorServers : IAsyncLifetime
{
    public const string Name = "Errors";

    private readonly Dictionary<string, OtpServer> _servers = [];
    private int _users;

    public OtpServer this[string environment] => _servers[environment];

    public static Dictionary<string, string?> SettingsOf(string environment) => environment == "Production" ? OtpServer.Production : [];

    /// <summary>A user with an address that nobody else has.</summary>
    public OtpCaller NewUser(string environment)
    {
        var user = $"user-{Interlocked.Increment(ref _users)}";
        return this[environment].As(user, $"{user}@example.com");
    }

    public async Task InitializeAsync()
    {
        foreach (var environment in BothEnvironmentsAttribute.Names)
        {
            _servers[environment] = await OtpServer.StartAsync(DatabaseProvider.Sqlite, SettingsOf(environment), Extend);
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }
    }

    internal static void Extend(WebApplicationBuilder builder)
    {
        builder.Services.AddControllers().AddApplicationPart(typeof(FaultyController).Assembly);
        builder.Services.AddHandlersFrom(typeof(FaultyController).Assembly);
    }
}

[CollectionDefinition(ErrorServers.Name)]
public sealed class ErrorServersDefinition : ICollectionFixture<ErrorServers>;
