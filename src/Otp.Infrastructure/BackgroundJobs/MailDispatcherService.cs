using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Otp.Application.Delivery;

namespace Otp.Infrastructure.BackgroundJobs;

/// <summary>Runs the dispatcher while the service runs. At the stop it finishes what is in flight within the shutdown time, and gives back the rest.</summary>
internal sealed class MailDispatcherService(MailDispatcher dispatcher, IOptions<DeliveryOptions> options) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private Task _run = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Enabled)
        {
            _run = Task.Run(() => dispatcher.RunAsync(_stopping.Token, _aborting.Token), CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await using var outOfTime = cancellationToken.Register(_aborting.Cancel);
        await _run;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _aborting.Dispose();
    }
}
