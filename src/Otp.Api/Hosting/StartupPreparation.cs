using System.Runtime.ExceptionServices;
using AutoMapper;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Infrastructure.Persistence;

namespace Otp.Api.Hosting;

/// <summary>Builds what takes long to be built, before anything is asked of the service.</summary>
internal static class StartupPreparation
{
    /// <summary>Prepares the service, with two processors where there are two.</summary>
    /// <param name="app">The service, whose settings are good.</param>
    /// <param name="map">Adds its routes.</param>
    /// <param name="serves">Whether it will serve; a command maps nothing, and the library's note on its licence would be in its output.</param>
    /// <exception cref="StartRefusedException">A template of a mail is broken.</exception>
    public static void Run(WebApplication app, Action map, bool serves)
    {
        try
        {
            Parallel.Invoke(
                () =>
                {
                    // Compiles the mails' templates, too: a broken one stops the start.
                    app.Services.GetRequiredService<IMailComposer>();
                    map();
                },
                () =>
                {
                    DatabaseModel.Build(app.Services);
                    if (serves)
                    {
                        app.Services.GetRequiredService<IMapper>();
                    }
                });
        }
        catch (AggregateException exception) when (exception.InnerExceptions.OfType<OptionsValidationException>().FirstOrDefault() is { } refusal)
        {
            throw new StartRefusedException([.. refusal.Failures]);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
