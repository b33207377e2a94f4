using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.WebClient.Tests;

/// <summary>The service on a real socket, with what a test in another process needs to bring about what it tests: the clock, the mails, a fault.</summary>
internal static class ControlledServer
{
    /// <summary>A request with this header fails in the service, as a bug would make it fail.</summary>
    private const string FaultHeader = "X-Test-Fault";

    /// <summary>Mails to addresses that begin so are refused by the provider for good.</summary>
    private const string Unreachable = "unreachable";

    public static Task<OtpServer> StartAsync(DatabaseProvider provider, Dictionary<string, string?>? settings = null) =>
        OtpServer.StartAsync(provider, settings, builder =>
        {
            builder.Services.AddSingleton<IStartupFilter, Controls>();
            builder.Services.Configure<MvcOptions>(mvc => mvc.Filters.Add<FaultFilter>());
            var sender = builder.Services.Last(service => service.ServiceType == typeof(IEmailSender)).ImplementationFactory!;
            builder.Services.AddScoped<IEmailSender>(services => new RefusingSender((IEmailSender)sender(services)));
        });

    /// <summary><c>POST /test/clock?seconds=</c> moves the clock, <c>POST /test/deliver</c> sends all mails that are due; both answer what time it is.</summary>
    private sealed class Controls : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            var time = (ManualTimeProvider)app.ApplicationServices.GetRequiredService<TimeProvider>();
            app.Map("/test/clock", branch => branch.Run(context =>
            {
                time.Advance(TimeSpan.FromSeconds(double.Parse(context.Request.Query["seconds"]!, CultureInfo.InvariantCulture)));
                return WriteNowAsync(context, time);
            }));
            app.Map("/test/deliver", branch => branch.Run(async context =>
            {
                await context.RequestServices.GetRequiredService<MailDispatcher>().DrainAsync(context.RequestAborted);
                await WriteNowAsync(context, time);
            }));
            next(app);
        };

        private static Task WriteNowAsync(HttpContext context, ManualTimeProvider time) => context.Response.WriteAsJsonAsync(new { now = time.GetUtcNow() });
    }

    private sealed class FaultFilter : IActionFilter
    {
        public void OnActionExecuting(ActionExecutingContext context)
        {
            if (context.HttpContext.Request.Headers.ContainsKey(FaultHeader))
            {
                throw new InvalidOperationException("A fault on purpose");
            }
        }

        public void OnActionExecuted(ActionExecutedContext context)
        {
        }
    }

    private sealed class RefusingSender(IEmailSender sender) : IEmailSender
    {
        public async Task<SendOutcome> SendAsync(EmailMessage message, CancellationToken cancellationToken) =>
            message.Recipient.StartsWith(Unreachable, StringComparison.Ordinal)
                ? new SendOutcome.PermanentFailure("no such mailbox")
                : await sender.SendAsync(message, cancellationToken);
    }
}
