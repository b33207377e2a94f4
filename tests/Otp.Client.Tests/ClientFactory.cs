using Microsoft.Extensions.DependencyInjection;

namespace Otp.Client.Tests;

/// <summary>Makes clients as a program does, by <see cref="OtpClientRegistration.AddOtpClient"/>.</summary>
internal static class ClientFactory
{
    /// <summary>One for all: each would open connections of its own.</summary>
    private static readonly HttpMessageInvoker Sockets = new(new SocketsHttpHandler());

    /// <summary>Makes a client.</summary>
    /// <param name="address">Where the service is.</param>
    /// <param name="token">Gives the token of a request; <see langword="null"/> for none.</param>
    /// <param name="change">Changes each request before it is sent, to get what the client alone would never send.</param>
    public static IOtpClient Create(Uri address, Func<string?> token, Func<HttpRequestMessage, Task>? change = null)
    {
        var services = new ServiceCollection();
        services
            .AddOtpClient(options =>
            {
                options.BaseAddress = address;
                options.Token = (_, _) => ValueTask.FromResult(token());
            })
            .ConfigurePrimaryHttpMessageHandler(() => new ChangingHandler(change));
        return services.BuildServiceProvider().GetRequiredService<IOtpClient>();
    }

    private sealed class ChangingHandler(Func<HttpRequestMessage, Task>? change) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (change is not null)
            {
                await change(request);
            }

            return await Sockets.SendAsync(request, cancellationToken);
        }
    }
}
