using System.Runtime.InteropServices;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;
using Microsoft.IdentityModel.Tokens;

namespace Otp.Api.Security;

/// <summary>
/// Tokens that this process has validated, by their hash (SHA-256): whoever comes again with the same one is spared the check of its signature. One is known
/// until it expires; its lifetime is looked at each time, and whether the keys that it was validated with are still the ones to be used.
/// </summary>
internal sealed class ValidatedTokens(TimeProvider time) : IDisposable
{
    /// <summary>So many are kept, at 1.0 kB each for a token with seven claims, what was read of them included.</summary>
    private const int MaxTokens = 10_000;

    private readonly MemoryCache _tokens = new(new MemoryCacheOptions { SizeLimit = MaxTokens, Clock = new Clock(time) });

    /// <summary>That of the token that was kept last: most texts are the same in the next one.</summary>
    private TokenIdentity? _last;

    /// <summary>What is known of a token that is alive.</summary>
    public ValidatedToken? Find(ReadOnlySpan<char> token) =>
        _tokens.TryGetValue(TokenHash.Of(token), out ValidatedToken? known) && AuthenticationRegistration.IsAlive(known!.NotBefore, known.Expires, time.GetUtcNow().UtcDateTime)
            ? known
            : null;

    /// <summary>Keeps a token that was just validated.</summary>
    /// <param name="token">The token, as it came in.</param>
    /// <param name="principal">Whom it stands for.</param>
    /// <param name="notBefore">From when on it is good (UTC).</param>
    /// <param name="expires">Until when it is (UTC).</param>
    /// <param name="keys">What an authority has published, the token's key among it; <see langword="null"/> where the key is configured.</param>
    public void Keep(string token, ClaimsPrincipal principal, DateTime? notBefore, DateTime expires, BaseConfiguration? keys)
    {
        using var entry = _tokens.CreateEntry(TokenHash.Of(token));
        entry.Size = 1;
        entry.AbsoluteExpiration = expires;
        entry.Value = new ValidatedToken(new TokenPrincipal(principal.Identities.Select(IdentityOf)), notBefore, expires, keys);
    }

    public void Dispose() => _tokens.Dispose();

    private TokenIdentity IdentityOf(ClaimsIdentity identity)
    {
        var kept = new TokenIdentity(identity, Volatile.Read(ref _last));
        Volatile.Write(ref _last, kept);
        return kept;
    }

    private readonly record struct TokenHash(UInt128 High, UInt128 Low)
    {
        public static TokenHash Of(ReadOnlySpan<char> token)
        {
            Span<UInt128> hash = stackalloc UInt128[2];
            SHA256.HashData(MemoryMarshal.AsBytes(token), MemoryMarshal.AsBytes(hash));
            return new TokenHash(hash[0], hash[1]);
        }
    }

    private sealed class Clock(TimeProvider time) : ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}

/// <summary>A token that was validated.</summary>
/// <param name="Principal">Whom it stands for.</param>
/// <param name="NotBefore">From when on it is good (UTC).</param>
/// <param name="Expires">Until when it is (UTC).</param>
/// <param name="Keys">What an authority has published, the token's key among it; <see langword="null"/> where the key is configured.</param>
internal sealed record ValidatedToken(TokenPrincipal Principal, DateTime? NotBefore, DateTime Expires, BaseConfiguration? Keys);
