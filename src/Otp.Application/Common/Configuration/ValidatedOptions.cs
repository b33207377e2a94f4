using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Otp.Application.Common.Configuration;

/// <summary>Options that stop the start when they are wrong.</summary>
public static class ValidatedOptions
{
    /// <summary>
    /// Binds a section to a type, and checks it at the start: a value that cannot be read, a setting that does not exist (a typo would otherwise go unnoticed),
    /// and what the validator refuses, are each reported by the full name of the setting.
    /// </summary>
    public static OptionsBuilder<TOptions> AddValidatedOptions<TOptions, TValidator>(this IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton(new KnownSection(section, typeof(TOptions)));
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        return services.AddOptions<TOptions>()
            .Configure(options => ConfigurationReader.Read(configuration.GetSection(section), options))
            .ValidateOnStart();
    }
}
