using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging.Console;

namespace Otp.Api.Hosting;

/// <summary>Where logs go, and what never gets into them.</summary>
internal static class LoggingRegistration
{
    /// <summary>
    /// The framework's categories that write the path, the query string or the arguments of an action, which may hold a passcode or an address. They
    /// stay silent below Warning whatever the configuration says.
    /// </summary>
    private static readonly string[] Indiscreet =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "Microsoft.AspNetCore.Http.HttpLogging",
        "Microsoft.AspNetCore.HttpLogging",
        "Microsoft.AspNetCore.Mvc.Infrastructure.ControllerActionInvoker",
        "Microsoft.AspNetCore.Routing.Matching.DfaMatcher",
    ];

    // Before every other source, so that each can change them. Not in an appsettings.json: one of ours would be copied beside a team's program, where it
    // gets lost when the team has its own, and fails the publish (NETSDK1152).
    private static readonly Dictionary<string, string?> DefaultLevels = new()
    {
        ["Logging:LogLevel:Default"] = nameof(LogLevel.Information),
        ["Logging:LogLevel:Microsoft.AspNetCore"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = nameof(LogLevel.Warning),
    };

    /// <summary>The framework's setting that has scopes kept for each request, at some cost.</summary>
    private const string CaptureScopes = "Logging:CaptureScopes";

    /// <summary>The setting of a console, or of another provider, that has scopes written.</summary>
    private const string IncludeScopes = ":IncludeScopes";

    /// <summary>One line per event on the console for a developer, JSON for a machine.</summary>
    public static void AddOtpLogging(this ILoggingBuilder logging, ConfigurationManager configuration, IHostEnvironment environment)
    {
        var defaults = new Dictionary<string, string?>(DefaultLevels) { [CaptureScopes] = WritesScopes(configuration).ToString() };
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = defaults });
        logging.ClearProviders();
        if (environment.IsDevelopment())
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.ColorBehavior = LoggerColorBehavior.Default;
            });
        }
        else
        {
            logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        }

        logging.Services.PostConfigure<LoggerFilterOptions>(Silence);
    }

    private static bool WritesScopes(ConfigurationManager configuration) => configuration.GetSection("Logging").AsEnumerable().Any(
        setting => setting.Key.EndsWith(IncludeScopes, StringComparison.OrdinalIgnoreCase) && bool.TryParse(setting.Value, out var isOn) && isOn);

    private static void Silence(LoggerFilterOptions options)
    {
        // The last of equally specific rules wins, and none is more specific than one for a provider with the full category.
        var providers = options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList();
        foreach (var rule in providers.SelectMany(provider => Indiscreet.Select(category => new LoggerFilterRule(provider, category, LogLevel.Warning, null))))
        {
            options.Rules.Add(rule);
        }
    }
}
