using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Otp.Client;

/// <summary>
/// The service refused a request, or what answered was not the service. A service that cannot be reached is an <see cref="HttpRequestException"/> as with any
/// <see cref="HttpClient"/>.
/// </summary>
public sealed class OtpException : Exception
{
    private const string TraceHeader = "Trace-Id";

    private static readonly Dictionary<string, object> NoDetails = [];

    internal OtpException(
        string message, int statusCode, string? response, IReadOnlyDictionary<string, IEnumerable<string>> headers, Exception? innerException)
        : this(message, statusCode, response, headers, ReadError(response), innerException)
    {
    }

    private OtpException(
        string message, int statusCode, string? response, IReadOnlyDictionary<string, IEnumerable<string>> headers, Error? error, Exception? innerException)
        : base(error?.Message ?? message, innerException)
    {
        StatusCode = (HttpStatusCode)statusCode;
        Name = error?.Name;
        Code = error?.Code;
        Details = error?.Details.AsReadOnly() ?? NoDetails.AsReadOnly();
        Response = response;
        RetryAfter = ReadRetryAfter(headers);
        TraceId = Header(headers, TraceHeader);
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>
    /// What a program decides by: under <c>/api/v1</c> the error's <c>name</c>, such as <c>InvalidPasscodeError</c>, elsewhere the <c>id</c> in its details, such
    /// as <c>CODE-woT0xc</c>; see <see cref="OtpErrorNames"/>. Absent where the answer is no error of the service, but of a proxy before it, say.
    /// </summary>
    public string? Name { get; }

    /// <summary>The google.rpc.Code of an error that is not one of <c>/api/v1</c>.</summary>
    public int? Code { get; }

    /// <summary>What an error of <c>/api/v1</c> says in its <c>data</c>, such as <c>remainingAttempts</c> or the wrong members of a request.</summary>
    public IReadOnlyDictionary<string, object> Details { get; }

    /// <summary>How long to wait before trying again, where the service says it.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The trace of the request, to be quoted when a problem is reported.</summary>
    public string? TraceId { get; }

    /// <summary>The body of the answer.</summary>
    public string? Response { get; }

    private static Error? ReadError(string? response)
    {
        try
        {
            using var body = JsonDocument.Parse(response ?? "");
            return body.RootElement switch
            {
                { ValueKind: not JsonValueKind.Object } => null,
                var root when root.TryGetProperty("error", out _) => Read(root.Deserialize<ErrorResponse>()!),
                var root when root.TryGetProperty("code", out _) => Read(root.Deserialize<GoogleRpcStatus>()!),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A member that the type requires can still be null in what a stranger answers.
    private static Error? Read(ErrorResponse body) =>
        body.Error is { Message: { } message } error ? new(error.Name, message, null, error.Data ?? NoDetails) : null;

    private static Error? Read(GoogleRpcStatus body) =>
        body.Message is { } message ? new(body.Details is [{ } detail, ..] ? detail.Id : null, message, body.Code, NoDetails) : null;

    private static TimeSpan? ReadRetryAfter(IReadOnlyDictionary<string, IEnumerable<string>> headers) =>
        !RetryConditionHeaderValue.TryParse(Header(headers, "Retry-After"), out var retry) ? null
        : retry.Delta is { } delta ? delta

        // A proxy may name a time; the answer says by which clock.
        : DateTimeOffset.TryParse(Header(headers, "Date"), CultureInfo.InvariantCulture, out var now) && retry.Date > now ? retry.Date - now
        : null;

    private static string? Header(IReadOnlyDictionary<string, IEnumerable<string>> headers, string name) =>
        headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault();

    private sealed record Error(string? Name, string Message, int? Code, IDictionary<string, object> Details);
}
