using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Otp.Application.Delivery;
using Otp.DeliveryBench;
using Otp.TestKit;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var mails = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
Console.WriteLine($"{Environment.ProcessorCount} processors, PostgreSQL without fsync, provider on the loopback interface answering at once");

await using (var backlog = await Backlog.QueueAsync(mails, "user"))
{
    await DrainAsync(backlog, processCount: 1);
    await backlog.RestoreAsync();
    await DrainAsync(backlog, processCount: 3);
}

await MeasureAsync("idle", samples: 250, failing: 0, TimeSpan.Zero, (_, _) => Task.CompletedTask);
var pace = TimeSpan.FromMilliseconds(500);
await MeasureAsync("alone, twice a second", samples: 40, failing: 0, pace, (_, _) => Task.CompletedTask);
await MeasureAsync("beside 1,000 that fail (500, 429, cut)", samples: 40, failing: 1000, pace, FailAsync);
await MeasureAsync("beside 1,000 that hang", samples: 40, failing: 1000, pace, HangAsync);

static async Task DrainAsync(Backlog backlog, int processCount)
{
    await using var provider = await Provider.StartAsync();
    var processes = await Task.WhenAll(Enumerable.Range(0, processCount).Select(number => OtpProcess.StartAsync(backlog.Database, provider.SettingsOf($"process-{number}"))));
    await backlog.ReleaseAsync();
    var clock = Stopwatch.StartNew();
    List<Call> calls = [];
    HashSet<Guid> unsent = [.. backlog.Codes.Keys];
    HashSet<Guid> inFlight = [];
    async Task ReadUntilAsync(Func<bool> isEnough)
    {
        while (!isEnough())
        {
            calls.Add(await provider.NextAsync());
            unsent.Remove(calls[^1].DeliveryId);
        }
    }

    if (processCount > 1)
    {
        await ReadUntilAsync(() => unsent.Count <= backlog.Codes.Count / 2);
        await processes[0].KillAsync();
        inFlight = await backlog.LeasedAsync();
        await ReadUntilAsync(() => unsent.IsSubsetOf(inFlight));
        Console.WriteLine($"{processCount} processes, one killed after half: all but what it had in flight sent after {clock.Elapsed.TotalSeconds:0.0} s");
    }

    await ReadUntilAsync(() => unsent.Count == 0);
    var elapsed = clock.Elapsed;

    // What the killed one had sent and not noted comes again when its leases end.
    while (await backlog.CountAsync(DeliveryState.Queued) > 0)
    {
        await Task.Delay(100);
    }

    calls.AddRange(provider.Waiting());
    foreach (var process in processes)
    {
        await process.DisposeAsync();
    }

    var twice = calls.GroupBy(call => call.DeliveryId).Where(group => group.Count() > 1).ToList();
    Console.WriteLine(
        $"{processCount} process(es), {backlog.Codes.Count} mails: {elapsed.TotalSeconds:0.0} s, {backlog.Codes.Count / elapsed.TotalSeconds:0} a second; "
        + $"missing {unsent.Count}, wrong code {calls.Count(call => backlog.Codes[call.DeliveryId] != call.Code)}, "
        + $"twice {twice.Count} (not in flight at the kill: {twice.Count(group => !inFlight.Contains(group.Key))}); "
        + $"sent by each: {string.Join(", ", calls.GroupBy(call => call.Key).OrderBy(group => group.Key).Select(group => group.Count()))}; "
        + $"finished as sent: {await backlog.CountAsync(DeliveryState.Sent)}");
}

static async Task MeasureAsync(string name, int samples, int failing, TimeSpan pace, Func<Call, HttpContext, Task> answerFailing)
{
    await using var provider = await Provider.StartAsync();
    provider.Answer = (call, context) => call.Recipient.StartsWith("failing", StringComparison.Ordinal) ? answerFailing(call, context) : Task.CompletedTask;
    await using var backlog = await Backlog.QueueAsync(failing, "failing");
    await using var process = await OtpProcess.StartAsync(backlog.Database, provider.SettingsOf("bench"));
    await backlog.ReleaseAsync();
    if (failing > 0)
    {
        await provider.NextAsync();
    }

    List<(double FromRequest, double FromAnswer)> all = [];
    var warmUp = failing > 0 ? 0 : 20;
    for (var number = 0; number < samples + warmUp; number++)
    {
        var caller = process.As($"healthy-{number}", $"healthy-{number}@example.com");
        var start = Stopwatch.GetTimestamp();
        var request = caller.RequestCodeAsync();
        await request;
        var answered = Stopwatch.GetTimestamp();
        var call = await provider.NextToAsync($"healthy-{number}@example.com");
        all.Add((Stopwatch.GetElapsedTime(start, call.Timestamp).TotalMilliseconds, Stopwatch.GetElapsedTime(answered, call.Timestamp).TotalMilliseconds));
        await Task.Delay(pace);
    }

    all.RemoveRange(0, warmUp);
    Console.WriteLine($"{name}: from request to call of the provider {Describe(all.Select(sample => sample.FromRequest))}; from its answer to the call {Describe(all.Select(sample => sample.FromAnswer))}; {all.Count} samples");
}

static string Describe(IEnumerable<double> milliseconds)
{
    var sorted = milliseconds.Order().ToList();
    return $"median {sorted[sorted.Count / 2]:0} ms, p99 {sorted[(int)Math.Ceiling(sorted.Count * 0.99) - 1]:0} ms, worst {sorted[^1]:0} ms";
}

static Task FailAsync(Call call, HttpContext context)
{
    switch (call.DeliveryId.GetHashCode() & 3)
    {
        case 0:
            context.Abort();
            break;
        case 1:
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            break;
        default:
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            break;
    }

    return Task.CompletedTask;
}

static Task HangAsync(Call call, HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
