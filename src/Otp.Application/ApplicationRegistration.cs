using System.Reflection;
using AutoMapper;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Otp.Application.Common.Behaviors;
using Otp.Application.Common.Configuration;
using Otp.Application.Delivery;
using Otp.Application.EmailVerifications;
using Otp.Application.Links;
using Otp.Application.OtpEmailFactors;
using Otp.Application.Passcodes;

namespace Otp.Application;

/// <summary>Registers the use cases.</summary>
public static class ApplicationRegistration
{
    /// <summary>Adds the use cases of this assembly, the pipeline that they run in, and the dispatcher of mails.</summary>
    public static IServiceCollection AddApplication(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMediator();
        services.AddHandlersFrom(typeof(ApplicationRegistration).Assembly);
        services.AddMapper(configuration);

        services.TryAddSingleton(TimeProvider.System);
        // What has no state of its own is not remembered for the request: that costs more than to make it.
        services.AddTransient<SubjectVerification>();
        services.AddTransient<SubjectFactors>();
        services.AddTransient<VerificationPasscode>();
        services.AddTransient<PasscodeIssuer>();
        services.AddTransient<NoticeMailer>();

        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<MailDelivery>();
        services.AddSingleton<MailDispatcher>();

        services.AddValidatedOptions<PasscodeOptions, PasscodeOptionsValidator>(configuration, PasscodeOptions.Section);
        services.AddValidatedOptions<RecipientLimitOptions, RecipientLimitOptionsValidator>(configuration, RecipientLimitOptions.Section);
        services.AddValidatedOptions<LinkOptions, LinkOptionsValidator>(configuration, LinkOptions.Section);
        services.AddValidatedOptions<DeliveryOptions, DeliveryOptionsValidator>(configuration, DeliveryOptions.Section);
        return services;
    }

    /// <summary>
    /// Adds the commands, queries, validators and mapping profiles of an assembly. Call it with an assembly of your own to extend the service:
    /// its handlers run in the same pipeline as ours.
    /// </summary>
    public static IServiceCollection AddHandlersFrom(this IServiceCollection services, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        services.Scan(scan => scan.FromAssemblies(assembly)
            .AddClasses(classes => classes.AssignableTo(typeof(IRequestHandler<,>)).Where(type => !type.IsGenericTypeDefinition), publicOnly: false)
            .AsImplementedInterfaces(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IRequestHandler<,>))
            .WithTransientLifetime()
            .AddClasses(classes => classes.AssignableTo(typeof(IValidator<>)).Where(type => !type.IsGenericTypeDefinition), publicOnly: false)
            .AsImplementedInterfaces(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IValidator<>))
            .WithSingletonLifetime()
            .AddClasses(classes => classes.AssignableTo<Profile>(), publicOnly: false)
            .As<Profile>()
            .WithSingletonLifetime());
        return services;
    }

    /// <summary>The one place that knows how MediatR 5 is wired; a later version replaces these lines alone.</summary>
    private static void AddMediator(this IServiceCollection services)
    {
        services.AddTransient<ServiceFactory>(provider => provider.GetService!);
        services.AddTransient<IMediator, Mediator>();
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(LoggingBehavior<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(UnitOfWorkBehavior<,>));
    }

    private static void AddMapper(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton<IMapper>(provider => new MapperConfiguration(
            mapping =>
            {
                mapping.LicenseKey = configuration["AutoMapper:LicenseKey"];
                mapping.AddProfiles(provider.GetServices<Profile>());
            },
            provider.GetRequiredService<ILoggerFactory>()).CreateMapper());
}
