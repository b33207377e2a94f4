using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Otp.Attack.Tests.Targets;
using Otp.TestKit;

namespace Otp.Attack.Tests;

/// <summary>Bodies that are too large or too deep, in thousands: they are refused, and do not stay in memory.</summary>
[Collection(SharedTargets.Name)]
public sealed class MemoryAttackTests(SharedTargets targets)
{
    private const int Connections = 16;
    private const long Mebibyte = 1024 * 1024;

    /// <summary>How much a process may grow: room for what is in flight and for the garbage collector, and far less than what is sent.</summary>
    private const long AllowedGrowth = 96 * Mebibyte;

    private const int Rounds = 150;

    private static readonly (byte[] Body, string Path, bool IsChunked, HttpStatusCode[] Statuses)[] Bodies =
    [
        (Of("{\"x\":\"", 1_000_000), "api/v1/user/me/email/verify", false, [HttpStatusCode.RequestEntityTooLarge]),
        (Of("{\"x\":\"", 1_000_000), "api/v1/user/me/email/verify", true, [HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest]),
        (Of("[[[[[[[[", 1_000_000), "auth/v1/users/me/email/_verify", true, [HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest]),
        (Of("[", 16_000), "api/v1/user/me/email/verify", false, [HttpStatusCode.BadRequest]),
        (Of("{\"a\":", 16_000), "auth/v1/users/me/email/_verify", false, [HttpStatusCode.BadRequest]),
        (Of("[1,", 16_000), "v2/users/me/email", true, [HttpStatusCode.BadRequest, HttpStatusCode.Forbidden]),
        (Of("{\"passcode\":\"9", 16_000), "api/v1/user/me/email/verify", false, [HttpStatusCode.BadRequest]),
        (Of("[{\"event\":\"bounce\"},", 1_000_000), "webhooks/sendgrid/events", false, [HttpStatusCode.Unauthorized]),
        (Of("[{\"event\":\"bounce\"},", 1_100_000), "webhooks/sendgrid/events", true, [HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.Unauthorized]),
        (Of("[", 1_000_000), "webhooks/sendgrid/events", true, [HttpStatusCode.Unauthorized]),
    ];

    [Theory, BothTargets]
    [Trait("Requirement", "SEC-22")]
    public async Task Bodies_WhenThousandsAreTooLargeOrTooDeep_ShouldNotGrowTheProcess(Setup setup)
    {
        var target = await targets.GetAsync(setup);
        var caller = target.As(target.NewUser("memory"), "memory@mouse.example");
        await SendAsync(caller, Rounds / 5);
        var before = target.Processes.ToDictionary(process => process, process => (Now: ReadMemory(process, "VmRSS"), Peak: ReadMemory(process, "VmHWM")));

        var sent = await SendAsync(caller, Rounds * target.Processes.Count);

        sent.Should().BeGreaterThan(5 * AllowedGrowth * target.Processes.Count, "else the bound would prove nothing");
        foreach (var (process, memory) in before)
        {
            (ReadMemory(process, "VmRSS") - memory.Now).Should().BeLessThan(AllowedGrowth, "{0} MiB were sent to a process of {1} MiB", sent / Mebibyte, memory.Now / Mebibyte);
            (ReadMemory(process, "VmHWM") - memory.Peak).Should().BeLessThan(AllowedGrowth, "{0} MiB were sent to a process that had {1} MiB at most", sent / Mebibyte, memory.Peak / Mebibyte);
        }

        await target.ShouldBeUnharmedAsync();
    }

    /// <summary>Sends all bodies some times, over several connections.</summary>
    /// <returns>The bytes sent.</returns>
    private static async Task<long> SendAsync(OtpCaller caller, int rounds)
    {
        long sent = 0;
        var cut = 0;
        var odd = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, rounds * Bodies.Length), new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (number, _) =>
        {
            var (body, path, isChunked, statuses) = Bodies[number % Bodies.Length];
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TransferEncodingChunked = isChunked;
            try
            {
                var answer = await caller.SendAsync(request);
                if (!statuses.Contains(answer.Status))
                {
                    odd.Add($"{path} chunked {isChunked}: {answer}");
                }
            }
            catch (HttpRequestException)
            {
                // The connection is cut while a large body is still being sent, or when the next request has just taken it.
                Interlocked.Increment(ref cut);
            }

            Interlocked.Add(ref sent, body.Length);
        });
        odd.Distinct().Should().BeEmpty();
        cut.Should().BeLessThan(rounds * Bodies.Length / 2, "most are answered");
        return sent;
    }

    private static byte[] Of(string repeated, int length) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(repeated, (length / repeated.Length) + 1))[..length]);

    private static long ReadMemory(OtpProcess process, string name)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith($"{name}:", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
