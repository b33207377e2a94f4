using System.Collections.Concurrent;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Otp.Application.Common.Ports;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Client.Tests.Operations;

/// <summary>A service that is set up for some tests.</summary>
public enum ServerKind
{
    /// <summary>Without limits of the recipients, and with SendGrid's reports.</summary>
    Usual,

    /// <summary>One mail for each address, and no reports.</summary>
    OneMail,

    /// <summary>One request for each client.</summary>
    OneRequest,

    /// <summary>Whose provider refuses all mails.</summary>
    Refusing,

    /// <summary>Whose database is away.</summary>
    Broken,
}

/// <summary>The services that the tests call, each started when it is needed first.</summary>
public sealed class Servers : IAsyncLifetime
{
    /// <summary>A header that makes the service fail.</summary>
    public const string Fault = "X-Test-Fault";

    private static readonly Dictionary<string, string?> NoRecipientLimits = new()
    {
        ["Limits:RecipientBurst:Enabled"] = "false",
        ["Limits:RecipientDaily:Enabled"] = "false",
        ["Limits:RecipientNotices:Enabled"] = "false",
    };

    private readonly ConcurrentDictionary<(DatabaseProvider, ServerKind), Lazy<Task<OtpServer>>> _started = [];
    private int _users;

    public WebhookSigner SendGrid { get; } = new();

    /// <summary>A user id that no other test has.</summary>
    public string NewUser() => $"user-{Interlocked.Increment(ref _users)}";

    public Task<OtpServer> GetAsync(DatabaseProvider provider, ServerKind kind) =>
        _started.GetOrAdd((provider, kind), key => new Lazy<Task<OtpServer>>(() => StartAsync(key.Item1, key.Item2))).Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var server in _started.Values)
        {
            await (await server.Value).DisposeAsync();
        }

        SendGrid.Dispose();
    }

    private async Task<OtpServer> StartAsync(DatabaseProvider provider, ServerKind kind)
    {
        Dictionary<string, string?> settings = kind switch
        {
            ServerKind.OneMail => new() { ["Limits:RecipientBurst:PermitLimit"] = "1" },
            ServerKind.OneRequest => new(NoRecipientLimits)
            {
                ["Limits:ClientSends:Enabled"] = "true",
                ["Limits:ClientSends:PermitLimit"] = "1",
                ["Limits:ClientGuesses:Enabled"] = "true",
                ["Limits:ClientGuesses:PermitLimit"] = "1",
            },
            _ => new(NoRecipientLimits.Concat(SendGrid.Settings)),
        };
        var server = await OtpServer.StartAsync(provider, settings, builder =>
        {
            builder.Services.Configure<MvcOptions>(options => options.Filters.Add(new FaultFilter()));
            if (kind == ServerKind.Refusing)
            {
                builder.Services.Replace(ServiceDescriptor.Scoped<IEmailSender>(_ => new RefusingSender()));
            }
        });
        if (kind == ServerKind.Broken)
        {
            await server.Database.BreakAsync();
        }

        return server;
    }

    private sealed class FaultFilter : IResourceFilter
    {
        public void OnResourceExecuting(ResourceExecutingContext context)
        {
            if (context.HttpContext.Request.Headers.ContainsKey(Fault))
            {
                throw new InvalidOperationException("A fault, on purpose.");
            }
        }

        public void OnResourceExecuted(ResourceExecutedContext context)
        {
        }
    }

    private sealed class RefusingSender : IEmailSender
    {
        public Task<SendOutcome> SendAsync(EmailMessage message, CancellationToken cancellationToken) =>
            Task.FromResult<SendOutcome>(new SendOutcome.PermanentFailure("HTTP 401"));
    }
}
