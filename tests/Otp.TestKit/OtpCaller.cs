using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Otp.TestKit;

/// <summary>Somebody with a token who calls the service over HTTP; without one where it is empty.</summary>
public sealed class OtpCaller(HttpClient client, string token)
{
    private const string Email = "api/v1/user/me/email";
    private const string MyEmail = "auth/v1/users/me/email";
    private const string MyFactors = "auth/v1/users/me/auth_factors";
    private const string MyChallenges = "api/v1/user/me/otp_email/challenges";

    public string Token => token;

    public Task<OtpAnswer> RequestCodeAsync() => SendAsync(HttpMethod.Put, $"{Email}/otp");

    public Task<OtpAnswer> StatusAsync() => SendAsync(HttpMethod.Get, $"{Email}/status");

    public Task<OtpAnswer> GuessAsync(string passcode) => SendAsync(HttpMethod.Get, $"{Email}/status?passcode={Uri.EscapeDataString(passcode)}");

    public Task<OtpAnswer> VerifyAsync(string passcode) => SendAsync(HttpMethod.Post, $"{Email}/verify", new { passcode });

    /// <summary>Sets the own address; a code is mailed to it.</summary>
    public Task<OtpAnswer> SetEmailAsync(string email) => PutAsync(MyEmail, new { email });

    public Task<OtpAnswer> MyEmailAsync() => GetAsync(MyEmail);

    public Task<OtpAnswer> VerifyEmailAsync(string code) => PostAsync($"{MyEmail}/_verify", new { code });

    /// <summary>Makes the own verified address a factor.</summary>
    public Task<OtpAnswer> AddContactFactorAsync() => PostAsync($"{MyFactors}/otp_email");

    public Task<OtpAnswer> RemoveContactFactorAsync() => DeleteAsync($"{MyFactors}/otp_email");

    /// <summary>Lists the own factors that are ready.</summary>
    public Task<OtpAnswer> MyFactorsAsync() => PostAsync($"{MyFactors}/_search");

    /// <summary>Adds a factor of a user at an address of its own.</summary>
    public Task<OtpAnswer> AddFactorAsync(string userId, object? email = null) =>
        PostAsync($"v3alpha/users/{userId}/otp_email", email is null ? null : new { email });

    public Task<OtpAnswer> VerifyFactorAsync(string userId, string otpEmailId, string code) =>
        PostAsync($"v3alpha/users/{userId}/otp_email/{otpEmailId}/verify", new { code });

    public Task<OtpAnswer> RemoveFactorAsync(string userId, string otpEmailId) => DeleteAsync($"v3alpha/users/{userId}/otp_email/{otpEmailId}");

    /// <summary>Makes a challenge of the caller, of the contact factor where none is named.</summary>
    public Task<OtpAnswer> CreateChallengeAsync(object? body = null) => PostAsync(MyChallenges, body);

    public Task<OtpAnswer> ChallengeAsync(string challengeId) => GetAsync($"{MyChallenges}/{challengeId}");

    public Task<OtpAnswer> ResendChallengeAsync(string challengeId) => PostAsync($"{MyChallenges}/{challengeId}/resend");

    public Task<OtpAnswer> VerifyChallengeAsync(string challengeId, string passcode) => PostAsync($"{MyChallenges}/{challengeId}/verify", new { passcode });

    /// <summary>Makes a challenge of a user.</summary>
    public Task<OtpAnswer> CreateChallengeOfAsync(string userId, object? body = null) => PostAsync($"api/v1/users/{userId}/otp_email/challenges", body);

    /// <summary>Ends the locks and counters of a user.</summary>
    public Task<OtpAnswer> UnlockAsync(string userId) => PostAsync($"api/v1/users/{userId}/otp_email/unlock");

    public Task<OtpAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<OtpAnswer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<OtpAnswer> PutAsync(string path, object? body = null) => SendAsync(HttpMethod.Put, path, body);

    public Task<OtpAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Sends a body as JSON; without one, no content type is sent either.</summary>
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

    /// <summary>The google.rpc.Code of an error of the families that document that shape.</summary>
    public int RpcCode => (int)Json["code"]!;

    /// <summary>The id in the details of such an error.</summary>
    public string RpcId => (string)Json["details"]![0]!["id"]!;

    /// <summary>A text in the results.</summary>
    public string Result(string name) => (string)Results[name]!;

    public TimeSpan RetryAfter => TimeSpan.FromSeconds(int.Parse(Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>For the message of a failure: members that are not there must not hide it.</summary>
    public override string ToString() => $"{Method} {Path}: {(int)Status} {Text}";

    public static async Task<OtpAnswer> ReadAsync(HttpResponseMessage response) => new(
        response.RequestMessage!.Method,
        response.RequestMessage.RequestUri!.AbsolutePath,
        response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
}
