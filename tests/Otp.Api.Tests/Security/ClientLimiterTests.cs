using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Otp.Api.Security;
using Otp.TestKit;

namespace Otp.Api.Tests.Security;

/// <summary>The limit of one client, without HTTP.</summary>
[Trait("Requirement", "SEC-13")]
public sealed class ClientLimiterTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private static readonly IPAddress Client = IPAddress.Parse("203.0.113.9");

    private readonly ManualTimeProvider _time = new();
    private readonly ClientLimitOptions _options = new() { ClientSends = new() { PermitLimit = 2 }, ClientGuesses = new() { PermitLimit = 3 } };

    [Fact]
    public void Refuses_WhenTheLimitIsReached_ShouldSayWhenTheOldestLeavesTheWindow()
    {
        var limiter = NewLimiter();
        limiter.Refuses(ClientLimit.Sends, Client).Should().BeNull();
        _time.Advance(TimeSpan.FromMinutes(1));
        limiter.Refuses(ClientLimit.Sends, Client).Should().BeNull();
        var first = _time.GetUtcNow().AddMinutes(4);

        limiter.Refuses(ClientLimit.Sends, Client).Should().Be(first);
        _time.Advance(TimeSpan.FromMinutes(4) - TimeSpan.FromTicks(1));
        limiter.Refuses(ClientLimit.Sends, Client).Should().Be(first, "what was refused is not counted");
        _time.Advance(TimeSpan.FromTicks(1));

        limiter.Refuses(ClientLimit.Sends, Client).Should().BeNull();
        limiter.Refuses(ClientLimit.Sends, Client).Should().Be(first.AddMinutes(1));
    }

    [Fact]
    public void Refuses_WhenClientOrLimitDiffer_ShouldCountApart()
    {
        var limiter = NewLimiter();
        Use(limiter, ClientLimit.Sends, Client, 2);

        limiter.Refuses(ClientLimit.Sends, IPAddress.Parse("203.0.113.10")).Should().BeNull();
        Use(limiter, ClientLimit.Guesses, Client, 3);
        limiter.Refuses(ClientLimit.Guesses, Client).Should().NotBeNull();
        limiter.Refuses(ClientLimit.Sends, Client).Should().NotBeNull();
    }

    [Theory]
    [InlineData("203.0.113.9", "::ffff:203.0.113.9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("203.0.113.9", "203.0.113.8", false)]
    [InlineData(null, null, true)]
    public void Refuses_WhenAddressesAreOfOneSubscriber_ShouldCountThemTogether(string? one, string? other, bool isOne)
    {
        var limiter = NewLimiter();
        Use(limiter, ClientLimit.Sends, one is null ? null : IPAddress.Parse(one), 2);

        (limiter.Refuses(ClientLimit.Sends, other is null ? null : IPAddress.Parse(other)) is not null).Should().Be(isOne);
    }

    [Fact]
    public void Refuses_WhenSwitchedOff_ShouldRememberNobody()
    {
        _options.ClientSends.Enabled = false;
        var limiter = NewLimiter();

        Use(limiter, ClientLimit.Sends, Client, 100);

        limiter.Count.Should().Be(0);
    }

    [Fact]
    public void Sweep_WhenAMinuteHasPassed_ShouldForgetThoseWhoseRequestsHaveAllLeftTheWindow()
    {
        var limiter = NewLimiter();
        for (var number = 0; number < 100; number++)
        {
            limiter.Refuses(ClientLimit.Sends, IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"198.51.100.{number}")));
        }

        _time.Advance(TimeSpan.FromSeconds(30));
        limiter.Refuses(ClientLimit.Sends, IPAddress.Parse("192.0.2.1"));
        _time.Advance(Window - TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        limiter.Refuses(ClientLimit.Guesses, Client);
        limiter.Count.Should().Be(102, "nothing has left the window, though a sweep was due");
        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromSeconds(31));
        limiter.Refuses(ClientLimit.Guesses, Client);
        limiter.Count.Should().Be(102, "a sweep looks at everybody, so it is not made at every request");
        _time.Advance(TimeSpan.FromSeconds(31));

        limiter.Refuses(ClientLimit.Guesses, Client);

        limiter.Count.Should().Be(1);
        Use(limiter, ClientLimit.Sends, IPAddress.Parse("198.51.100.1"), 2);
        limiter.Refuses(ClientLimit.Sends, IPAddress.Parse("198.51.100.1")).Should().NotBeNull("a client that comes back is counted anew");
    }

    private static void Use(ClientLimiter limiter, ClientLimit limit, IPAddress? client, int times)
    {
        for (var time = 0; time < times; time++)
        {
            limiter.Refuses(limit, client).Should().BeNull();
        }
    }

    private ClientLimiter NewLimiter() => new(Options.Create(_options), _time);
}
