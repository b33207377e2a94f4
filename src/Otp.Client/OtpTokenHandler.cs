using System.Net.Http.Headers;

namespace Otp.Client;

/// <summary>Sends a bearer token with each request that has none yet.</summary>
internal sealed class OtpTokenHandler(IServiceProvider services, OtpClientOptions options) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (options.Token is not null && request.Headers.Authorization is null
            && await options.Token(services, cancellationToken).ConfigureAwait(false) is { Length: > 0 } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
