using Microsoft.Extensions.Options;
using Otp.Api.Security;
using Otp.Application.Common.Configuration;
using Otp.Application.Common.Ports;
using Otp.Application.Passcodes;
using Otp.Domain.Emails;

namespace Otp.Api.Hosting;

/// <summary>Looks at all settings before anything is started.</summary>
internal static partial class StartupChecks
{
    /// <summary>Refuses the start for each setting that is bad, missing or unknown, and warns of limits that are switched off.</summary>
    /// <exception cref="StartRefusedException">There is such a setting.</exception>
    public static void Run(WebApplication app)
    {
        List<string> reasons = [];
        if (!EmailAddress.CanNormalise)
        {
            reasons.Add("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT must be false and ICU (Debian: libicu72, Alpine: icu-libs and icu-data-full) installed: addresses are compared by it.");
        }

        foreach (var setting in KnownSection.FindUnknownSettings(app.Configuration, app.Services.GetServices<KnownSection>()))
        {
            reasons.Add($"{setting} is not a setting of this version.");
        }

        try
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException exception)
        {
            reasons.AddRange(exception.Failures);
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            reasons.AddRange(exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures));
        }

        if (reasons.Count > 0)
        {
            throw new StartRefusedException([.. reasons.Distinct()]);
        }

        try
        {
            // Reads or makes the protection key.
            app.Services.GetRequiredService<IPasscodeHasher>();
        }
        catch (OptionsValidationException exception)
        {
            throw new StartRefusedException([.. exception.Failures]);
        }

        WarnOfLimitsSwitchedOff(app);
    }

    private static void WarnOfLimitsSwitchedOff(WebApplication app)
    {
        var recipients = app.Services.GetRequiredService<IOptions<RecipientLimitOptions>>().Value;
        var clients = app.Services.GetRequiredService<IOptions<ClientLimitOptions>>().Value;
        foreach (var (name, isEnabled) in new[]
        {
            (nameof(recipients.RecipientBurst), recipients.RecipientBurst.Enabled),
            (nameof(recipients.RecipientDaily), recipients.RecipientDaily.Enabled),
            (nameof(recipients.RecipientNotices), recipients.RecipientNotices.Enabled),
            (nameof(clients.ClientSends), clients.ClientSends.Enabled),
            (nameof(clients.ClientGuesses), clients.ClientGuesses.Enabled),
        })
        {
            if (!isEnabled)
            {
                LogLimitOff(app.Logger, $"{RecipientLimitOptions.Section}:{name}");
            }
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "The limit {Setting} is switched off")]
    private static partial void LogLimitOff(ILogger logger, string setting);
}
