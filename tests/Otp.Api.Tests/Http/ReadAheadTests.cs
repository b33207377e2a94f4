using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Common.Ports;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Http;

/// <summary>A user's verification is read before the action runs: once, as what the action will ask for, and only where the request is not refused before.</summary>
public sealed class ReadAheadTests
{
    private const string Status = "api/v1/user/me/email/status";
    private const string Otp = "api/v1/user/me/email/otp";

    [Theory]
    [InlineData("GET", Status, VerificationUse.Query, 1)]
    [InlineData("GET", $"{Status}?passcode=", VerificationUse.Query, 1)]
    [InlineData("GET", $"{Status}?passcode=000000", VerificationUse.Guess, 2)]
    [InlineData("PUT", Otp, VerificationUse.NewPasscode, 2)]
    [InlineData("GET", "auth/v1/users/me/email", VerificationUse.Query, 1)]
    [InlineData("POST", "auth/v1/users/me/email/_resend_verification", VerificationUse.NewPasscode, 2)]
    public async Task Send_WhenTheRouteBeginsWithTheVerification_ShouldReadItAheadAndOnlyOnce(string method, string path, VerificationUse use, int roundTrips)
    {
        var asking = new Recorder();
        await using var server = await StartAsync(asking);
        var ada = server.As("ada", "ada@example.com");
        await ada.RequestCodeAsync();
        server.Time.Advance(TimeSpan.FromMinutes(2));
        asking.Asked.Clear();
        using var statements = new CapturedStatements();

        (await SendAsync(ada, method, path, statements.TraceParent)).Status.Should().Be(HttpStatusCode.OK);

        asking.Asked.Should().Equal(("ada", use));
        statements.Count.Should().Be(roundTrips, "the action finds what was read ahead");
    }

    [Theory]
    [InlineData("POST", "api/v1/user/me/email/verify")]
    [InlineData("GET", "v2/users/ada/authentication_factors")]
    [InlineData("GET", "health/ready")]
    public async Task Send_WhenItIsAnotherRoute_ShouldReadNothingAhead(string method, string path)
    {
        var asking = new Recorder();
        await using var server = await StartAsync(asking);

        await server.As("ada", "ada@example.com").SendAsync(new HttpMethod(method), path, method == "POST" ? new { passcode = "000000" } : null);

        asking.Asked.Should().BeEmpty();
    }

    [Theory]
    [InlineData("no token", HttpStatusCode.Unauthorized)]
    [InlineData("no JSON", HttpStatusCode.NotAcceptable)]
    [InlineData("too often", HttpStatusCode.TooManyRequests)]
    public async Task Send_WhenItIsRefused_ShouldReadNothing(string why, HttpStatusCode status)
    {
        var asking = new Recorder();
        await using var server = await StartAsync(asking, ("Limits:ClientSends:Enabled", "true"), ("Limits:ClientSends:PermitLimit", "1"));
        var ada = server.As("ada", "ada@example.com");
        (await ada.RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK);
        server.Time.Advance(TimeSpan.FromMinutes(2));
        asking.Asked.Clear();
        using var statements = new CapturedStatements();

        var refused = await SendAsync(why == "no token" ? server.Anonymous() : ada, "PUT", Otp, statements.TraceParent, accept: why == "no JSON" ? "text/html" : null);

        refused.Status.Should().Be(status);
        asking.Asked.Should().BeEmpty();
        statements.Count.Should().Be(0);
    }

    private static async Task<OtpServer> StartAsync(Recorder recorder, params (string Name, string Value)[] settings) => await OtpServer.StartAsync(
        DatabaseProvider.PostgreSql,
        settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value),
        builder =>
        {
            var inner = builder.Services.Single(service => service.ServiceType == typeof(IVerificationReadAhead)).ImplementationType!;
            builder.Services.AddTransient(provider => recorder.Around((IVerificationReadAhead)ActivatorUtilities.CreateInstance(provider, inner)));
        });

    private static async Task<OtpAnswer> SendAsync(OtpCaller caller, string method, string path, string traceParent, string? accept = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("traceparent", traceParent);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await caller.SendAsync(request);
    }

    /// <summary>What was asked for ahead.</summary>
    private sealed class Recorder
    {
        public ConcurrentQueue<(string UserId, VerificationUse Use)> Asked { get; } = new();

        public IVerificationReadAhead Around(IVerificationReadAhead inner) => new Recording(this, inner);

        private sealed class Recording(Recorder recorder, IVerificationReadAhead inner) : IVerificationReadAhead
        {
            public Task ReadAsync(string userId, VerificationUse use, CancellationToken cancellationToken)
            {
                recorder.Asked.Enqueue((userId, use));
                return inner.ReadAsync(userId, use, cancellationToken);
            }
        }
    }

    /// <summary>The round trips to the database that belong to one trace.</summary>
    private sealed class CapturedStatements : IDisposable
    {
        private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
        private readonly ActivityListener _listener;
        private int _count;

        public CapturedStatements()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    if (activity.Source.Name == "Npgsql" && activity.TraceId == _trace)
                    {
                        Interlocked.Increment(ref _count);
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public string TraceParent => $"00-{_trace.ToHexString()}-00f067aa0ba902b7-01";

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
