using System.Diagnostics;
using System.Globalization;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Otp.Api.Hosting;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Application.EmailVerifications.RequestPasscode;
using Otp.Application.Passcodes;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Outbox;

namespace Otp.Bench;

/// <summary>
/// Fills a database with users who have asked for a code, through the service's own commands: <c>seed USERS</c>; and prints the newest code of each
/// user: <c>codes</c>. All other arguments, and the environment, are the service's settings. And stands for the provider that takes the mails: <c>provider</c>.
/// </summary>
internal static class Program
{
    /// <summary>Commands that are stored together: one by one, each would wait for the disk.</summary>
    private const int Batch = 500;

    private const int Writers = 4;

    public static async Task<int> Main(string[] args)
    {
        if (args is ["provider"])
        {
            await RunProviderAsync();
            return 0;
        }

        var settings = args.Where(argument => argument.StartsWith("--", StringComparison.Ordinal)).ToArray();
        await using var app = OtpHost.Create(settings, builder =>
        {
            // What is printed is read by a program.
            builder.Logging.ClearProviders();
            builder.Services.AddScoped<DeferredUnitOfWork>();
            builder.Services.Replace(ServiceDescriptor.Scoped<IUnitOfWork>(services => services.GetRequiredService<DeferredUnitOfWork>()));
        });
        switch (args)
        {
            case ["seed", var users, ..]:
                await DatabaseMigrator.MigrateAsync(app.Services, CancellationToken.None);
                await SeedAsync(app.Services, int.Parse(users, CultureInfo.InvariantCulture));
                return 0;
            case ["codes", ..]:
                await PrintCodesAsync(app.Services);
                return 0;
            default:
                await Console.Error.WriteLineAsync("seed USERS | codes | provider");
                return 2;
        }
    }

    /// <summary>Takes all mails, on the loopback interface, until it is told to end. It prints where.</summary>
    private static async Task RunProviderAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(static async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        });
        await app.StartAsync();
        await Console.Out.WriteLineAsync(app.Urls.First());
        await app.WaitForShutdownAsync();
    }

    private static async Task SeedAsync(IServiceProvider services, int users)
    {
        var started = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Writers };
        await Parallel.ForEachAsync(Enumerable.Range(1, users).Chunk(Batch), options, async (numbers, cancellationToken) =>
        {
            await using var scope = services.CreateAsyncScope();
            var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();
            var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
            foreach (var number in numbers)
            {
                var result = await mediator.Send(new RequestPasscodeCommand(SubjectOf(number, now), new PasscodeDelivery.ByMail()), cancellationToken);
                if (result.Error is { } error)
                {
                    throw new InvalidOperationException($"User {number} got no code: {error.Code}.");
                }
            }

            await scope.ServiceProvider.GetRequiredService<DeferredUnitOfWork>().StoreAsync(cancellationToken);
        });
        await Console.Error.WriteLineAsync($"{users} users in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    private static Subject SubjectOf(int number, DateTimeOffset now) => Subject.Self(
        new UserIdentity($"00000000-0000-4000-8000-{number:D12}", now) { ResourceOwner = "default", Email = EmailAddress.Parse($"user{number:D7}@example.test") }, null);

    private static async Task PrintCodesAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var protector = scope.ServiceProvider.GetRequiredService<MailContentProtector>();
        Dictionary<string, string> codes = [];
        var mails = scope.ServiceProvider.GetRequiredService<OtpDbContext>().OutboxMessages.AsNoTracking()
            .Where(mail => mail.Content != null).OrderBy(mail => mail.CreatedAt).ThenBy(mail => mail.Id);
        await foreach (var mail in mails.AsAsyncEnumerable())
        {
            codes[mail.UserId] = protector.Unprotect(mail.Content, mail.Id, mail.UserId).Passcode!.Reveal();
        }

        await Console.Out.WriteLineAsync("idx\tcode");
        foreach (var (user, code) in codes)
        {
            await Console.Out.WriteLineAsync($"{int.Parse(user[^12..], CultureInfo.InvariantCulture)}\t{code}");
        }
    }
}
