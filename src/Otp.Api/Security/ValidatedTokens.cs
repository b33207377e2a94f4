using System.Runtime.InteropServices;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.Tokens;

namespace Otp.Api.Security;

/// <summary>
/// Tokens that this process has validated lately, by their hash (SHA-256): whoever comes again with the same one is spared the check of its signature. A
/// validation is trusted for <see cref="Trust"/> at the longest, so that a key that was withdrawn does not stay good, and the token's lifetime is looked at
/// each time.
/// </summary>
internal sealed class ValidatedTokens(TimeProvider time) : IDisposable
{
    /// <summary>How long a validation is trusted.</summary>
    public static readonly TimeSpan Trust = TimeSpan.FromMinutes(5);

    /// <summary>So many are kept, at 1.4 kB each for a token with seven claims.</summary>
    private const int MaxTokens = 10_000;

    private readonly MemoryCache _tokens = new(new MemoryCacheOptions { SizeLimit = MaxTokens });

    /// <summary>Those of the token that was kept last: most of their texts are the same in the next one, and are kept once.</summary>
    private IReadOnlyList<Claim> _lastClaims = [];

    /// <summary>Whom a token stands for, where it was validated lately and is alive.</summary>
    public ClaimsPrincipal? Find(ReadOnlySpan<char> token)
    {
        var now = time.GetUtcNow();
        return _tokens.TryGetValue(TokenHash.Of(token), out Validated? known) && now < known!.TrustedUntil
            && AuthenticationRegistration.IsAlive(known.NotBefore, known.Expires, now.UtcDateTime)
            ? known.Principal
            : null;
    }

    /// <summary>Keeps a token that was just validated.</summary>
    /// <param name="token">The token, as it came in.</param>
    /// <param name="principal">Whom it stands for.</param>
    /// <param name="notBefore">From when on it is good (UTC).</param>
    /// <param name="expires">Until when it is (UTC).</param>
    public void Keep(string token, ClaimsPrincipal principal, DateTime? notBefore, DateTime? expires)
    {
        using var entry = _tokens.CreateEntry(TokenHash.Of(token));
        entry.Size = 1;
        entry.AbsoluteExpirationRelativeToNow = Trust;
        entry.Value = new Validated(ClaimsOf(principal), notBefore, expires, time.GetUtcNow() + Trust);
    }

    public void Dispose() => _tokens.Dispose();

    /// <summary>The same principal without the token, which the framework ties to it and which takes several times as much memory as its claims.</summary>
    private ClaimsPrincipal ClaimsOf(ClaimsPrincipal principal) => new(principal.Identities.Select(identity => new CaseSensitiveClaimsIdentity(
        CopyOf(identity.Claims), identity.AuthenticationType, identity.NameClaimType, identity.RoleClaimType)));

    private List<Claim> CopyOf(IEnumerable<Claim> claims)
    {
        var last = Volatile.Read(ref _lastClaims);
        var copies = claims.Select((claim, index) => CopyOf(claim, index < last.Count ? last[index] : claim)).ToList();
        Volatile.Write(ref _lastClaims, copies);
        return copies;
    }

    private static Claim CopyOf(Claim claim, Claim last) => new(
        Once(claim.Type, last.Type), Once(claim.Value, last.Value), Once(claim.ValueType, last.ValueType), Once(claim.Issuer, last.Issuer));

    private static string Once(string text, string last) => text == last ? last : text;

    private sealed record Validated(ClaimsPrincipal Principal, DateTime? NotBefore, DateTime? Expires, DateTimeOffset TrustedUntil);

    private readonly record struct TokenHash(UInt128 High, UInt128 Low)
    {
        public static TokenHash Of(ReadOnlySpan<char> token)
        {
            Span<UInt128> hash = stackalloc UInt128[2];
            SHA256.HashData(MemoryMarshal.AsBytes(token), MemoryMarshal.AsBytes(hash));
            return new TokenHash(hash[0], hash[1]);
        }
    }
}
