using System.Net;
using System.Text;

namespace Otp.Client.Tests;

/// <summary>Answers in place of a service, and keeps what it was asked.</summary>
internal sealed class StubHandler : HttpMessageHandler
{
    /// <summary>The answer of a service that lives.</summary>
    public const string Live = """{"results":{"state":"live"},"status":"ok"}""";

    public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

    public string Body { get; init; } = Live;

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public List<(string Method, string Url, string? Authorization, string Body)> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Requests.Add((request.Method.Method, request.RequestUri!.AbsoluteUri, request.Headers.Authorization?.ToString(), body));
        var response = new HttpResponseMessage(Status) { Content = new StringContent(Body, Encoding.UTF8, "application/json"), RequestMessage = request };
        foreach (var (name, value) in Headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }
}
