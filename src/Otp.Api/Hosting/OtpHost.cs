using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Otp.Api.Development;
using Otp.Api.Http;
using Otp.Api.OpenApi;
using Otp.Api.Security;
using Otp.Application;
using Otp.Application.Common.Configuration;
using Otp.Application.Common.Ports;
using Otp.Infrastructure;
using Otp.Infrastructure.Persistence;

namespace Otp.Api.Hosting;

/// <summary>Builds and runs the service. A team that extends it calls this from a program of its own.</summary>
public static class OtpHost
{
    private const string MigrateCommand = "migrate";

    /// <summary>
    /// Runs the service until it is stopped. With the argument <c>migrate</c> it only brings the database up to date; with <c>keys</c> it says what the
    /// protection keys are needed for, and with <c>keys new</c> it makes one.
    /// </summary>
    /// <param name="args">Settings as <c>--Name=value</c>, or the command.</param>
    /// <param name="extend">Adds to the service: handlers, controllers, services.</param>
    /// <returns>The exit code: 0, or 1 where the start was refused, with a line for each reason on standard error.</returns>
    public static async Task<int> RunAsync(string[] args, Action<WebApplicationBuilder>? extend = null)
    {
        NativeHeap.GiveBackLargeBlocks();
        try
        {
            if (args is [KeysCommand.Name, "new"])
            {
                await KeysCommand.PrintNewAsync(Console.Out, TimeProvider.System);
                return 0;
            }

            await using var app = Create(args, extend);
            if (args.Contains(KeysCommand.Name))
            {
                await WithDatabaseAsync(app.Services, () => KeysCommand.PrintUsageAsync(Console.Out, app.Services));
                return 0;
            }

            await WithDatabaseAsync(app.Services, () => DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None));
            if (!IsCommand(args))
            {
                await ServeAsync(app);
            }

            return 0;
        }
        catch (StartRefusedException refusal)
        {
            foreach (var reason in refusal.Reasons)
            {
                await Console.Error.WriteLineAsync($"Otp cannot start: {reason}");
            }

            return 1;
        }
    }

    /// <summary>Builds the service with all its settings checked, ready to be started.</summary>
    /// <exception cref="StartRefusedException">A setting is bad or missing.</exception>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? extend = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        try
        {
            builder.AddOtp();
        }
        catch (OptionsValidationException exception)
        {
            throw new StartRefusedException([.. exception.Failures]);
        }

        extend?.Invoke(builder);
        var app = builder.Build();
        try
        {
            StartupChecks.Run(app);
            StartupPreparation.Run(app, app.MapOtp, serves: !IsCommand(args));
        }
        catch
        {
            // Nothing was started: what was built goes with it.
            ((IDisposable)app).Dispose();
            throw;
        }

        return app;
    }

    private static bool IsCommand(string[] args) => args.Contains(MigrateCommand) || args.Contains(KeysCommand.Name);

    private static async Task ServeAsync(WebApplication app)
    {
        try
        {
            await app.RunAsync();
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new StartRefusedException([exception.Message]);
        }
    }

    private static async Task WithDatabaseAsync(IServiceProvider services, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (OptionsValidationException exception)
        {
            throw new StartRefusedException([.. exception.Failures]);
        }
        catch (Exception exception) when (services.GetRequiredService<IOutageClassifier>().IsOutage(exception))
        {
            throw new StartRefusedException([$"ConnectionStrings:Otp leads to no database that answers: {exception.Message.Split('\n')[0].TrimEnd()}"]);
        }
    }

    private static void AddOtp(this WebApplicationBuilder builder)
    {
        builder.Logging.AddOtpLogging(builder.Configuration, builder.Environment);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestLimits.MaxBodyBytes;
            kestrel.Limits.MaxRequestLineSize = RequestLimits.MaxRequestLineBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = RequestLimits.MaxHeaderBytes;
            kestrel.Limits.MaxRequestHeaderCount = RequestLimits.MaxHeaders;
        });
        builder.Host.UseDefaultServiceProvider(options => options.ValidateOnBuild = options.ValidateScopes = !builder.Environment.IsProduction());

        builder.Services.AddApplication(builder.Configuration);
        builder.Services.AddInfrastructure(builder.Configuration, builder.Environment);
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.PostConfigure<Application.Links.LinkOptions>(links => links.AllowHttpOnLoopback());
        }

        builder.AddOtpAuthentication();
        builder.Services.AddOtpHttp(builder.Configuration);
        builder.Services.AddOtpOpenApi();
        builder.Services.AddValidatedOptions<HostingOptions, HostingOptionsValidator>(builder.Configuration, HostingOptions.Section);
        builder.Services.AddHostedService<TelemetryExport>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database");
    }

    private static void MapOtp(this WebApplication app)
    {
        app.UseMiddleware<TraceTags>();
        app.UseForwardedHeaders();
        app.UseMiddleware<ResponseHeadersMiddleware>();
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(context => context.HttpContext.RequestServices.GetRequiredService<ErrorWriter>()
            .WriteStatusAsync(context.HttpContext, (HttpStatusCode)context.HttpContext.Response.StatusCode));
        if (app.Environment.IsProduction())
        {
            app.UseHsts();
        }

        app.UseMiddleware<RequireHttps>();
        app.UseRouting();
        app.UseMiddleware<RequestLimits>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<RequireJsonAnswers>();
        app.UseMiddleware<LimitClients>();
        app.UseMiddleware<ReadAhead>();

        app.MapControllers();
        app.MapHealth();
        app.MapOtpOpenApi();
        if (app.Environment.IsDevelopment())
        {
            app.MapDevelopmentPages();
            app.Lifetime.ApplicationStarted.Register(() => DevelopmentPages.SayWhereToGo(app));
        }
    }
}
