using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Otp.TestKit;

/// <summary>Somebody with a token who calls the service over HTTP.</summary>
public sealed class OtpCaller(HttpClient client, string token)
{
    private const string Email = "api/v1/user/me/email";

    public string Token => token;

    public Task<OtpAnswer> RequestCodeAsync() => SendAsync(HttpMethod.Put, $"{Email}/otp");

    public Task<OtpAnswer> StatusAsync() => SendAsync(HttpMethod.Get, $"{Email}/status");

    public Task<OtpAnswer> GuessAsync(string passcode) => SendAsync(HttpMethod.Get, $"{Email}/status?passcode={Uri.EscapeDataString(passcode)}");

    public Task<OtpAnswer> VerifyAsync(string passcode) => SendAsync(HttpMethod.Post, $"{Email}/verify", new { passcode });

    public async Task<OtpAnswer> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        return await SendAsync(request);
    }

    /// <summary>Sends a body exactly as it is given.</summary>
    public async Task<OtpAnswer> SendTextAsync(HttpMethod method, string path, string body, string? contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return await SendAsync(request);
    }

    public async Task<OtpAnswer> SendAsync(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (token.Length > 0)
        {
            request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await client.SendAsync(request);
        return await OtpAnswer.ReadAsync(response);
    }
}

/// <summary>What the service answered.</summary>
/// <param name="Method">What was asked: the method.</param>
/// <param name="Path">What was asked: the path, without the query string.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The body.</param>
/// <param name="Headers">The headers, names in any case.</param>
public sealed record OtpAnswer(HttpMethod Method, string Path, HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body as JSON.</summary>
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    /// <summary>What stands in the envelope.</summary>
    public JsonObject Results => Json["results"]!.AsObject();

    public bool IsVerified => (bool)Results["isVerified"]!;

    public int Attempts => (int)Results["otp"]!["numberOfAttempts"]!;

    /// <summary>What stands in an error.</summary>
    public JsonObject Error => Json["error"]!.AsObject();

    public string ErrorName => (string)Error["name"]!;

    public TimeSpan RetryAfter => TimeSpan.FromSeconds(int.Parse(Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture));

    public static async Task<OtpAnswer> ReadAsync(HttpResponseMessage response) => new(
        response.RequestMessage!.Method,
        response.RequestMessage.RequestUri!.AbsolutePath,
        response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
}
