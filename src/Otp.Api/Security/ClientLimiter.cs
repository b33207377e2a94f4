using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Otp.Api.Security;

/// <summary>What is counted of a client.</summary>
internal enum ClientLimit
{
    /// <summary>Requests that make a mail be sent.</summary>
    Sends,

    /// <summary>Requests that guess a code.</summary>
    Guesses,
}

/// <summary>
/// Counts the requests of each client in this process (SEC-13), in a sliding window: what is refused is not counted, so that to wait as long as the refusal
/// says is enough. A client is an IPv4 address, or the /64 network of an IPv6 address, which is what one subscriber gets.
/// </summary>
internal sealed class ClientLimiter(IOptions<ClientLimitOptions> options, TimeProvider time)
{
    private const int NetworkBytes = 8;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(ClientLimit Limit, IPAddress Client), Requests> _clients = new();
    private long _sweptAt = time.GetTimestamp();

    /// <summary>The clients that are remembered.</summary>
    public int Count => _clients.Count;

    /// <summary>Counts a request, unless the client is over its limit.</summary>
    /// <returns>When the next request will be let through, where this one is not.</returns>
    public DateTimeOffset? Refuses(ClientLimit limit, IPAddress? address)
    {
        var settings = options.Value.Of(limit);
        if (!settings.Enabled)
        {
            return null;
        }

        Sweep();
        var now = time.GetUtcNow();
        while (true)
        {
            var requests = _clients.GetOrAdd((limit, ClientOf(address)), _ => new Requests());
            if (requests.TryTake(settings, now, out var free))
            {
                return free;
            }
        }
    }

    /// <summary>Whom an address stands for.</summary>
    internal static IPAddress ClientOf(IPAddress? address)
    {
        // Only a socket that has no addresses, such as a Unix one, gives none: all that comes through it is one client.
        var client = address ?? IPAddress.None;
        if (client.IsIPv4MappedToIPv6)
        {
            return client.MapToIPv4();
        }

        return client.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress([.. client.GetAddressBytes()[..NetworkBytes], .. new byte[NetworkBytes]]) : client;
    }

    /// <summary>Forgets the clients whose requests have all left the window.</summary>
    private void Sweep()
    {
        var swept = Interlocked.Read(ref _sweptAt);
        if (time.GetElapsedTime(swept) < SweepInterval || Interlocked.CompareExchange(ref _sweptAt, time.GetTimestamp(), swept) != swept)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var (client, requests) in _clients)
        {
            if (requests.TryEnd(now - options.Value.Of(client.Limit).Window))
            {
                _clients.TryRemove(KeyValuePair.Create(client, requests));
            }
        }
    }

    private sealed class Requests
    {
        private readonly Lock _lock = new();
        private readonly Queue<DateTimeOffset> _times = new();
        private bool _isEnded;

        /// <summary>Counts a request, or says when there is room for it.</summary>
        /// <returns>Whether that was done: not where this object was forgotten meanwhile.</returns>
        public bool TryTake(ClientLimitOption limit, DateTimeOffset now, out DateTimeOffset? free)
        {
            lock (_lock)
            {
                while (_times.TryPeek(out var oldest) && oldest + limit.Window <= now)
                {
                    _times.Dequeue();
                }

                free = null;
                if (_isEnded)
                {
                    return false;
                }

                if (_times.Count >= limit.PermitLimit)
                {
                    free = _times.Peek() + limit.Window;
                }
                else
                {
                    _times.Enqueue(now);
                }

                return true;
            }
        }

        /// <summary>Ends it, if nothing was counted since a time.</summary>
        public bool TryEnd(DateTimeOffset since)
        {
            lock (_lock)
            {
                _isEnded |= _times.All(taken => taken <= since);
                return _isEnded;
            }
        }
    }
}
