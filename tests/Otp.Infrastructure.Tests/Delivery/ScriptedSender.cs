using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Otp.Application.Common.Ports;

namespace Otp.Infrastructure.Tests.Delivery;

/// <summary>A provider that answers as the test says, and remembers what it was given.</summary>
internal sealed class ScriptedSender : IEmailSender
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Channel<EmailMessage> _arrivals = Channel.CreateUnbounded<EmailMessage>();

    /// <summary>How it answers; by default it accepts.</summary>
    public Func<EmailMessage, CancellationToken, Task<SendOutcome>> Answer { get; set; } = (_, _) => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());

    /// <summary>All that it was given, in order.</summary>
    public ConcurrentQueue<EmailMessage> Given { get; } = [];

    public async Task<SendOutcome> SendAsync(EmailMessage message, CancellationToken cancellationToken)
    {
        Given.Enqueue(message);
        await _arrivals.Writer.WriteAsync(message, CancellationToken.None);
        return await Answer(message, cancellationToken);
    }

    public void Always(SendOutcome outcome) => Answer = (_, _) => Task.FromResult(outcome);

    /// <summary>Waits until it is given the next one.</summary>
    public async Task<EmailMessage> NextAsync() => await _arrivals.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public void Register(WebApplicationBuilder builder) => builder.Services.Replace(ServiceDescriptor.Scoped<IEmailSender>(_ => this));
}
