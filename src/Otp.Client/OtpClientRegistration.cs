using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Otp.Client;

/// <summary>Adds the client to a program's services.</summary>
public static class OtpClientRegistration
{
    /// <summary>Adds <see cref="IOtpClient"/>, over <see cref="IHttpClientFactory"/>.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="configure">Sets the address, and where tokens come from.</param>
    /// <returns>What adds more to the client, such as a timeout or handlers of your own.</returns>
    public static IHttpClientBuilder AddOtpClient(this IServiceCollection services, Action<OtpClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<OtpClientOptions>().Configure(configure).Validate(
            options => options.BaseAddress is { IsAbsoluteUri: true, Scheme: "http" or "https" },
            $"{nameof(OtpClientOptions)}.{nameof(OtpClientOptions.BaseAddress)} must be the http or https address of the service.");
        return services.AddHttpClient<IOtpClient, OtpClient>((provider, client) => client.BaseAddress = WithSlash(OptionsOf(provider).BaseAddress!))
            .AddHttpMessageHandler(provider => new OtpTokenHandler(provider, OptionsOf(provider)));
    }

    private static OtpClientOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<OtpClientOptions>>().Value;

    // Without it the last part of a path would be replaced by that of an operation.
    private static Uri WithSlash(Uri address)
    {
        var builder = new UriBuilder(address) { Query = "", Fragment = "" };
        if (!builder.Path.EndsWith('/'))
        {
            builder.Path += "/";
        }

        return builder.Uri;
    }
}
