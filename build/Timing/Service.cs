using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Otp.TestKit;

namespace Otp.Timing;

/// <summary>The service, and a stopwatch beside it.</summary>
internal sealed class Service(OtpProcess process)
{
    private static readonly string[] Write = ["otp.users.read", "otp.users.write"];

    /// <summary>The token of a user, who may do no more than any user.</summary>
    public static string User(string id) => TestTokens.Sign(id, null, TimeProvider.System.GetUtcNow());

    /// <summary>The token of a user who is an operator, too: by it a user is prepared in few requests.</summary>
    public static string Operator(string id) => TestTokens.Sign(id, null, TimeProvider.System.GetUtcNow(), ("permissions", Write));

    /// <summary>The token of an operator of another organisation.</summary>
    public static string ForeignOperator() => TestTokens.Sign("foreign-operator", null, TimeProvider.System.GetUtcNow(), ("permissions", Write), ("org_id", "another"));

    /// <summary>Asks, and must be answered with 200.</summary>
    public async Task<JsonObject> PrepareAsync(string token, HttpMethod method, string path, object? body = null)
    {
        var answer = await new OtpCaller(process.Client, token).SendAsync(method, path, body);
        return answer.Status == HttpStatusCode.OK ? answer.Results : throw new InvalidOperationException($"{method} {path}: {answer.Status} {answer.Text}");
    }

    /// <summary>Asks, and takes the time until the answer begins.</summary>
    /// <returns>The time in microseconds, and the answer in short.</returns>
    public async Task<(double Microseconds, string Answer)> TimeAsync(string token, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
            await request.Content.LoadIntoBufferAsync();
        }

        var start = Stopwatch.GetTimestamp();
        using var response = await process.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var time = Stopwatch.GetElapsedTime(start);
        var text = await response.Content.ReadAsStringAsync();
        return (time.TotalMicroseconds, $"{(int)response.StatusCode} {(response.IsSuccessStatusCode ? "" : text)}");
    }
}
