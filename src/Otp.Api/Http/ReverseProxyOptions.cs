using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Otp.Api.Http;

/// <summary>The settings under <c>ReverseProxy</c>.</summary>
internal sealed class ReverseProxyOptions
{
    public const string Section = "ReverseProxy";

    /// <summary>The proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed: addresses, or networks such as <c>10.0.0.0/8</c>.</summary>
    public IList<string> KnownProxies { get; } = [];

    public void ApplyTo(ForwardedHeadersOptions forwarded)
    {
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();

        // Without a known proxy nothing is believed; the host name never is.
        forwarded.ForwardedHeaders = KnownProxies.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.ForwardLimit = null;
        foreach (var proxy in KnownProxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }
    }
}

/// <summary>Refuses proxies that are neither an address nor a network.</summary>
internal sealed class ReverseProxyOptionsValidator : IValidateOptions<ReverseProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ReverseProxyOptions options)
    {
        var failures = options.KnownProxies
            .Select((proxy, index) => (proxy, index))
            .Where(item => !IPAddress.TryParse(item.proxy, out _) && !System.Net.IPNetwork.TryParse(item.proxy, out _))
            .Select(item => $"ReverseProxy:KnownProxies:{item.index} must be an IP address or a network such as 10.0.0.0/8, not '{item.proxy}'.")
            .ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
