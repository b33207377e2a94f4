using System.Text;
using System.Text.Json;
using Otp.TestKit;

namespace Otp.Fuzz.Tests.Http;

/// <summary>A request in which <c>KNOWN-…</c> stands for what each server knows by its own ids.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path as the description has it.</param>
/// <param name="Values">What stands for its parameters, ready for the wire.</param>
/// <param name="Query">The query string, ready for the wire, with its question mark.</param>
/// <param name="Caller">Who calls.</param>
/// <param name="Oddity">What is odd about the caller.</param>
/// <param name="Headers">More headers.</param>
/// <param name="ContentType">What the body says that it is.</param>
/// <param name="Body">The body, or none.</param>
/// <param name="IsChunked">Whether it does not say how long it is.</param>
/// <param name="Wait">How long to wait before, in seconds.</param>
internal sealed record FuzzRequest(
    string Method, string Path, string[] Values, string Query, Caller Caller, string Oddity, (string Name, string Value)[] Headers, string? ContentType, byte[]? Body, bool IsChunked, int Wait)
{
    private const int MaxRequestLine = 8 * 1024;
    private const int MaxHeaders = 32 * 1024;
    private const int MaxBody = 16 * 1024;
    private const int MaxDepth = 16;
    private const int LongestId = 36;
    private static readonly string[] ServersOwnHeaders = ["Host", "Connection", "Content-Length", "Transfer-Encoding"];

    private string Target => Fill(Path, Values) + Query;

    /// <summary>Whether it leads to the operation, for sure.</summary>
    public bool IsToOperation => Values.All(value => Uri.UnescapeDataString(value) is { Length: > 0 } text && text.Trim('.').Length > 0 && !text.Contains('/', StringComparison.Ordinal));

    /// <summary>Whether the web server may refuse it before the service sees it: then with a bare status.</summary>
    public bool IsMalformed =>
        Target.Length + (LongestId * Target.Split("KNOWN-").Length) > MaxRequestLine - 1_000
        || Headers.Sum(header => header.Name.Length + Encoding.UTF8.GetByteCount(header.Value)) + Oddity.Length * 3 > MaxHeaders - 8_000
        || Headers.Any(header => ServersOwnHeaders.Contains(header.Name))
        || Target.Contains("%00", StringComparison.Ordinal)
        || Values.Any(value => value.Contains('%', StringComparison.Ordinal) && Uri.UnescapeDataString(value).Any(char.IsControl));

    /// <summary>Whether a connection may end before the body is through.</summary>
    public bool IsTooLarge => Body?.Length > MaxBody;

    /// <summary>Whether the body is JSON as far as it goes, and goes deeper than is allowed.</summary>
    public bool IsDeep
    {
        get
        {
            var reader = new Utf8JsonReader(Body, new JsonReaderOptions { MaxDepth = MaxBody });
            try
            {
                while (reader.Read())
                {
                    if (reader.CurrentDepth > MaxDepth)
                    {
                        return true;
                    }
                }
            }
            catch (JsonException)
            {
                // It is refused for that.
            }

            return false;
        }
    }

    /// <summary>Sends it, as it is for one server.</summary>
    /// <returns>The answer, or <see langword="null"/> where there was none as the body was too large to be read.</returns>
    public async Task<OtpAnswer?> SendAsync(FuzzServer server)
    {
        var cast = server.Cast;
        var uri = new Uri($"{server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}{Know(Target, cast)}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(Method), uri);
        if (Body is not null)
        {
            var body = Encoding.Latin1.GetBytes(Know(Encoding.Latin1.GetString(Body), cast));
            request.Content = IsChunked ? new StreamContent(new MemoryStream(body)) : new ByteArrayContent(body);
            request.Headers.TransferEncodingChunked = IsChunked ? true : null;
            request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType is null ? null : OneLine(ContentType));
        }

        foreach (var (name, value) in Headers.Append(("Authorization", cast.AuthorizationOf(Caller, Oddity, server.Server.Time.GetUtcNow()) ?? "")).Where(header => header.Item2.Length > 0))
        {
            _ = request.Headers.TryAddWithoutValidation(name, OneLine(value)) || request.Content?.Headers.TryAddWithoutValidation(name, OneLine(value)) == true;
        }

        // The server may end the connection after its answer: the next request must not be on its way there.
        request.Headers.ConnectionClose = IsTooLarge || IsMalformed ? true : null;
        try
        {
            using var response = await server.Client.SendAsync(request);
            return await OtpAnswer.ReadAsync(response);
        }
        catch (HttpRequestException) when (IsTooLarge)
        {
            return null;
        }
    }

    /// <summary>Simpler requests.</summary>
    public IEnumerable<FuzzRequest> Shrink()
    {
        if (Headers.Length > 0)
        {
            yield return this with { Headers = [] };
        }

        for (var index = 0; index < Headers.Length; index++)
        {
            yield return this with { Headers = [.. Headers[..index], .. Headers[(index + 1)..]] };
            foreach (var value in Texts.Shrink(Headers[index].Value))
            {
                yield return this with { Headers = [.. Headers[..index], (Headers[index].Name, value), .. Headers[(index + 1)..]] };
            }
        }

        if (Wait > 0)
        {
            yield return this with { Wait = 0 };
        }

        if (Query.Length > 0)
        {
            yield return this with { Query = "" };
        }

        foreach (var query in Texts.Shrink(Query).Where(query => query.StartsWith('?')))
        {
            yield return this with { Query = query };
        }

        if (Body is not null)
        {
            yield return this with { Body = null, ContentType = null, IsChunked = false };
            if (IsChunked)
            {
                yield return this with { IsChunked = false };
            }

            foreach (var body in Bytes.Shrink(Body))
            {
                yield return this with { Body = body };
            }
        }

        if (Caller is not (Caller.Instance or Caller.OddToken or Caller.OddHeader))
        {
            yield return this with { Caller = Caller.Instance };
        }
    }

    public override string ToString() =>
        $"{Method} {Text.Show(Target)} by {Caller} {Text.Show(Oddity)} after {Wait} s"
        + string.Concat(Headers.Select(header => $"\n    {header.Name}: {Text.Show(header.Value)}"))
        + (Body is null ? "" : $"\n    {Text.Show(ContentType)}{(IsChunked ? " chunked" : "")}\n    {Text.Show(Body)}");

    /// <summary>What HTTP itself allows in a header.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(c => c is '\r' or '\n' or '\0' ? ' ' : c));

    private static string Fill(string path, string[] values)
    {
        var parts = path.Split('{', '}');
        return string.Concat(parts.Select((part, index) => index % 2 == 0 ? part : values[index / 2]));
    }

    private static string Know(string text, Cast cast) => !text.Contains("KNOWN-", StringComparison.Ordinal) ? text : text
        .Replace("KNOWN-USER", cast.UserId, StringComparison.Ordinal)
        .Replace("KNOWN-CLAIMED", cast.ClaimedId, StringComparison.Ordinal)
        .Replace("KNOWN-ADDRESS", cast.Address, StringComparison.Ordinal)
        .Replace("KNOWN-CHALLENGE", cast.ChallengeId, StringComparison.Ordinal)
        .Replace("KNOWN-FACTOR", cast.OtpEmailId, StringComparison.Ordinal)
        .Replace("KNOWN-DELIVERY", cast.DeliveryId, StringComparison.Ordinal)
        .Replace("KNOWN-PASSCODE", cast.ChallengeCode, StringComparison.Ordinal)
        .Replace("KNOWN-CODE", cast.VerificationCode, StringComparison.Ordinal);
}
