using System.Net.Http.Headers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Configuration;
using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Domain.EmailVerifications;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Recipients;
using Otp.Infrastructure.BackgroundJobs;
using Otp.Infrastructure.Email;
using Otp.Infrastructure.Email.Mailbox;
using Otp.Infrastructure.Email.SendGrid;
using Otp.Infrastructure.Email.Smtp;
using Otp.Infrastructure.Email.Templates;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Auditing;
using Otp.Infrastructure.Persistence.Hot;
using Otp.Infrastructure.Persistence.Npgsql;
using Otp.Infrastructure.Persistence.Outbox;
using Otp.Infrastructure.Persistence.Purging;
using Otp.Infrastructure.Persistence.Repositories;
using Otp.Infrastructure.Persistence.Sqlite;
using Otp.Infrastructure.Security;

namespace Otp.Infrastructure;

/// <summary>Registers database, keys and mail providers.</summary>
public static class InfrastructureRegistration
{
    /// <summary>Adds what stands behind the ports of the application.</summary>
    public static IServiceCollection AddInfrastructure(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(environment);
        services.AddSingleton(DataDirectory.From(configuration));
        services.AddDatabase(configuration);

        services.AddValidatedOptions<ProtectionOptions, ProtectionOptionsValidator>(configuration, ProtectionOptions.Section);
        services.AddSingleton<ProtectionKeyRing>();
        services.AddSingleton<PayloadProtector>();
        services.AddSingleton<MailContentProtector>();
        services.AddSingleton<RecipientDigester>();
        services.AddSingleton<IPasscodeHasher, HmacPasscodeHasher>();
        services.AddSingleton<IPasscodeGenerator, RandomPasscodeGenerator>();

        services.AddEmail(configuration, environment);
        services.AddHostedService<MailDispatcherService>();
        services.AddPurge(configuration);
        return services;
    }

    private static void AddDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<DatabaseOptions, DatabaseOptionsValidator>(configuration, DatabaseOptions.Section);
        if (DatabaseOptionsValidator.ProviderIn(configuration) == DatabaseProvider.PostgreSql)
        {
            services.AddSingleton(_ => new NpgsqlConnectionString(NpgsqlDefaults.AddTo(configuration.GetConnectionString("Otp")) ?? ""));
            services.AddDbContextPool<OtpDbContext, NpgsqlOtpDbContext>((provider, options) => options
                .UseNpgsql(provider.GetRequiredService<NpgsqlConnectionString>().Value)
                .ReplaceService<IHistoryRepository, NpgsqlMigrationHistory>()
                .ConfigureWarnings(Configure)
                .EnableThreadSafetyChecks(false));
            services.AddSingleton<IOutageClassifier, NpgsqlOutageClassifier>();
            services.AddSingleton<SharedRoundTrips>();
            services.AddScoped<HotRows, NpgsqlHotRows>();
        }
        else
        {
            services.AddDbContextPool<OtpDbContext, SqliteOtpDbContext>((provider, options) => options
                .UseSqlite(configuration.GetConnectionString("Otp") ?? DefaultSqlite(provider.GetRequiredService<DataDirectory>()))
                .ReplaceService<IHistoryRepository, SqliteMigrationHistory>()
                .AddInterceptors(new SqlitePragmas())
                .ConfigureWarnings(Configure)
                .EnableThreadSafetyChecks(false));
            services.AddSingleton<IOutageClassifier, SqliteOutageClassifier>();
            services.AddScoped<HotRows, TrackedHotRows>();
        }

        services.AddScoped(provider => new Lazy<OtpDbContext>(provider.GetRequiredService<OtpDbContext>, LazyThreadSafetyMode.None));
        services.AddSingleton<CompiledQueries>();
        services.AddScoped<KnownDeliveries>();
        services.AddScoped<IUnitOfWork, UnitOfWork>();
        services.AddTransient<IEmailVerificationRepository, EmailVerificationRepository>();
        services.AddTransient<IVerificationReadAhead, VerificationReadAhead>();
        services.AddTransient<IRecipientAllowanceRepository, RecipientAllowanceRepository>();
        services.AddTransient<IOtpEmailFactorRepository, OtpEmailFactorRepository>();
        services.AddTransient<IUserDirectory, UserDirectory>();
        services.AddTransient<IEmailOutbox, EmailOutbox>();
        services.AddTransient<IOutboxQueue, OutboxQueue>();
        services.AddTransient<IDeliveryLog, DeliveryLog>();
        services.AddScoped<AuditTrail>();
        services.AddScoped<IAuditTrail>(provider => provider.GetRequiredService<AuditTrail>());
        services.AddTransient<ISuppressionRepository, SuppressionRepository>();
    }

    // EF Core logs an error, with a stack trace, also where a race for the same new row is lost and the command is run again. What fails for good is logged by
    // whoever had asked for it. Whether a migration is missing is a question to a test, not to each start, as EF Core builds the model twice for it.
    private static void Configure(WarningsConfigurationBuilder warnings) => warnings
        .Log((CoreEventId.SaveChangesFailed, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug))
        .Ignore(RelationalEventId.PendingModelChangesWarning);

    private static void AddPurge(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<RetentionOptions, RetentionOptionsValidator>(configuration, RetentionOptions.Section);
        services.AddScoped<Purge>();
        services.AddSingleton<PurgeMetrics>();
        services.AddHostedService<PurgeService>();
    }

    private static string DefaultSqlite(DataDirectory dataDirectory) =>
        new SqliteConnectionStringBuilder { DataSource = dataDirectory.PathOf("otp.db") }.ConnectionString;

    private static void AddMailTemplates(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<MailOptions, MailOptionsValidator>(configuration, MailOptions.Section);
        services.AddSingleton(provider => MailLibrary.Load(
            provider.GetRequiredService<IOptions<MailOptions>>().Value, provider.GetRequiredService<IOptions<EmailOptions>>().Value.From));
        services.AddSingleton<IMailLanguages>(provider => provider.GetRequiredService<MailLibrary>());
        services.AddSingleton<IMailComposer, MailComposer>();
        services.AddSingleton(provider => new MailPreviews(provider.GetRequiredService<MailLibrary>()));
    }

    private static void AddEmail(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddValidatedOptions<EmailOptions, EmailOptionsValidator>(configuration, EmailOptions.Section);
        services.AddMailTemplates(configuration);
        services.AddSingleton<IValidateOptions<EmailOptions>, SmtpOptionsValidator>();
        services.AddScoped(provider => new MailboxStore(
            provider.GetRequiredService<OtpDbContext>(), provider.GetRequiredService<PayloadProtector>(), provider.GetRequiredService<TimeProvider>()));
        services.AddScoped<MailboxEmailSender>();
        services.AddSingleton<IProviderReports, SendGridWebhook>();
        services.AddHttpClient<SendGridEmailSender>((provider, client) =>
        {
            var sendGrid = provider.GetRequiredService<IOptions<EmailOptions>>().Value.SendGrid;
            client.BaseAddress = new Uri(sendGrid.BaseUrl.TrimEnd('/') + "/");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", sendGrid.ApiKey);
            client.Timeout = MailDelivery.SendTimeout;
        })
            // A redirected POST becomes a GET, whose 200 would pass for a mail that was taken.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddScoped<SmtpEmailSender>();
        services.AddScoped<IEmailSender>(provider => provider.GetRequiredService<IOptions<EmailOptions>>().Value.ProviderIn(environment) switch
        {
            EmailProvider.SendGrid => provider.GetRequiredService<SendGridEmailSender>(),
            EmailProvider.Smtp => provider.GetRequiredService<SmtpEmailSender>(),
            _ => provider.GetRequiredService<MailboxEmailSender>(),
        });
    }
}
