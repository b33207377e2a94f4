namespace Otp.Client;

/// <summary>Where the service is, and as whom to call it.</summary>
public sealed class OtpClientOptions
{
    /// <summary>The address of the service, such as <c>https://otp.example.com/</c>; with the path that it is mounted at, if any.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>
    /// Gives the bearer token for a request; it is asked for each one, so it should keep a token while that is valid. Without a token the request is sent without
    /// one. The service provider is not that of a web request: take what belongs to one from <c>IHttpContextAccessor</c>.
    /// </summary>
    public Func<IServiceProvider, CancellationToken, ValueTask<string?>>? Token { get; set; }
}
